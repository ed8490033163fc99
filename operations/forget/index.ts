// Removes everything that is stored of a playlist. Spotify's terms require this when a user disconnects.
import { rmSync } from "node:fs";
import type { Lake, WaitingEvent } from "../../lake";
import { type FailedMessage, type FailureQueue, rawKeysOf, readFailure, visitMessages } from "../../lake/failures";
import { collect } from "../../lake/lists";
import { objectsIn } from "../../lake/s3";
import { parsePlaylistId } from "../../spotify/playlistId";
import { parseRawKey, playlistIdOfFile, rawPrefix, safeId, statePrefix } from "../../transforms/keys";
import { catalogPrefix, partitionColumn, tableNames } from "../../transforms/schema";
import { restoreFilesOf } from "../restore/record";
import { daysThatName, forgetInDays, removeVersions, type StoredVersion, versionsIn } from "./stored";

/** Everything that is stored of one playlist. */
export interface Holdings {
  /** Raw objects, with all versions and delete markers. */
  readonly raw: readonly StoredVersion[];
  /** Files of all tables. */
  readonly lake: readonly StoredVersion[];
  /** The days of each table, by its name, whose only files are these. */
  readonly ownDays: ReadonlyMap<string, readonly string[]>;
  /** The extractor's state of it. */
  readonly state: readonly StoredVersion[];
  /** The days' states that name it, by key. */
  readonly dayStates: readonly string[];
  /** Rows of the compact copy; undefined if there is no copy. */
  readonly compactRows: number | undefined;
  /** All of Athena's results: any of them can hold rows of it. */
  readonly results: readonly StoredVersion[];
  /** Messages of failure queues that name it. */
  readonly failures: number;
  /** Its events that wait for a function. */
  readonly waiting: readonly WaitingEvent[];
  /** Files that restores of it keep on this machine. */
  readonly restores: readonly string[];
  /** Days that are in the lake but have no raw object under its own name. */
  readonly daysOfOtherRaw: readonly string[];
}

/** Whether anything is stored that is known to be the playlist's. */
export function isAnything({ compactRows = 0, failures, ...found }: Holdings): boolean {
  const { raw, lake, state, dayStates, waiting, restores } = found;
  const lists = [raw, lake, state, dayStates, waiting, restores];
  return lists.some(({ length }) => length > 0) || compactRows + failures > 0;
}

/**
 * Finds everything that a lake holds of a playlist.
 * @throws one line if there is a compact copy that the program does not declare
 */
export async function findHoldings(lake: Lake, playlistId: string): Promise<Holdings> {
  const { outputs, s3 } = lake;
  const copy = lake.compactRows();
  const objects = await findObjects(lake, playlistId);
  const rawDays = new Set(objects.raw.map(({ key }) => parseRawKey(key)?.snapshotDate));
  const lakeDays = new Set(objects.lake.map(({ key }) => dayOf(key)));
  return {
    ...objects,
    // Its state, and a read that was cut short.
    state: await collect(versionsIn(s3, outputs.rawBucket, `${statePrefix}playlists/${playlistId}.`)),
    dayStates: await daysThatName(objectsIn(s3, outputs.rawBucket), playlistId),
    // Before the results: in a stack the answer is one of them.
    compactRows: await copy?.count(playlistId),
    results: await collect(versionsIn(s3, outputs.resultsBucket, "")),
    failures: await failuresOf(lake.failureQueues, playlistId, "count"),
    waiting: lake.waitingEvents().filter(({ payload }) => isEventOf(payload, playlistId)),
    restores: restoreFilesOf(lake, playlistId),
    daysOfOtherRaw: [...lakeDays].filter((day) => !rawDays.has(day)).sort(),
  };
}

/** How often the files of a transform that was still running are looked for. */
const looksAfter = 3;

/**
 * Removes what was found. If it is stopped, the same call continues: what identifies the playlist is removed last.
 * @param onStep gets the name of each step as it begins
 */
