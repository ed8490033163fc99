/** Decides what the transform accepts as a playlist and its entries. Runs once a document, not once an entry. */
import { likedId } from "./keys";
import { excerpt, type Refuse } from "./refusal";
import { type JsonObject, makeValues } from "./values";

/** Entries as one response served them. */
export interface Contents {
  readonly entries: readonly unknown[];
  /** Position of the first entry, from 0; undefined if it is missing or not a valid position. */
  readonly offset: number | undefined;
  /** How many entries the playlist has, as served; else empty. */
  readonly total: string;
  /** Set if the entries are in the scanner: how many, and how to parse some. Asking for `entries` parses them all. */
  readonly scanned?: { readonly count: number; parse(list: Buffer): readonly unknown[] };
}

/** A playlist and its entries, found in a document. */
export interface PlaylistForm {
  /** The playlist's own object; empty if the form holds none. */
  readonly playlist: JsonObject;
  /** The playlist's id; empty if the form holds none. */
  readonly id: string;
  readonly contents: Contents;
  /** Its path in the document: `[]` for the document itself, or e.g. `["playlists", 3]`. */
  readonly path: readonly (string | number)[];
}

/**
 * Finds the playlists of a document: one, or several for a map or a list.
 * @param onSkipped gets one line for each null in a map or list
 */
type ReadDocument = (document: unknown, refuse: Refuse, onSkipped: (line: string) => void) => PlaylistForm[];

/** Recognizes the accepted forms. */
export interface Forms {
  /** Entries of a page; `undefined` if the value is not a page. */
  page(value: unknown): Contents | undefined;
  /** Whether the value is a playlist's own response, with or without items. */
  isPlaylist(value: unknown): value is JsonObject;
  /** Entries that a playlist embeds, in `items` or `tracks`, as a paging object or a plain array. */
  embedded(playlist: JsonObject): Contents | undefined;
  /** How many entries the playlist has, as served; else empty. */
  total(playlist: JsonObject): string;
  /** Describes a value that cannot be accepted, in a few words. */
  describe(value: unknown): string;
  readDocument: ReadDocument;
}

