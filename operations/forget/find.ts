import type { Place } from "../../lake";
import { parseRawKey, playlistIdOfFile, rawPrefix, safeId, statePrefix } from "../../transforms/keys";
import { partitionColumn, tableNames } from "../../transforms/schema";
import { daysPrefix, holdsPlaylist, readDayState } from "./dayStates";
import { failuresOf } from "./failures";
import { type StoredVersion, versionsIn } from "./versions";

/** All that is stored of one playlist. */
export interface Holdings {
  /** Raw objects, with all versions and delete markers. */
  readonly raw: readonly StoredVersion[];
  /** Files of all tables. */
  readonly lake: readonly StoredVersion[];
  /** What the extractor remembers of it. */
  readonly state: readonly StoredVersion[];
  /** The days' states that name it, by key. */
  readonly dayStates: readonly string[];
  /** Rows of the compact copy; undefined where there is none. */
  readonly compactRows: number | undefined;
  /** All of Athena's results: any may hold rows of it. */
  readonly results: readonly StoredVersion[];
  /** Messages of failure queues that name it. */
  readonly failures: number;
  /** Days of which the lake has it and raw has not, under its own name at least. */
  readonly daysOfOtherRaw: readonly string[];
}

/** Whether something is stored that can be told to be the playlist's. */
export function isAnything({ raw, lake, state, dayStates, compactRows = 0, failures }: Holdings): boolean {
  return raw.length + lake.length + state.length + dayStates.length + compactRows + failures > 0;
}

/** Looks for all that a place holds of a playlist. */
export async function findHoldings(place: Place, playlistId: string): Promise<Holdings> {
  const { outputs } = place;
  const raw = await findRaw(place, playlistId);
  const lake = await findLake(place, playlistId);
  const rawDays = new Set(raw.map(({ key }) => parseRawKey(key)?.snapshotDate));
  const lakeDays = new Set(lake.map(({ key }) => dayOf(key)));
  return {
    raw,
    lake,
    state: await collect(versionsIn(place.s3, outputs.rawBucket, playlistStateKey(playlistId))),
    dayStates: await findDayStates(place, playlistId),
    // Before the results: in a stack the answer is one of them.
    compactRows: await place.compactRows?.count(playlistId),
    results: await collect(versionsIn(place.s3, outputs.resultsBucket, "")),
    failures: await failuresOf(place.failureQueues, playlistId, "count"),
    daysOfOtherRaw: [...lakeDays].filter((day) => !rawDays.has(day)).sort(),
  };
}

/** The raw objects of a playlist are known by their names. */
export function findRaw({ s3, outputs }: Place, playlistId: string): Promise<StoredVersion[]> {
  const isIts = ({ key }: StoredVersion) => {
    const { fileName } = parseRawKey(key) ?? {};
    return fileName !== undefined && playlistIdOfFile(fileName) === safeId(playlistId);
  };
  return collect(versionsIn(s3, outputs.rawBucket, rawPrefix), isIts);
}

/** The files of all tables and days. */
export async function findLake({ s3, outputs }: Place, playlistId: string): Promise<StoredVersion[]> {
  const name = `/${safeId(playlistId)}.csv`;
  const found: StoredVersion[] = [];
  for (const table of tableNames) {
    const files = versionsIn(s3, outputs.lakeBucket, `${table}/${partitionColumn}=`);
    found.push(...(await collect(files, ({ key }) => key.endsWith(name))));
  }
  return found;
}

async function findDayStates({ s3, outputs }: Place, playlistId: string): Promise<string[]> {
  const keys: string[] = [];
  const { sdk, client } = s3;
  const request = { Bucket: outputs.rawBucket, Prefix: daysPrefix };
  for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, request)) {
    for (const { Key = "" } of Contents) {
      const day = await readDayState(s3, outputs.rawBucket, Key);
      if (day !== undefined && holdsPlaylist(day.text, playlistId)) keys.push(Key);
    }
  }
  return keys;
}

function playlistStateKey(playlistId: string): string {
  return `${statePrefix}playlists/${playlistId}.json`;
}

/** `2026-11-22`, of a lake file's key. */
function dayOf(key: string): string {
  return key.split("/")[1]?.split("=")[1] ?? "";
}

async function collect<T>(items: AsyncIterable<T>, isWanted: (item: T) => boolean = () => true): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) if (isWanted(item)) found.push(item);
  return found;
}
