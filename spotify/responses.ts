// Checks whether a response is what was asked for, and reads from it what decides the next request.
import { createHash } from "node:crypto";
import { likedId, safeId } from "../transforms/keys";
import { isSpotifyOwned, parsePlaylistId } from "./playlistId";

/** A parsed JSON object. */
type JsonObject = { readonly [member: string]: unknown };

/** The part of a page of entries that the next request depends on. */
export interface Paging {
  /** Entries in it, null ones included. */
  entries: number;
  /** How many entries the whole list has, as served; undefined if that is not a number. */
  total: number | undefined;
  /** The offset of the next page; undefined after the last one. */
  nextOffset: number | undefined;
}

/** Entries in a requested page: the most that Spotify allows. */
export const pageSize = 50;

/** Members of a playlist's own response that a page does not have. */
const playlistMembers = ["id", "uri", "name", "snapshot_id", "owner"];

function isObject(json: unknown): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** Whether it is the playlist's own response. */
export function isPlaylist(json: unknown, playlistId: string): boolean {
  const isSame = isObject(json) && typeof json.id === "string" && safeId(json.id) === playlistId;
  return isSame && (json.type ?? "playlist") === "playlist";
}

/** Whether it is the response to a new playlist. */
export function isNewPlaylist(json: unknown): boolean {
  return isObject(json) && typeof json.id === "string" && isPlaylist(json, json.id) && json.id !== "";
}

/** Whether it is the response to a change of a playlist's entries. */
export function isSnapshot(json: unknown): boolean {
  return isObject(json) && typeof json.snapshot_id === "string";
}

/** Whether it is a user's own response. */
export function isUser(json: unknown): boolean {
  return isObject(json) && json.type === "user" && typeof json.id === "string" && json.id !== "";
}

/** Whether it is the page of a list's entries at `offset`. @param list "playlists/ID" or "me/tracks" */
export function isPageOf(list: string, json: unknown, offset: number): boolean {
  if (!isPage(json) || !json.items.every(mayBeEntry)) return false;
  // After embedded entries, a page without an offset would count as one from 0.
  if (json.offset !== offset && (json.offset != null || offset > 0)) return false;
  const named = /\/(playlists\/[0-9A-Za-z]{22}|me\/tracks)\b/.exec(String(json.href ?? ""))?.[1];
  return named == null || named === list;
}

/** Whether it is the page of a user's list of playlists at `offset`. */
export function isListPage(json: unknown, offset: number): boolean {
  const mayBePlaylist = (one: unknown) => one === null || (isObject(one) && (one.type ?? "playlist") === "playlist");
  return isPage(json) && json.items.every(mayBePlaylist) && (json.offset ?? offset) === offset;
}

function isPage(json: unknown): json is JsonObject & { items: unknown[] } {
  if (!isObject(json) || !Array.isArray(json.items)) return false;
  return json.type == null && !playlistMembers.some((member) => member in json);
}

/**
 * The check of a page, which takes an empty one in the middle of a list only if it is served twice. Spotify sometimes serves
 * one by mistake (spotify/ios-streaming-sdk#701), and the rest of the list would be missing.
 */
export function emptyOnlyTwice(isGood: (json: unknown) => boolean, offset: number): (json: unknown) => boolean {
  let isFirst = true;
  return (json) => {
    if (!isGood(json)) return false;
    const { items, total } = json as { items: unknown[]; total?: unknown };
    const isDoubtful = items.length === 0 && (offset > 0 || Number(total) > 0);
    if (!isDoubtful || !isFirst) return true;
    isFirst = false;
    return false;
  };
}

/** An entry does not have a type, unless it is the track or episode itself. */
function mayBeEntry(entry: unknown): boolean {
  if (!isObject(entry)) return true;
  if (typeof entry.snapshot_id === "string") return false;
  return typeof entry.type !== "string" || entry.type === "track" || entry.type === "episode";
}

/**
 * Computes the next offset from what was requested and served. Spotify's `next` can name an endpoint that is closed to the
 * app, or have parameters that change the window.
 */
