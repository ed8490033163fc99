/** What the transformer takes for a playlist and its entries, and what it refuses. Runs once a document, not once an entry. */
import { excerpt, type Refuse } from "./refusal";
import { type JsonObject, makeValues } from "./values";

/** Entries as one response served them. */
export interface Contents {
  readonly entries: readonly unknown[];
  /** Position of the first entry, counted from 0. */
  readonly offset: number;
  /** How many entries the playlist has, as served; else empty. */
  readonly total: string;
}

/** A playlist and its entries, found in a document. */
export interface PlaylistForm {
  /** The playlist's own object; empty where the form holds none. */
  readonly playlist: JsonObject;
  /** The playlist's id; empty where the form holds none. */
  readonly id: string;
  readonly contents: Contents;
}

/** What a document holds: `[playlist]`, or several for a map. */
export type ReadDocument = (document: unknown, refuse: Refuse) => PlaylistForm[];

/** The questions that the forms' readers ask. */
export interface Forms {
  /** Entries of a page; `undefined` where the value is none. */
  page(value: unknown): Contents | undefined;
  /** Whether the value is a playlist's own response, with or without items. */
  isPlaylist(value: unknown): value is JsonObject;
  /** Entries that a playlist embeds, in `items` or `tracks`, as a paging object or a plain array. */
  embedded(playlist: JsonObject): Contents | undefined;
  /** How many entries a playlist says it has; else empty. */
  total(playlist: JsonObject): string;
  /** In a few words, what a value is that can't be taken. */
  describe(value: unknown): string;
  readDocument: ReadDocument;
}

