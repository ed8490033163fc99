// Finds and removes what S3 holds of a playlist: versions of its objects, and its name in the states of days.
import type { DeleteMarkerEntry, ListObjectVersionsCommandInput, ObjectVersion } from "@aws-sdk/client-s3";
import { collect, inBatches } from "../../lake/lists";
import { objectsIn, type S3Access } from "../../lake/s3";
import type { DayState } from "../../spotify/state";
import type { ObjectStore } from "../../spotify/types";
import { statePrefix } from "../../transforms/keys";

/** A version of an object, or a marker that it was deleted. */
export interface StoredVersion {
  readonly key: string;
  readonly versionId: string;
  /** 0 for a marker. */
  readonly bytes: number;
  readonly isLatest: boolean;
}

/** S3's limit. */
const keysACall = 1000;

/** All versions and delete markers below a prefix. In a bucket without versioning each object is one version. */
export async function* versionsIn(
  { sdk, client }: S3Access,
  bucket: string,
  prefix: string,
): AsyncGenerator<StoredVersion> {
  const request: ListObjectVersionsCommandInput = { Bucket: bucket, Prefix: prefix };
  for (let isLast = false; !isLast; ) {
    const page = await client.send(new sdk.ListObjectVersionsCommand(request));
    for (const one of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) yield versionOf(one);
    request.KeyMarker = page.NextKeyMarker;
    request.VersionIdMarker = page.NextVersionIdMarker;
    isLast = page.IsTruncated !== true || page.NextKeyMarker === undefined;
  }
}

function versionOf(one: ObjectVersion | DeleteMarkerEntry): StoredVersion {
  return {
    key: one.Key ?? "",
    versionId: one.VersionId ?? "null",
    bytes: ("Size" in one ? one.Size : undefined) ?? 0,
    isLatest: one.IsLatest === true,
  };
}

/**
 * Removes versions and markers for good.
 * @throws one line with S3's code if one cannot be removed; others can be removed by then
 */
export async function removeVersions(
  { sdk, client }: S3Access,
  bucket: string,
  versions: readonly StoredVersion[],
): Promise<void> {
  for (const batch of inBatches(versions, keysACall)) {
    const Objects = batch.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
    const request = { Bucket: bucket, Delete: { Objects, Quiet: true } };
    const { Errors: [first] = [] } = await client.send(new sdk.DeleteObjectsCommand(request));
    if (first === undefined) continue;
    throw new Error(`s3://${bucket}/${first.Key} cannot be removed: ${first.Code}: ${first.Message}`);
  }
}

/** The prefix of the extractor's states of days. */
const daysPrefix = `${statePrefix}days/`;

/** The keys of the days' states that name a playlist. */
export async function daysThatName(raw: ObjectStore, playlistId: string): Promise<string[]> {
  const keys: string[] = [];
  for (const key of await raw.list(daysPrefix)) {
    const state = await raw.get(key);
    if (state !== undefined && namesPlaylist(textOf(state), playlistId)) keys.push(key);
  }
  return keys;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

/** Whether a day's state names a playlist. */
export function namesPlaylist(text: string, playlistId: string): boolean {
  return text.includes(JSON.stringify(playlistId));
}

/** A day's state without a playlist. Whether the day is complete does not change. */
export function withoutPlaylist(day: DayState, playlistId: string): DayState {
  const others = (ids: string[]) => ids.filter((id) => id !== playlistId);
  return {
    ...day,
    wanted: others(day.wanted),
    stored: others(day.stored),
    unavailable: day.unavailable.filter((one) => one.playlistId !== playlistId),
    missing: others(day.missing),
    ...(day.failed === undefined ? {} : { failed: others(day.failed) }),
  };
}

/** Removes a playlist from days' states, and all older versions of these, which are never read. */
export async function forgetInDays(
  s3: S3Access,
  bucket: string,
  keys: readonly string[],
  playlistId: string,
): Promise<void> {
  for (const key of keys) {
    await objectsIn(s3, bucket).update(key, (state) => state && Buffer.from(newText(textOf(state), playlistId)));
    const older = (await collect(versionsIn(s3, bucket, key))).filter(({ isLatest }) => !isLatest);
    await removeVersions(s3, bucket, older);
  }
}

/** State that cannot be read counts as none for the extractor, too. */
function newText(text: string, playlistId: string): string {
  try {
    return `${JSON.stringify(withoutPlaylist(JSON.parse(text) as DayState, playlistId))}\n`;
  } catch {
    return "{}\n";
  }
}
