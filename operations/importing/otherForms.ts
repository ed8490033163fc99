// Converts files of other tools into the shape of a Spotify response. Unknown values are left out, never guessed.
import { createHash } from "node:crypto";
import path from "node:path";
import { likedId, mostPlaylistIdLength, safeId } from "../../transforms/keys";
import { rawLineOf } from "./rawLines";

/** A playlist that a file holds, ready to be stored. */
export interface ImportedPlaylist {
  /** Safe as part of a key. */
  readonly playlistId: string;
  /** Entries in the file. */
  readonly entries: number;
  /** Entries that the playlist has, by the file; `entries` if the file does not state it. */
  readonly totalItems: number;
  /** The text of its raw object. */
  readonly lines: string;
}

/** The contents of a file. */
export interface FileContents {
  /** The kind of file, such as `raw lines` or `Exportify CSV`. */
  readonly form: string;
  /** What the tables will not hold, because it is not in the file. */
  readonly missing: readonly string[];
  readonly playlists: readonly ImportedPlaylist[];
  /** A line for each playlist that cannot be imported. @default none */
  readonly skipped?: readonly string[];
}

/**
 * Makes ids of names, for each file of an import. Equal names are numbered, as are those that differ only in case: some file
 * systems take them for equal. A download's Playlist1.json, Playlist2.json and so on share their names.
 */
export function idsOfFiles(): (file: string) => (name: string) => string {
  const takenBy = new Map<string, Set<string>>();
  return (file) => {
    const { dir, base } = path.parse(file);
    const download = /^Playlist\d+\.json$/.test(base) ? dir : file;
    const taken = takenBy.get(download) ?? new Set([likedId]);
    takenBy.set(download, taken);
    return (name) => {
      for (let number = 1; ; number += 1) {
        const id = idOfName(number === 1 ? name : `${name} (${number})`);
        const key = id.toLowerCase();
        if (taken.has(key)) continue;
        taken.add(key);
        return id;
      }
    };
  };
}

/** The name, or if it is too long for a key its beginning and its hash. */
export function idOfName(name: string): string {
  const fits = (id: string) => safeId(id).length <= mostPlaylistIdLength;
  if (fits(name)) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  let kept = "";
  for (const character of name) {
    if (!fits(`${kept}${character}-${hash}`)) break;
    kept += character;
  }
  return `${kept}-${hash}`;
}

/** What is known of a playlist. Everything but the id and the entries can be missing. */
export interface KnownPlaylist {
  readonly id: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly ownerName?: string | undefined;
  readonly followers?: number | undefined;
  readonly snapshotId?: string | undefined;
  readonly entries: readonly object[];
}

/** The raw object of a playlist of which only this is known. */
export function importedPlaylist(known: KnownPlaylist): ImportedPlaylist {
  const { id, name, description, ownerId, ownerName, followers, snapshotId, entries } = known;
  const body = {
    type: "playlist",
    id,
    name,
    description,
    ...(ownerId === undefined && ownerName === undefined ? {} : { owner: { id: ownerId, display_name: ownerName } }),
    ...(followers === undefined ? {} : { followers: { total: followers } }),
    snapshot_id: snapshotId,
    tracks: { items: entries },
  };
  const lines = rawLineOf(JSON.stringify(body));
  return { playlistId: safeId(id), entries: entries.length, totalItems: entries.length, lines };
}

/**
 * The type, id and URI in a URI, a link or a bare id. Local files have only a URI.
 * @param type the type of a bare id
 */
export function identity(reference: string | undefined, type = "track"): { type?: string; id?: string; uri?: string } {
  if (reference === undefined || reference === "") return {};
  if (reference.startsWith("spotify:local:")) return { type: "track", uri: reference };
  const [, named, id] = /^(?:spotify:|https:\/\/open\.spotify\.com\/)([a-z]+)[:/]([A-Za-z0-9]+)/.exec(reference) ?? [];
  if (named !== undefined && id !== undefined) return { type: named, id, uri: `spotify:${named}:${id}` };
  return /^[A-Za-z0-9]{22}$/.test(reference)
    ? { type, id: reference, uri: `spotify:${type}:${reference}` }
    : { uri: reference };
}

/** An artist or an album; each value can be missing. */
interface Named {
  readonly uri?: string;
  readonly name?: unknown;
}

interface Item extends Named {
  readonly artists?: readonly Named[];
  readonly album?: Named;
}

/** Artists and albums of which only the names are known get URIs made of these: the keys that local files' have. */
function withKeys({ artists = [], album, ...item }: Item): Item {
  const encoded = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
  const keyed = (one: Named, prefix: string) => {
    const name = one.uri === undefined ? filled(one.name) : undefined;
    return name === undefined ? one : { ...one, uri: `${prefix}${encoded(name)}` };
  };
  const makers = encoded(artists.map(({ name }) => filled(name) ?? "").join("|"));
  return {
    ...item,
    artists: artists.map((artist) => keyed(artist, "local:artist:")),
    ...(album === undefined ? {} : { album: keyed(album, `local:album:${makers}:`) }),
  };
}

/** An entry; cells that are empty are left out. */
export function importedEntry(item: Item, addedAt: string | undefined, addedBy: string | undefined): object {
  const isLocal = item.uri?.startsWith("spotify:local:") ?? false;
  return {
    added_at: filled(addedAt),
    ...(filled(addedBy) === undefined ? {} : { added_by: { id: addedBy?.replace(/^spotify:user:/, "") } }),
    is_local: isLocal,
    track: isLocal || item.uri === undefined || item.artists === undefined ? item : withKeys(item),
  };
}

/** The text, unless it is empty. */
export function filled(text: unknown): string | undefined {
  return typeof text === "string" && text !== "" ? text : undefined;
}

/** A release date with its precision, which follows from its length. */
export function released(date: string | undefined): object {
  const precision = { 4: "year", 7: "month", 10: "day" }[date?.length ?? 0];
  return precision === undefined ? {} : { release_date: date, release_date_precision: precision };
}
