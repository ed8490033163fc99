import type { S3Access } from "../../lake";
import type { DayState } from "../../spotify/state";
import { statePrefix } from "../../transforms/keys";
import { removeVersions, versionsIn } from "./versions";

/** Below it the extractor remembers its days. */
export const daysPrefix = `${statePrefix}days/`;

/** Whether a day's state names a playlist. */
export function holdsPlaylist(text: string, playlistId: string): boolean {
  return text.includes(JSON.stringify(playlistId));
}

/** A day's state as it is stored; undefined where it is gone. */
export async function readDayState(
  { sdk, client }: S3Access,
  bucket: string,
  key: string,
): Promise<{ text: string; eTag: string | undefined } | undefined> {
  try {
    const { Body, ETag } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
    return { text: (await Body?.transformToString()) ?? "", eTag: ETag };
  } catch (error) {
    if ((error as Error).name === "NoSuchKey") return undefined;
    throw error;
  }
}

/** A day's state without a playlist; whether the day is complete stays as it was. */
export function withoutPlaylist(day: DayState, playlistId: string): DayState {
  const others = (ids: string[]) => ids.filter((id) => id !== playlistId);
  return {
    ...day,
    wanted: others(day.wanted),
    stored: others(day.stored),
    unavailable: day.unavailable.filter((one) => one.playlistId !== playlistId),
    missing: others(day.missing),
  };
}

/**
 * Takes a playlist out of days' states, and removes all older versions of these, which nobody reads.
 * @throws where a run writes the state at the same moment
 */
export async function forgetInDays(
  s3: S3Access,
  bucket: string,
  keys: readonly string[],
  playlistId: string,
): Promise<void> {
  const { sdk, client } = s3;
  for (const key of keys) {
    const stored = await readDayState(s3, bucket, key);
    if (stored === undefined) continue;
    const Body = newText(stored.text, playlistId);
    await client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body, IfMatch: stored.eTag }));
    const older = [];
    for await (const version of versionsIn(s3, bucket, key)) if (!version.isLatest) older.push(version);
    await removeVersions(s3, bucket, older);
  }
}

/** State that can't be read counts as none for the extractor, too. */
function newText(text: string, playlistId: string): string {
  try {
    return `${JSON.stringify(withoutPlaylist(JSON.parse(text) as DayState, playlistId))}\n`;
  } catch {
    return "{}\n";
  }
}