export async function forgetPlaylist(
  lake: Lake,
  playlistId: string,
  holdings: Holdings,
  onStep: (what: string) => void,
): Promise<void> {
  const { s3, outputs } = lake;
  const { rawBucket, resultsBucket } = outputs;
  for (const event of holdings.waiting) event.cancel();
  onStep("failure queues");
  await failuresOf(lake.failureQueues, playlistId, "remove");
  onStep("results");
  await removeVersions(s3, resultsBucket, holdings.results);
  onStep("raw objects and lake files");
  await removeObjects(lake, holdings);
  // Not before the lake's files: a run of the copy's schedule would bring the rows back.
  const copy = lake.compactRows();
  if (copy !== undefined) {
    onStep("compact copy");
    await copy.remove(playlistId);
  }
  onStep("state");
  await forgetInDays(s3, rawBucket, holdings.dayStates, playlistId);
  await removeVersions(s3, rawBucket, holdings.state);
  await removeLatecomers(lake, playlistId, onStep);
  for (const file of restoreFilesOf(lake, playlistId)) rmSync(file);
  lake.forgetTraces(playlistId);
}

async function removeLatecomers(lake: Lake, playlistId: string, onStep: (what: string) => void): Promise<void> {
  for (let look = 0; look < looksAfter; look++) {
    const objects = await findObjects(lake, playlistId);
    if (objects.raw.length + objects.lake.length === 0) return;
    onStep("objects that were written meanwhile");
    await removeObjects(lake, objects);
  }
  throw new Error(
    `${playlistId} is stored again while it is being removed; wait until the run has ended, and forget it again`,
  );
}

type Objects = Pick<Holdings, "raw" | "lake" | "ownDays">;

/** The raw objects and files of a playlist, found by their names. */
async function findObjects({ s3, outputs }: Lake, playlistId: string): Promise<Objects> {
  const raw = await collect(versionsIn(s3, outputs.rawBucket, rawPrefix));
  const files: StoredVersion[] = [];
  const ownDays = new Map<string, readonly string[]>();
  for (const table of tableNames) {
    const all = await collect(versionsIn(s3, outputs.lakeBucket, `${table}/${partitionColumn}=`));
    const isOwn = ({ key }: StoredVersion) => key.endsWith(`/${safeId(playlistId)}.csv`);
    const own = all.filter(isOwn);
    files.push(...own);
    const days = new Set(own.map(({ key }) => dayOf(key)));
    for (const one of all) {
      // A marker of a deleted file is the latest version, and has no bytes.
      if (!isOwn(one) && one.isLatest && one.bytes > 0) days.delete(dayOf(one.key));
    }
    ownDays.set(table, [...days]);
  }
  return { raw: raw.filter(({ key }) => isRawKeyOf(key, playlistId)), lake: files, ownDays };
}

function isRawKeyOf(key: string, playlistId: string): boolean {
  const { fileName } = parseRawKey(key) ?? {};
  return fileName !== undefined && playlistIdOfFile(fileName) === safeId(playlistId);
}

/** Removes objects, and days without any other files from the catalog. The files go last: they identify the days. */
async function removeObjects(lake: Lake, { raw, lake: files, ownDays }: Objects): Promise<void> {
  const { rawBucket, lakeBucket } = lake.outputs;
  await removeVersions(lake.s3, rawBucket, raw);
  for (const [table, days] of ownDays) {
    if (days.length > 0) await lake.dropPartitions(`${catalogPrefix}${table}`, days);
  }
  await removeVersions(lake.s3, lakeBucket, files);
}

/** `2026-11-22`, of a lake file's key. */
function dayOf(key: string): string {
  return key.split("/")[1]?.split("=")[1] ?? "";
}

/** Counts the messages that name a playlist, or removes them. The others stay visible in the queue. */
export async function failuresOf(
  queues: readonly FailureQueue[],
  playlistId: string,
  what: "count" | "remove",
): Promise<number> {
  let found = 0;
  for (const queue of queues) {
    await visitMessages(queue, (message) => {
      const isIts = isMessageOf(message, playlistId);
      if (isIts) found += 1;
      return isIts && what === "remove";
    });
  }
  return found;
}

function isMessageOf(message: FailedMessage, playlistId: string): boolean {
  // A Spotify id means nothing else, wherever it is: in an event, or in the error of a failed run.
  if (parsePlaylistId(playlistId) === playlistId && message.body.includes(playlistId)) return true;
  const call = readFailure(message);
  return "payload" in call && isEventOf(call.payload, playlistId);
}

function isEventOf(payload: unknown, playlistId: string): boolean {
  return rawKeysOf(payload).some((key) => isRawKeyOf(key, playlistId));
}
