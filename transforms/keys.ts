/** Where things are in the buckets: the one place that builds and reads object keys. */
import { partitionColumn, type TableName } from "./schema";

/** What every raw object's key begins with; the transformer's trigger listens here. */
export const rawPrefix = "playlists/";

/** What the extractor remembers between runs is below this prefix of the raw bucket, outside of the trigger's. */
export const statePrefix = "state/";

/**
 * The raw object of a playlist and day.
 * @param snapshotDate YYYY-MM-DD
 * @throws where the date does not exist or the id can't be part of a key
 */
export function rawKey(snapshotDate: string, playlistId: string): string {
  return `${rawPrefix}${partition(snapshotDate)}/${segment(playlistId)}.jsonl.gz`;
}

/** Takes a raw object's key apart; any file name will do. `undefined` for every other key, an impossible date's included. */
export function parseRawKey(key: string): { snapshotDate: string; fileName: string } | undefined {
  const [, snapshotDate, fileName] = /^playlists\/snapshot_date=([^/]+)\/([^/]+)$/.exec(key) ?? [];
  if (snapshotDate == null || fileName == null || !isDate(snapshotDate)) return undefined;
  return { snapshotDate, fileName };
}

/**
 * The CSV object of a table, playlist and day.
 * @param snapshotDate YYYY-MM-DD
 * @param playlistId as `PlaylistTables.playlistId` has it: safe as a file's name
 * @throws where the date does not exist or the id can't be part of a key
 */
export function lakeKey(table: TableName, snapshotDate: string, playlistId: string): string {
  return `${table}/${partition(snapshotDate)}/${segment(playlistId)}.csv`;
}

/** The playlist id that stands for a file whose contents name none: its name without extensions, made safe. */
export function playlistIdOfFile(fileName: string): string {
  const name = fileName.replace(/(.)\.gz$/, "$1").replace(/(.)\.(json|jsonl|ndjson)$/, "$1");
  return safeId(name);
}

/**
 * Percent-encodes what may not stand in a file's name: all but `[A-Za-z0-9.-]`, and a leading dot (Athena passes over
 * names that begin with `.` or `_`). An id of Spotify's comes back as it is.
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

function segment(playlistId: string): string {
  if (/^[A-Za-z0-9%-][A-Za-z0-9.%-]*$/.test(playlistId)) return playlistId;
  throw new Error(`playlist id: got ${JSON.stringify(playlistId)}, expected e.g. "3cEYpjA9oz9GiPac4AsH4n"`);
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