export function pagingOf(json: unknown, offset: number): Paging {
  const { items, limit, total } = json as { items: unknown[]; limit?: unknown; total?: unknown };
  const served = Number.isInteger(limit) && (limit as number) > 0 ? (limit as number) : pageSize;
  const step = Math.min(served, pageSize);
  const nextOffset = offset + Math.max(items.length, step);
  // A total below what was already served is wrong, so it does not mark the end.
  const isTotalGood = typeof total === "number" && total >= offset + items.length;
  const isLast = isTotalGood ? nextOffset >= total : items.length < step;
  return {
    entries: items.length,
    total: typeof total === "number" ? total : undefined,
    nextOffset: items.length === 0 || isLast ? undefined : nextOffset,
  };
}

/** The member of a playlist's response that embeds entries; undefined if none does. */
export function embeddedName(playlist: unknown): "items" | "tracks" | undefined {
  const contents = playlist as { items?: unknown; tracks?: unknown };
  const embeds = (name: "items" | "tracks") => isObject(contents[name]) && Array.isArray(contents[name].items);
  return embeds("items") ? "items" : embeds("tracks") ? "tracks" : undefined;
}

/** The first page that a playlist's response embeds; undefined if it is missing, cut or malformed. */
export function embeddedPaging(playlist: unknown): Paging | undefined {
  const name = embeddedName(playlist);
  if (name == null) return undefined;
  const { items, offset, limit, total } = (playlist as JsonObject)[name] as { [member: string]: unknown };
  const entries = (items as unknown[]).length;
  if (offset !== 0 || !Number.isInteger(limit) || !Number.isInteger(total)) return undefined;
  if (entries !== Math.min(limit as number, total as number) || !(items as unknown[]).every(mayBeEntry))
    return undefined;
  return { entries, total: total as number, nextOffset: entries < (total as number) ? entries : undefined };
}

/**
 * Identifies a state of a list's contents. For most playlists it is the snapshot id. Liked Songs have no snapshot id, so it
 * is the total and the first page: a new song comes first, and a removed one lowers the total. The same holds for Spotify's
 * own playlists, whose snapshot id changes at every request.
 *
 * @param first the playlist's own response, or the first page of Liked Songs
 * @returns undefined if the response does not identify it
 */
export function contentsIdOf(playlistId: string, first: unknown): string | undefined {
  if (playlistId === likedId) return firstPageId(first);
  if (!isSpotifyOwned(playlistId)) {
    const { snapshot_id } = first as JsonObject;
    return typeof snapshot_id === "string" ? snapshot_id : undefined;
  }
  return embeddedPaging(first) == null ? undefined : firstPageId((first as JsonObject)[embeddedName(first)!]);
}

function firstPageId(page: unknown): string | undefined {
  const { items, total } = page as { items: unknown[]; total?: unknown };
  if (typeof total !== "number") return undefined;
  const hash = createHash("sha256");
  for (const entry of items) hash.update(`${JSON.stringify(entryId(entry))}\n`);
  return `${total}:${hash.digest("base64url")}`;
}

/** What was added and when, without the fields that Spotify changes while the list stays the same. */
function entryId(entry: unknown): unknown {
  if (!isObject(entry)) return entry;
  const item = entry.item ?? entry.track;
  if (!isObject(item)) return [entry.added_at, item];
  const original = isObject(item.linked_from) ? item.linked_from.id : undefined;
  return [entry.added_at, original ?? item.id ?? item.uri];
}

/** The playlist ids in a page of the user's list, each with its place in the page. Other elements are left out. */
export function listedIds(json: unknown): { playlistId: string; index: number; playlist: unknown }[] {
  return (json as { items: ({ id?: unknown } | null)[] }).items.flatMap((playlist, index) => {
    const id = playlist?.id;
    return typeof id === "string" && parsePlaylistId(id) === id ? [{ playlistId: id, index, playlist }] : [];
  });
}
