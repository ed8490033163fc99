import { lakeKey } from "../../transforms/keys";
import { type TableName, tableNames } from "../../transforms/schema";
import type { Stack } from "./index";
import { failureCount } from "./queues";
import { waitFor } from "./waiting";

/** Lambda tries a transform three times, one and two minutes apart. */
const patienceMs = 6 * 60_000;

/** What the lake holds of a day's playlists. */
export interface LakeDay {
  /** Files that are there. */
  readonly files: number;
  /** Playlists of which a table's file lacks. */
  readonly missing: readonly string[];
}

/**
 * Looks for the files of playlists in the lake, and waits for those that the transformer is to write now. It stops
 * waiting where the transformer has given one up.
 * @param stored playlists whose raw object has just been written
 * @param others playlists that were there before
 * @param failuresBefore how many events the transformer had given up before the run
 */
export async function waitForLake(
  stack: Stack,
  snapshotDate: string,
  stored: readonly string[],
  others: readonly string[],
  failuresBefore: number,
): Promise<LakeDay> {
  const look = async () => lookAt(stack, snapshotDate, [...stored, ...others]);
  const complete = await waitFor(async () => {
    const day = await look();
    const isComplete = !stored.some((playlistId) => day.missing.includes(playlistId));
    return isComplete || (await failureCount(stack, "transform")) > failuresBefore ? day : undefined;
  }, patienceMs);
  return complete ?? look();
}

async function lookAt(stack: Stack, snapshotDate: string, playlistIds: readonly string[]): Promise<LakeDay> {
  const names = await Promise.all(tableNames.map((table) => filesOf(stack, table, snapshotDate)));
  const keysOf = (playlistId: string) => tableNames.map((table) => lakeKey(table, snapshotDate, playlistId));
  const there = new Set(names.flat());
  const keys = playlistIds.flatMap(keysOf);
  return {
    files: keys.filter((key) => there.has(key)).length,
    missing: playlistIds.filter((playlistId) => keysOf(playlistId).some((key) => !there.has(key))),
  };
}

/** The keys of a table's files of a day. */
async function filesOf({ clients, outputs }: Stack, table: TableName, snapshotDate: string): Promise<string[]> {
  const { sdk, client } = clients.s3();
  const Prefix = lakeKey(table, snapshotDate, "x").replace(/x\.csv$/, "");
  const keys: string[] = [];
  const pages = sdk.paginateListObjectsV2({ client }, { Bucket: outputs.lakeBucket, Prefix });
  for await (const { Contents = [] } of pages) keys.push(...Contents.flatMap(({ Key }) => (Key == null ? [] : [Key])));
  return keys;
}
