import type { Edit } from "../spotify/writePlaylist";
import { makeEntryReader } from "../transforms/entries";
import { idFrom, type Library, type ServedPlaylist, snapshotIdOf } from "./library";
import { user } from "./sampleTracks";

/** How late reads serve a write. */
export interface Lateness {
  contentsMs: number;
  snapshotIdMs: number;
}

export interface WritableLibraryOptions {
  clock: { now(): Date };
  /** The item behind a URI, as JSON text; undefined if Spotify does not add it. @default what the library serves now */
  itemOf?: (uri: string) => string | undefined;
  /** Called for each write. @default reads serve each write at once */
  lateness?: () => Lateness;
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

/** A state of a playlist, and from when on reads serve its parts. */
interface Version {
  playlist: ServedPlaylist;
  contentsFromMs: number;
  snapshotIdFromMs: number;
}

export type WritableLibrary = ReturnType<typeof writableLibrary>;

/** A library whose playlists can be written. What is written stays as long as the object. */
export function writableLibrary(base: Library, options: WritableLibraryOptions) {
  const { clock } = options;
  const lateness = options.lateness ?? (() => ({ contentsMs: 0, snapshotIdMs: 0 }));
  const itemOf = options.itemOf ?? ((uri) => servedItems(base, [clock.now()]).get(uri));
  /** The states of each written playlist, oldest first. */
  const versions = new Map<string, Version[]>();
  let writes = 0;

  /** What reads serve of a playlist at an instant: nothing of one that was made later. */
  function served(id: string, instant: Date, inBase?: ServedPlaylist): ServedPlaylist[] {
    const nowMs = instant.getTime();
    const states = versions.get(id) ?? [];
    const contents = states.findLast(({ contentsFromMs }) => contentsFromMs <= nowMs)?.playlist ?? inBase;
    const named = states.findLast(({ snapshotIdFromMs }) => snapshotIdFromMs <= nowMs)?.playlist ?? inBase;
    return contents === undefined ? [] : [{ ...contents, snapshotId: (named ?? contents).snapshotId }];
  }

  function playlistsAt(instant: Date): ServedPlaylist[] {
    const inBase = base.playlistsAt(instant);
    const made = [...versions.keys()].filter((id) => !inBase.some((playlist) => playlist.id === id)).reverse();
    return [
      ...made.flatMap((id) => served(id, instant)),
      ...inBase.flatMap((playlist) => served(playlist.id, instant, playlist)),
    ];
  }

  function current(playlistId: string): ServedPlaylist | undefined {
    const written = versions.get(playlistId)?.at(-1)?.playlist;
    return written ?? base.playlistsAt(clock.now()).find(({ id }) => id === playlistId);
  }

  /** Keeps a state, with its own snapshot id even if its contents are those of an earlier one. */
  function keep(playlist: Omit<ServedPlaylist, "snapshotId">): ServedPlaylist {
    writes += 1;
    const nowMs = clock.now().getTime();
    const { contentsMs, snapshotIdMs } = lateness();
    const kept = { ...playlist, snapshotId: snapshotIdOf([`write ${writes}`, ...playlist.entries]) };
    const before = versions.get(playlist.id) ?? [];
    const last = before.at(-1);
    const version = {
      playlist: kept,
      // No read serves an earlier write after a later one.
      contentsFromMs: Math.max(nowMs + contentsMs, last?.contentsFromMs ?? 0),
      snapshotIdFromMs: Math.max(nowMs + snapshotIdMs, last?.snapshotIdFromMs ?? 0),
    };
    versions.set(playlist.id, [...before, version]);
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
    /** The playlist after all writes, whatever reads serve; undefined if there is none. */
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
