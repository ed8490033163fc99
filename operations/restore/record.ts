// What restores keep on this machine: records of unfinished ones, and lists as they were before.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { type Lake, readJson, replaceFile } from "../../lake";
import type { EntryUri } from "../../spotify/entryUri";
import { safeId } from "../../transforms/keys";

/** What an unfinished restore has to know about its earlier requests. It holds no token. */
export interface RestoreRecord {
  /** Identifies the restore in the description of the playlist that it makes. */
  readonly marker: string;
  /** When it began, ISO 8601. */
  readonly startedAt: string;
  /** The written playlist; undefined until it is known that it was made. */
  playlistId?: string;
  /** When the request that makes the playlist was sent, in milliseconds since 1970. */
  madeMs?: number;
  /** The contents after the last request that may have changed them, see `contentsDigest`. */
  expected?: string;
  /** When that request was sent, in milliseconds since 1970. */
  writtenMs?: number;
  /** URIs that Spotify refused to add. */
  refused: EntryUri[];
}

/** Keeps the record of one restore. */
export interface RecordStore {
  load(): RestoreRecord | undefined;
  save(record: RestoreRecord): void;
  remove(): void;
}

/** A record in a separate file. */
export function recordFile(file: string): RecordStore {
  return {
    load: () => readJson<RestoreRecord>(file),
    save: (record) => replaceFile(file, JSON.stringify(record, null, 2), 0o600),
    remove: () => rmSync(file, { force: true }),
  };
}

/** Equal for equal lists. It begins with the number of entries. */
export function contentsDigest(list: readonly EntryUri[]): string {
  return `${list.length}:${createHash("sha256").update(list.join("\n")).digest("base64url")}`;
}

/** The digest of a list by its entries. */
export function digestOf({ entries }: { readonly entries: readonly { readonly uri: EntryUri }[] }): string {
  return contentsDigest(entries.map(({ uri }) => uri));
}

/** The number of entries of the list that a digest was made of. */
export function entriesIn(digest: string): number {
  return Number(digest.split(":")[0]);
}

type Memory = Pick<Lake, "memoryFolder">;

export function restoreFolder({ memoryFolder }: Memory): string {
  return path.join(memoryFolder, "restore");
}

/** The path of a file about a playlist. @param rest the end of its name */
export function restoreFile(memory: Memory, playlistId: string, rest: string): string {
  return path.join(restoreFolder(memory), `${safeId(playlistId)}.${rest}`);
}

/** The paths of all files about a playlist. */
export function restoreFilesOf(memory: Memory, playlistId: string): string[] {
  const folder = restoreFolder(memory);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.startsWith(`${safeId(playlistId)}.`)).map((name) => path.join(folder, name));
}
