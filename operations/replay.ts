// The answer to every change of the transform: raw is kept, and runs through the transformer again.
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { type Lake, type Progress, replaceFile } from "../lake";
import { count } from "../lake/runReport";
import { parseRawKey, playlistIdOfFile, rawPrefix, safeId } from "../transforms/keys";
import { partitionColumn } from "../transforms/schema";
import { type CatalogRepaired, describeRepair, repairCatalog } from "./catalog";
import { addOutcomes, noTally, type Outcome, type Tally, transformAll } from "./transformAll";

/** Which raw objects are meant. */
export interface Selection {
  /** The first day, YYYY-MM-DD; undefined: from the beginning. */
  readonly from?: string;
  /** The last day. */
  readonly to?: string;
  /** By id; empty: all. */
  readonly playlists: readonly string[];
}

/** A replay that is about to begin, or to go on. */
export interface PlannedReplay {
  /** All raw objects that are meant. */
  readonly keys: readonly string[];
  /** Those of them that are left to do. */
  readonly left: readonly string[];
  /** The last object that an earlier try has completed; undefined if there was none. */
  readonly after: string | undefined;
  /**
   * Does it. A process that is killed leaves how far it came, for the next one with the same selection.
   * @param onProgress gets the number of objects that are through
   */
  run(onProgress: (through: number) => void): Promise<Tally>;
}

/** What a replay did. */
export interface Replayed extends Tally {
  readonly catalog: CatalogRepaired;
}

/**
 * Runs raw objects through the transformer again, and repairs the catalog.
 * @param isAfresh from the beginning, however far an earlier try came
 * @returns undefined if no raw object is meant
 */
export async function replayObjects(
  lake: Lake,
  selection: Selection,
  isAfresh: boolean,
  progress: Progress,
): Promise<Replayed | undefined> {
  const planned = await progress.step(
    "raw objects",
    () => planReplay(lake, selection, isAfresh),
    ({ keys, left, after }) => {
      const found = `${count(keys.length, "object")} of ${count(daysOf(keys).size, "day")}`;
      return after === undefined ? found : `${found}; goes on after ${after}: ${left.length} left`;
    },
  );
  const { keys } = planned;
  if (keys.length === 0) return undefined;
  const tally = await progress.step(
    "transform",
    (tell) => planned.run((through) => tell(`${through} of ${keys.length}`)),
    describeTally,
  );
  for (const { key, reason } of tally.failures) progress.warn(`${key}: ${reason}`);
  const catalog = await progress.step("catalog", () => repairCatalog(lake, daysOf(keys)), describeRepair);
  for (const partition of catalog.other) {
    progress.warn(`partition ${partition} has other columns than its table; it was left as it is`);
  }
  return { ...tally, catalog };
}

export function describeTally({ objects, files, rows, gone, failures }: Tally): string {
  const parts = [`${count(objects, "object")} again: ${count(files, "CSV file")}, ${count(rows, "row")}`];
  if (gone > 0) parts.push(`${gone} gone meanwhile`);
  if (failures.length > 0) parts.push(`${failures.length} failed`);
  return parts.join(", ");
}

/** @param isAfresh from the beginning, however far an earlier try came */
export async function planReplay(lake: Lake, selection: Selection, isAfresh: boolean): Promise<PlannedReplay> {
  const cursor = openCursor(lake.memoryFolder);
  const version = await lake.transformerVersion();
  const before = isAfresh ? undefined : cursor.find(selection, version);
  const keys = await selectedKeys(lake, selection);
  const first = before === undefined ? 0 : keys.findIndex((key) => isLater(key, before.after));
  const left = first < 0 ? [] : keys.slice(first);

  async function run(onProgress: (through: number) => void): Promise<Tally> {
    // Batches end in any order: what is through is remembered up to the first that is not.
    const ended = new Map<number, readonly Outcome[]>();
    let inOrder = before?.tally ?? noTally;
    let nextBatch = 0;
    let through = keys.length - left.length;
    await transformAll(lake, left, (batch, outcomes) => {
      ended.set(batch, outcomes);
      through += outcomes.length;
      onProgress(through);
      for (let next = ended.get(nextBatch); next !== undefined; next = ended.get(nextBatch)) {
        ended.delete(nextBatch);
        nextBatch += 1;
        inOrder = addOutcomes(inOrder, next);
        cursor.save({ selection, version, after: next.at(-1)?.key ?? "", tally: inOrder });
      }
    });
    cursor.clear();
    return inOrder;
  }

  return { keys, left, after: before?.after, run };
}

/** The keys of the raw objects that are meant, in S3's order: day by day. */
async function selectedKeys({ s3, outputs }: Lake, { from, to, playlists }: Selection): Promise<string[]> {
  const { sdk, client } = s3;
  const wanted = new Set(playlists.map(safeId));
  const request = {
    Bucket: outputs.rawBucket,
    Prefix: rawPrefix,
    ...(from === undefined ? {} : { StartAfter: `${rawPrefix}${partitionColumn}=${from}` }),
  };
  const keys: string[] = [];
  for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, request)) {
    for (const { Key = "" } of Contents) {
      const place = parseRawKey(Key);
      if (place === undefined) continue;
      if (to !== undefined && place.snapshotDate > to) return keys;
      if (wanted.size === 0 || wanted.has(playlistIdOfFile(place.fileName))) keys.push(Key);
    }
  }
  return keys;
}

/** The days of raw objects. */
export function daysOf(keys: readonly string[]): Set<string> {
  return new Set(keys.flatMap((key) => parseRawKey(key)?.snapshotDate ?? []));
}

/** S3 lists keys by their bytes. */
function isLater(key: string, other: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
}

/** How far a replay has come. */
interface ReplayState {
  readonly selection: Selection;
  /** Of the transformer that did it. */
  readonly version: string;
  /** The last raw object up to which all are through. */
  readonly after: string;
  readonly tally: Tally;
}

/** A lake's replay from its first batch to its end; a file that cannot be read counts as none. */
function openCursor(folder: string) {
  const file = path.join(folder, "replay.json");
  const read = (): ReplayState | undefined => {
    try {
      return JSON.parse(readFileSync(file, "utf8")) as ReplayState;
    } catch {
      return undefined;
    }
  };
  return {
    /** How far the same replay came that did not come to its end; undefined if there was none. */
    find: (selection: Selection, version: string): { tally: Tally; after: string } | undefined => {
      const last = read();
      const isSame = last?.version === version && JSON.stringify(last.selection) === JSON.stringify(selection);
      return isSame ? { tally: { ...noTally, ...last.tally }, after: last.after } : undefined;
    },
    save: (state: ReplayState) => replaceFile(file, JSON.stringify(state)),
    clear: () => rmSync(file, { force: true }),
  };
}