/** Makes the readers of forms. */
export function makeForms(): Forms {
  const { text, isObject, object } = makeValues();
  const { isArray } = Array;
  /** What a playlist, but no page, has. */
  const playlistMarks = ["id", "uri", "name", "snapshot_id", "owner"];
  /** All that a page has. */
  const pageFields = new Set(["href", "items", "limit", "next", "offset", "previous", "total", "cursors"]);
  const entryMarks = ["item", "track", "added_at", "added_by", "artists", "album", "show", "duration_ms"];

  function paging(holder: JsonObject, entries: readonly unknown[]): Contents {
    const { offset } = holder;
    const isPosition = Number.isSafeInteger(offset) && (offset as number) >= 0;
    return { entries, offset: isPosition ? (offset as number) : 0, total: text(holder.total) };
  }

  function page(value: unknown): Contents | undefined {
    if (!isObject(value) || !isArray(value.items)) return undefined;
    if (value.type != null || playlistMarks.some((mark) => mark in value)) return undefined;
    return paging(value, value.items);
  }

  function isPlaylist(value: unknown): value is JsonObject {
    if (!isObject(value) || (value.type ?? "playlist") !== "playlist") return false;
    return value.type != null || playlistMarks.some((mark) => mark in value);
  }

  function isCertainlyPlaylist(value: JsonObject): boolean {
    return value.type === "playlist" || typeof value.snapshot_id === "string";
  }

  function contentsIn(holder: unknown): Contents | undefined {
    if (isArray(holder)) return { entries: holder, offset: 0, total: "" };
    return isObject(holder) && isArray(holder.items) ? paging(holder, holder.items) : undefined;
  }

  function embedded(playlist: JsonObject): Contents | undefined {
    return contentsIn(playlist.items) ?? contentsIn(playlist.tracks);
  }

  function total(playlist: JsonObject): string {
    const served = text(object(playlist.items).total);
    return served === "" ? text(object(playlist.tracks).total) : served;
  }

  function mayBeEntry(entry: unknown): boolean {
    if (entry === null) return true;
    if (!isObject(entry)) return false;
    if (isObject(entry.item) || isObject(entry.track)) return true;
    if (entry.type != null) return entry.type === "track" || entry.type === "episode";
    return text(entry.uri).startsWith("spotify:") || entryMarks.some((mark) => mark in entry);
  }

  /** Whether a list that nothing around it shows to be Spotify's holds anything that could be an entry. */
  function mayBeEntries(entries: readonly unknown[]): boolean {
    return entries.length === 0 || entries.some(mayBeEntry);
  }

  function describeList(list: readonly unknown[]): string {
    if (list.length === 0) return "an empty list";
    if (list.every((member) => isObject(member) && isCertainlyPlaylist(member))) return "a list of playlists";
    return mayBeEntries(list) ? "a list of entries" : "a list in which nothing is an entry";
  }

  function describeError(error: unknown): string {
    const { status, message } = object(error);
    const words = [text(status), text(message ?? error).slice(0, 200)].filter((word) => word !== "");
    return `an error response (${words.join(" ")})`;
  }

  function describe(value: unknown): string {
    if (value === null) return "null";
    if (isArray(value)) return describeList(value);
    if (!isObject(value)) return `a JSON ${typeof value}`;
    if (value.error != null) return describeError(value.error);
    if (isCertainlyPlaylist(value)) return "a playlist without its items";
    const contents = page(value);
    if (contents != null && listsPlaylists(contents)) return "a page of playlists";
    if (typeof value.type === "string") return `an object of type ${excerpt(value.type)}`;
    const fields = Object.keys(value);
    if (fields.length === 0) return "an empty object";
    return `an object with ${fields.slice(0, 4).join(", ").slice(0, 80)}${fields.length > 4 ? ", …" : ""}`;
  }

  function readPlaylist(value: unknown, idElsewhere: string): PlaylistForm | undefined {
    if (!isObject(value) || page(value) != null || (value.type ?? "playlist") !== "playlist") return undefined;
    const contents = embedded(value);
    if (contents == null) return undefined;
    // Spotify's `fields=tracks` leaves nothing else of a playlist; other responses with `tracks` have other fields.
    const isItemsAlone = Object.keys(value).every((field) => field === "items" || field === "tracks");
    if (!isPlaylist(value) && !isItemsAlone) return undefined;
    if (!isCertainlyPlaylist(value) && !mayBeEntries(contents.entries)) return undefined;
    const id = text(value.id);
    return { playlist: value, id: id === "" ? idElsewhere : id, contents: { ...contents, total: total(value) } };
  }

  /** What `/me/playlists` lists are playlists, not entries of one. */
  function listsPlaylists({ entries }: Contents): boolean {
    const served = entries.filter((entry) => entry !== null);
    return served.length > 0 && served.every((entry) => isObject(entry) && isCertainlyPlaylist(entry));
  }

  function readPage(value: unknown): PlaylistForm | undefined {
    const contents = isArray(value) ? contentsIn(value) : page(value);
    if (contents == null || listsPlaylists(contents)) return undefined;
    const isCertain = isObject(value) && Object.keys(value).every((field) => pageFields.has(field));
    if (!isCertain && !mayBeEntries(contents.entries)) return undefined;
    return { playlist: {}, id: "", contents };
  }

  function readMap(value: unknown, refuse: Refuse): PlaylistForm[] | undefined {
    if (!isObject(value)) return undefined;
    const found = Object.entries(value).map(([id, member]) => ({ id, member, form: readPlaylist(member, id) }));
    if (found.every(({ form }) => form == null)) return undefined;
    const ids = new Set<string>();
    return found.map(({ id, member, form }) => {
      if (form == null) throw refuse(`a map of playlists with ${describe(member)} under ${excerpt(id)}`);
      if (ids.has(form.id)) throw refuse(`playlist ${form.id} twice in a map`, "each playlist once");
      ids.add(form.id);
      return form;
    });
  }

  function readDocument(document: unknown, refuse: Refuse): PlaylistForm[] {
    const one = readPlaylist(document, "") ?? readPage(document);
    if (one != null) return [one];
    const several = readMap(document, refuse);
    if (several != null) return several;
    throw refuse(describe(document));
  }

  return { page, isPlaylist, embedded, total, describe, readDocument };
}
