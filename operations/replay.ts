// Replays raw objects through the transformer, after a change of the transform.
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { type Lake, type Progress, replaceFile } from "../lake";
import { count } from "../lake/lists";
import { keysIn } from "../lake/s3";
import { parseRawKey, playlistIdOfFile, rawPrefix, safeId } from "../transforms/keys";
import { partitionColumn } from "../transforms/schema";
import { type CatalogRepaired, describeRepair, repairCatalog } from "./catalog";
import { addOutcomes, noTally, type Outcome, type Tally, transformAll } from "./transformAll";

/** Selects raw objects. */
export interface Selection {
  /** The first day, YYYY-MM-DD; undefined: from the beginning. */
  readonly from?: string;
  /** The last day. */
  readonly to?: string;
  /** Ids; empty for all playlists. */
  readonly playlists: readonly string[];
}

/** A replay that is about to begin or to continue. */
interface PlannedReplay {
  /** All selected raw objects. */
  readonly keys: readonly string[];
  /** Those that are left to do. */
  readonly left: readonly string[];
  /** The last object that an earlier replay completed; undefined if there was no earlier one. */
  readonly after: string | undefined;
  /**
   * Runs the replay. If the process is killed, the next replay with the same selection continues.
   * @param onProgress gets the number of objects that are done
   */
  run(onProgress: (through: number) => void): Promise<Tally>;
}

/** The result of a replay. */
interface Replayed extends Tally {
  readonly catalog: CatalogRepaired;
}

/**
 * Runs raw objects through the transformer again, and repairs the catalog.
 * @param isAfresh starts from the beginning, even if an earlier replay was interrupted
 * @returns undefined if no raw object is selected
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
      return after === undefined ? found : `${found}; continues after ${after}: ${left.length} left`;
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
    progress.warn(`the columns of partition ${partition} differ from its table's; it was not changed`);
  }
  return { ...tally, catalog };
}

export function describeTally({ objects, files, rows, gone, failures }: Tally): string {
  const parts = [`${count(objects, "object")} replayed: ${count(files, "CSV file")}, ${count(rows, "row")}`];
  if (gone > 0) parts.push(`${gone} removed meanwhile`);
  if (failures.length > 0) parts.push(`${failures.length} failed`);
  return parts.join(", ");
}

/** @param isAfresh starts from the beginning, even if an earlier replay was interrupted */
export async function planReplay(lake: Lake, selection: Selection, isAfresh: boolean): Promise<PlannedReplay> {
  const cursor = openCursor(lake.memoryFolder);
  const version = await lake.transformerVersion();
  const before = isAfresh ? undefined : cursor.find(selection, version);
  const keys = await selectedKeys(lake, selection);
  const first = before === undefined ? 0 : keys.findIndex((key) => isLater(key, before.after));
  const left = first < 0 ? [] : keys.slice(first);

  async function run(onProgress: (through: number) => void): Promise<Tally> {
    // Batches end in any order. Progress is stored up to the first object that is not done.
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

/** The keys of the selected raw objects, in S3's order: day by day. */
async function selectedKeys({ s3, outputs }: Lake, { from, to, playlists }: Selection): Promise<string[]> {
  const wanted = new Set(playlists.map(safeId));
  const after = from === undefined ? undefined : `${rawPrefix}${partitionColumn}=${from}`;
  const keys: string[] = [];
  for await (const key of keysIn(s3, outputs.rawBucket, rawPrefix, after)) {
    const place = parseRawKey(key);
    if (place === undefined) continue;
    if (to !== undefined && place.snapshotDate > to) break;
    if (wanted.size === 0 || wanted.has(playlistIdOfFile(place.fileName))) keys.push(key);
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

/** The stored progress of a replay. */
interface ReplayState {
  readonly selection: Selection;
  /** The version of the transformer. */
  readonly version: string;
  /** The last raw object up to which all are done. */
  readonly after: string;
  readonly tally: Tally;
}

/** The file of a lake's unfinished replay. A file that cannot be read counts as missing. */
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
    /** The progress of the same replay, if it was interrupted; else undefined. */
    find: (selection: Selection, version: string): { tally: Tally; after: string } | undefined => {
      const last = read();
      const isSame = last?.version === version && JSON.stringify(last.selection) === JSON.stringify(selection);
      return isSame ? { tally: { ...noTally, ...last.tally }, after: last.after } : undefined;
    },
    save: (state: ReplayState) => replaceFile(file, JSON.stringify(state)),
    clear: () => rmSync(file, { force: true }),
  };
}
