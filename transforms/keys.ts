/** Object keys in the buckets: the only place that builds and reads them. */
import { partitionColumn, type TableName } from "./schema";

/** Prefix of every raw object's key. The transformer's trigger listens to it. */
export const rawPrefix = "playlists/";

/** Prefix of the state that the extractor keeps between runs: in the raw bucket, outside the trigger's prefix. */
export const statePrefix = "state/";

/** What the digests have covered: in the lake bucket, outside the tables' folders. */
export const digestStateKey = "digest/state.json";

/** The id of the Liked Songs. */
export const likedId = "liked";

/** The longest id that fits a file's name on any file system, with its extension. */
export const mostPlaylistIdLength = 200;

/**
 * The raw object of a playlist and day.
 * @param snapshotDate YYYY-MM-DD
 * @throws if the date does not exist or the id cannot be part of a key
 */
export function rawKey(snapshotDate: string, playlistId: string): string {
  return `${rawPrefix}${partition(snapshotDate)}/${segment(playlistId)}.jsonl.gz`;
}

/** Splits a raw object's key; any file name is accepted. `undefined` for every other key, and for an impossible date. */
export function parseRawKey(key: string): { snapshotDate: string; fileName: string } | undefined {
  const [, snapshotDate, fileName] = /^playlists\/snapshot_date=([^/]+)\/([^/]+)$/.exec(key) ?? [];
  if (snapshotDate == null || fileName == null || !isDate(snapshotDate)) return undefined;
  return { snapshotDate, fileName };
}

/**
 * The CSV object of a table, playlist and day.
 * @param snapshotDate YYYY-MM-DD
 * @param playlistId safe as a file's name, as in `PlaylistTables.playlistId`
 * @throws if the date does not exist or the id cannot be part of a key
 */
export function lakeKey(table: TableName, snapshotDate: string, playlistId: string): string {
  return `${table}/${partition(snapshotDate)}/${segment(playlistId)}.csv`;
}

/** The playlist id of a file whose contents name none: the file's name without extensions, made safe. */
export function playlistIdOfFile(fileName: string): string {
  return safeId(stemOf(fileName));
}

/** Whether a raw object's file name is a playlist's: keys are made of ids that are safe already. */
export function isFileOf(fileName: string, playlistId: string): boolean {
  return stemOf(fileName) === playlistId || playlistIdOfFile(fileName) === playlistId;
}

function stemOf(fileName: string): string {
  return fileName.replace(/(.)\.gz$/, "$1").replace(/(.)\.(json|jsonl|ndjson)$/, "$1");
}

/**
 * Percent-encodes everything outside `[A-Za-z0-9.-]` and a leading dot (Athena ignores names that begin with `.` or `_`).
 * A Spotify id is returned unchanged.
 */
export function safeId(id: string): string {
  const encode = (found: string) =>
    [...Buffer.from(found)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  return id.replace(/[^A-Za-z0-9.-]+|^\./g, encode);
}

function partition(snapshotDate: string): string {
  if (!isDate(snapshotDate)) throw new Error(`snapshot date: got "${snapshotDate}", expected e.g. "2026-11-22"`);
  return `${partitionColumn}=${snapshotDate}`;
}

/** Whether an id has the form that `safeId` gives. */
export function isSafeId(id: string): boolean {
  return /^[A-Za-z0-9%-][A-Za-z0-9.%-]*$/.test(id);
}

function segment(playlistId: string): string {
  if (isSafeId(playlistId)) return playlistId;
  throw new Error(`playlist id: got ${JSON.stringify(playlistId)}, expected e.g. "3cEYpjA9oz9GiPac4AsH4n"`);
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
