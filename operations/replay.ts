// Replays raw objects through the transformer, after a change of the transform.
import { rmSync } from "node:fs";
import path from "node:path";
import { type Lake, type Progress, readJsonIfWhole, replaceFile } from "../lake";
import { count } from "../lake/lists";
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

/** The progress of a replay that is not complete, as stored. */
interface ReplayState {
  readonly selection: Selection;
  /** The version of the transformer. */
  readonly version: string;
  /** The last raw object up to which all are done. */
  readonly after: string;
  readonly tally: Tally;
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
): Promise<(Tally & { readonly catalog: CatalogRepaired }) | undefined> {
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

/**
 * Finds the raw objects of a replay, and those that an interrupted one has left.
 * @param isAfresh as of `replayObjects`
 */
export async function planReplay(lake: Lake, selection: Selection, isAfresh: boolean) {
  const file = path.join(lake.memoryFolder, "replay.json");
  const version = await lake.transformerVersion();
  const last = isAfresh ? undefined : readJsonIfWhole<ReplayState>(file);
  const isSame = last?.version === version && JSON.stringify(last.selection) === JSON.stringify(selection);
  const before = isSame ? last : undefined;
  const keys = await selectedKeys(lake, selection);
  const left = before === undefined ? keys : keys.filter((key) => isLater(key, before.after));

  /** If the process is killed, the next replay of the same selection continues. @param onProgress gets the number of objects done */
  async function run(onProgress: (through: number) => void): Promise<Tally> {
    // Batches end in any order. Progress is stored up to the first object that is not done.
    const ended = new Map<number, readonly Outcome[]>();
    let tally = before?.tally ?? noTally;
    let nextBatch = 0;
    let through = keys.length - left.length;
    await transformAll(lake, left, (batch, outcomes) => {
      ended.set(batch, outcomes);
      through += outcomes.length;
      onProgress(through);
      for (let next = ended.get(nextBatch); next !== undefined; next = ended.get(nextBatch)) {
        ended.delete(nextBatch);
        nextBatch += 1;
        tally = addOutcomes(tally, next);
        const state: ReplayState = { selection, version, after: next.at(-1)?.key ?? "", tally };
        replaceFile(file, JSON.stringify(state));
      }
    });
    rmSync(file, { force: true });
    return tally;
  }

  return { keys, left, after: before?.after, run };
}

/** The keys of the selected raw objects, in S3's order: day by day. */
async function selectedKeys({ s3, outputs }: Lake, { from, to, playlists }: Selection): Promise<string[]> {
  const wanted = new Set(playlists.map(safeId));
  const keys: string[] = [];
  const request = {
    Bucket: outputs.rawBucket,
    Prefix: rawPrefix,
    StartAfter: `${rawPrefix}${partitionColumn}=${from ?? ""}`,
  };
  for await (const { Contents = [] } of s3.sdk.paginateListObjectsV2({ client: s3.client }, request)) {
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