/** Makes the recognizers. */
export function makeForms(): Forms {
  const { text, isObject, object } = makeValues();
  const { isArray } = Array;
  /** Fields of a playlist that a page does not have. */
  const playlistMarks = ["id", "uri", "name", "snapshot_id", "owner"];
  /** All fields of a page. */
  const pageFields = new Set(["href", "items", "limit", "next", "offset", "previous", "total", "cursors"]);
  const accountData = "Spotify's account data";
  const responsesInstead =
    "responses of its Web API: npx playlake import FOLDER reads account data (playlists with items, and YourLibrary.json)";
  const entryMarks = ["item", "track", "added_at", "added_by", "artists", "album", "show", "duration_ms"];

  function paging(holder: JsonObject, entries: readonly unknown[]): Contents {
    const { offset } = holder;
    const isPosition = Number.isSafeInteger(offset) && (offset as number) >= 0;
    return { entries, offset: isPosition ? (offset as number) : undefined, total: text(holder.total) };
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

  /** A playlist of Spotify's account data has no id, and its items have none either. */
  function isAccountData(value: unknown): boolean {
    if (!isObject(value)) return false;
    return (typeof value.lastModifiedDate === "string" && !("id" in value)) || isArray(value.bannedTracks);
  }

  function contentsIn(holder: unknown): Contents | undefined {
    if (isArray(holder)) return { entries: holder, offset: undefined, total: "" };
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

  /** Whether a list holds anything that could be an entry. Asked if nothing around the list shows that it is Spotify's. */
  function mayBeEntries(entries: readonly unknown[]): boolean {
    return entries.length === 0 || entries.some(mayBeEntry);
  }

  function describeList(list: readonly unknown[]): string {
    if (list.length === 0) return "an empty list";
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
    if (isAccountData(value) || (isArray(value.playlists) && value.playlists.some(isAccountData))) {
      return accountData;
    }
    if (isCertainlyPlaylist(value)) return "a playlist without its items";
    const contents = page(value);
    if (contents != null && listsPlaylists(contents)) return "a page of playlists";
    if (typeof value.type === "string") return `an object of type ${excerpt(value.type)}`;
    const fields = Object.keys(value);
    if (fields.length === 0) return "an empty object";
    return `an object with ${fields.slice(0, 4).join(", ").slice(0, 80)}${fields.length > 4 ? ", …" : ""}`;
  }

  function readPlaylist(value: unknown, idElsewhere: string, path: PlaylistForm["path"]): PlaylistForm | undefined {
    if (!isObject(value) || page(value) != null || (value.type ?? "playlist") !== "playlist") return undefined;
    if (isAccountData(value)) return undefined;
    const contents = embedded(value);
    if (contents == null) return undefined;
    // With `fields=tracks` Spotify serves no other field of a playlist. Other responses with `tracks` have more fields.
    const isItemsAlone = Object.keys(value).every((field) => field === "items" || field === "tracks");
    if (!isPlaylist(value) && !isItemsAlone) return undefined;
    if (!isCertainlyPlaylist(value) && !mayBeEntries(contents.entries)) return undefined;
    const id = text(value.id);
    return { playlist: value, id: id === "" ? idElsewhere : id, contents: { ...contents, total: total(value) }, path };
  }

  /** A page of `/me/playlists` lists playlists, not entries of one. */
  function listsPlaylists({ entries }: Contents): boolean {
    const served = entries.filter((entry) => entry !== null);
    return served.length > 0 && served.every((entry) => isObject(entry) && isCertainlyPlaylist(entry));
  }

  function readPage(value: unknown): PlaylistForm | undefined {
    const contents = isArray(value) ? contentsIn(value) : page(value);
    if (contents == null || listsPlaylists(contents)) return undefined;
    const isCertain = isObject(value) && Object.keys(value).every((field) => pageFields.has(field));
    if (!isCertain && !mayBeEntries(contents.entries)) return undefined;
    return { playlist: {}, id: "", contents, path: [] };
  }

  /** A backup tool lists the liked songs among the playlists, with a name but no id. */
  function idInList(member: unknown): string {
    return isObject(member) && member.name === "Liked Songs" ? likedId : "";
  }

  /** The members of a map, or of a list of playlists; `undefined` if the value is neither. */
  function membersOf(value: unknown) {
    if (isArray(value)) return membersOfList(value, []);
    if (!isObject(value)) return undefined;
    if (isArray(value.playlists)) return membersOfList(value.playlists, ["playlists"]);
    return Object.entries(value).map(([id, member]) => ({
      member,
      form: readPlaylist(member, id, [id]),
      place: `under ${excerpt(id)}`,
    }));
  }

  function membersOfList(list: readonly unknown[], path: PlaylistForm["path"]) {
    return list.map((member, index) => ({
      member,
      form: readPlaylist(member, idInList(member), [...path, index]),
      place: `at index ${index}`,
    }));
  }

  function readSeveral(value: unknown, refuse: Refuse, onSkipped: (line: string) => void): PlaylistForm[] | undefined {
    const found = membersOf(value);
    if (found == null || found.every(({ form }) => form == null)) return undefined;
    const forms: PlaylistForm[] = [];
    for (const { member, form, place } of found) {
      if (form != null) forms.push(form);
      else if (member === null) onSkipped(`null ${place} in place of a playlist`);
      else throw refuse(`${describe(member)} ${place} among playlists`);
    }
    return forms;
  }

  /** A list whose members all look like playlists, or are null, is not a list of entries. */
  function isPlaylistList(document: unknown): boolean {
    if (!isArray(document)) return false;
    const served = document.filter((member) => member !== null);
    const isOne = (member: unknown) =>
      isObject(member) && (isCertainlyPlaylist(member) || readPlaylist(member, "", []) != null);
    return served.length > 0 && served.every(isOne);
  }

  function readDocument(document: unknown, refuse: Refuse, onSkipped: (line: string) => void): PlaylistForm[] {
    const one = isPlaylistList(document) ? undefined : (readPlaylist(document, "", []) ?? readPage(document));
    const forms = one == null ? readSeveral(document, refuse, onSkipped) : [one];
    if (forms != null) return forms;
    const found = isPlaylistList(document) ? "a list of playlists without their items" : describe(document);
    throw refuse(found, found === accountData ? responsesInstead : void 0);
  }

  return { page, isPlaylist, embedded, total, describe, readDocument };
}
