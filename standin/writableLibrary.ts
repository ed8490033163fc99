import type { Edit } from "../spotify/writePlaylist";
import { makeEntryReader } from "../transforms/entries";
import { idFrom, type Library, type ServedPlaylist, snapshotIdOf } from "./library";
import { user } from "./sampleTracks";

interface WritableLibraryOptions {
  clock: { now(): Date };
  /** The item behind a URI, as JSON text; undefined if Spotify does not add it. @default what the library serves now */
  itemOf?: (uri: string) => string | undefined;
}

/** A write that Spotify does not make. */
export class WriteRefused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export type WritableLibrary = ReturnType<typeof writableLibrary>;

/** A library whose playlists can be written. What is written stays as long as the object. */
export function writableLibrary(base: Library, { clock, ...options }: WritableLibraryOptions) {
  const itemOf = options.itemOf ?? ((uri) => servedItems(base, [clock.now()]).get(uri));
  /** The playlists that were written, as the last write left them. */
  const written = new Map<string, ServedPlaylist>();
  let writes = 0;

  function playlistsAt(instant: Date): ServedPlaylist[] {
    const inBase = base.playlistsAt(instant);
    const made = [...written.values()].filter(({ id }) => !inBase.some((playlist) => playlist.id === id)).reverse();
    return [...made, ...inBase.map((playlist) => written.get(playlist.id) ?? playlist)];
  }

  function current(playlistId: string): ServedPlaylist | undefined {
    return playlistsAt(clock.now()).find(({ id }) => id === playlistId);
  }

  /** Keeps a playlist, with its own snapshot id even if its contents are those of an earlier state. */
  function keep(playlist: Omit<ServedPlaylist, "snapshotId">): ServedPlaylist {
    writes += 1;
    const kept = { ...playlist, snapshotId: snapshotIdOf([`write ${writes}`, ...playlist.entries]) };
    written.set(playlist.id, kept);
    return kept;
  }

  function newEntries(playlist: ServedPlaylist, uris: readonly string[]): string[] {
    if (uris.length > 100) throw new WriteRefused(400, "Cannot add more than 100 tracks at a time.");
    const name = playlist.contentsNames[0] === "tracks" ? "track" : "item";
    const addedAt = `${clock.now().toISOString().slice(0, 19)}Z`;
    return uris.map((uri) => {
      const item = /^spotify:(track|episode):[0-9A-Za-z]+$/.test(uri) ? itemOf(uri) : undefined;
      if (item === undefined) throw new WriteRefused(400, `Invalid track uri: ${uri}`);
      const common = { added_at: addedAt, added_by: user("maren"), is_local: false };
      return `${JSON.stringify(common).slice(0, -1)},"${name}":${item}}`;
    });
  }

  function edited(playlist: ServedPlaylist, edit: Edit): string[] {
    const { entries } = playlist;
    if (edit.kind === "add") {
      const { position } = edit;
      if (position < 0 || position > entries.length) throw new WriteRefused(400, "Index out of bounds.");
      return entries.toSpliced(position, 0, ...newEntries(playlist, edit.uris));
    }
    if (edit.kind === "remove") return entries.filter((text) => !edit.uris.includes(uriOf(text)));
    const { start, length, before } = edit;
    const isIn = start >= 0 && length >= 1 && start + length <= entries.length && before >= 0;
    if (!isIn || before > entries.length) throw new WriteRefused(400, "Index out of bounds.");
    const others = entries.toSpliced(start, length);
    const moved = entries.slice(start, start + length);
    return others.toSpliced(before > start ? Math.max(start, before - length) : before, 0, ...moved);
  }

  return {
    ...base,
    playlistsAt,
    /** The playlist after all writes; undefined if there is none. */
    current,
    /** Makes a playlist without entries. */
    create({ name, description, isPublic }: { name: string; description: string; isPublic: boolean }): ServedPlaylist {
      const id = idFrom(`written playlist ${writes} ${name}`);
      const fields = { id, name, description, type: "playlist", collaborative: false, public: isPublic };
      const all = { ...fields, owner: { ...user("maren"), display_name: "Maren" }, uri: `spotify:playlist:${id}` };
      return keep({
        id,
        fields: Object.entries(all).map(([field, value]) => [field, JSON.stringify(value)] as const),
        contentsNames: ["items"],
        entries: [],
      });
    },
    /**
     * Changes a playlist's entries. An addition is not bound to a snapshot. @returns the new snapshot id
     * @throws `WriteRefused`
     */
    edit(playlistId: string, edit: Edit, snapshotId?: string): string {
      const playlist = current(playlistId);
      if (playlist === undefined) throw new WriteRefused(404, "Resource not found");
      if (edit.kind !== "add" && ![undefined, playlist.snapshotId].includes(snapshotId)) {
        throw new WriteRefused(400, "The snapshot is not the current one.");
      }
      return keep({ ...playlist, entries: edited(playlist, edit) }).snapshotId;
    },
  };
}

const readEntry = makeEntryReader();

/** An entry's URI, under which it was added; empty if it has none. */
function uriOf(text: string): string {
  const { type, item } = readEntry(JSON.parse(text));
  if (type !== "track" && type !== "episode") return "";
  const { uri } = { ...item, ...(item.linked_from as object | undefined) };
  return typeof uri === "string" ? uri : `spotify:${type}:${item.id}`;
}

/** The items that a library serves at any of the instants, as JSON text by the URI under which they were added. */
export function servedItems(library: Library, instants: readonly Date[]): Map<string, string> {
  const items = new Map<string, string>();
  for (const instant of instants) {
    const lists = [...library.playlistsAt(instant).map(({ entries }) => entries), library.likedAt?.(instant) ?? []];
    for (const text of lists.flat()) {
      const uri = uriOf(text);
      if (uri !== "" && !items.has(uri)) items.set(uri, JSON.stringify(readEntry(JSON.parse(text)).item));
    }
  }
  return items;
}
