import { idFrom, type Library, type ServedPlaylist, snapshotIdOf } from "./library";
import { user } from "./sampleTracks";

/** A change of a playlist's entries. Positions count from 0. */
export type StandInEdit =
  | { kind: "add"; uris: readonly string[]; position: number | undefined }
  | { kind: "remove"; uris: readonly string[]; snapshotId: string | undefined }
  | { kind: "move"; start: number; length: number; before: number; snapshotId: string | undefined }
  | { kind: "replace"; uris: readonly string[] };

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

  function served(states: readonly Version[], nowMs: number): ServedPlaylist[] {
    const contents = states.findLast(({ contentsFromMs }) => contentsFromMs <= nowMs)?.playlist;
    const { snapshotId } = states.findLast(({ snapshotIdFromMs }) => snapshotIdFromMs <= nowMs)?.playlist ?? {};
    return contents === undefined ? [] : [{ ...contents, snapshotId: snapshotId ?? contents.snapshotId }];
  }

  function playlistsAt(instant: Date): ServedPlaylist[] {
    const nowMs = instant.getTime();
    const inBase = base.playlistsAt(instant);
    const isNew = (id: string) => !inBase.some((playlist) => playlist.id === id);
    const made = [...versions].filter(([id]) => isNew(id)).reverse();
    return [
      ...made.flatMap(([, states]) => served(states, nowMs)),
      ...inBase.flatMap((playlist) => {
        const states = versions.get(playlist.id);
        return states === undefined ? [playlist] : served(states, nowMs);
      }),
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
    const first = current(playlist.id);
    const before = versions.get(playlist.id) ?? [];
    if (before.length === 0 && first !== undefined) {
      before.push({ playlist: first, contentsFromMs: 0, snapshotIdFromMs: 0 });
    }
    // No read serves an earlier write after a later one.
    const from = (lateMs: number, part: "contentsFromMs" | "snapshotIdFromMs") =>
      Math.max(nowMs + lateMs, before.at(-1)?.[part] ?? 0);
    versions.set(playlist.id, [
      ...before,
      {
        playlist: kept,
        contentsFromMs: from(contentsMs, "contentsFromMs"),
        snapshotIdFromMs: from(snapshotIdMs, "snapshotIdFromMs"),
      },
    ]);
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

  function edited(playlist: ServedPlaylist, edit: StandInEdit): string[] {
    const { entries } = playlist;
    if (edit.kind === "replace") return newEntries(playlist, edit.uris);
    if (edit.kind === "add") {
      const { position = entries.length } = edit;
      if (position < 0 || position > entries.length) throw new WriteRefused(400, "Index out of bounds.");
      return [...entries.slice(0, position), ...newEntries(playlist, edit.uris), ...entries.slice(position)];
    }
    if (edit.snapshotId !== undefined && edit.snapshotId !== playlist.snapshotId) {
      throw new WriteRefused(400, "The snapshot is not the current one.");
    }
    if (edit.kind === "remove") return entries.filter((text) => !edit.uris.includes(uriOf(text)));
    const { start, length, before } = edit;
    const isIn = start >= 0 && length >= 1 && start + length <= entries.length && before >= 0;
    if (!isIn || before > entries.length) throw new WriteRefused(400, "Index out of bounds.");
    const moved = entries.slice(start, start + length);
    const isMoved = (index: number) => index >= start && index < start + length;
    const without = (from: number, to: number) => entries.slice(from, to).filter((_, index) => !isMoved(from + index));
    return [...without(0, before), ...moved, ...without(before, entries.length)];
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
     * Changes a playlist's entries. @returns the new snapshot id
     * @throws `WriteRefused`
     */
    edit(playlistId: string, edit: StandInEdit): string {
      const playlist = current(playlistId);
      if (playlist === undefined) throw new WriteRefused(404, "Resource not found");
      return keep({ ...playlist, entries: edited(playlist, edit) }).snapshotId;
    },
  };
}

interface EntryJson {
  item?: ItemJson | null;
  track?: ItemJson | boolean | null;
}

interface ItemJson {
  id?: string | null;
  uri?: string;
  type?: string;
  episode?: boolean;
  linked_from?: { uri?: string } | null;
}

function itemJson(text: string): ItemJson | undefined {
  const { item, track } = JSON.parse(text) as EntryJson;
  return item ?? (typeof track === "object" ? (track ?? undefined) : undefined);
}

/** An entry's URI, under which it was added; empty if it has none. */
function uriOf(text: string): string {
  const item = itemJson(text);
  if (item === undefined) return "";
  const isEpisode = item.type === "episode" || item.episode === true;
  return item.linked_from?.uri ?? item.uri ?? `spotify:${isEpisode ? "episode" : "track"}:${item.id}`;
}

/** The items that a library serves at any of the instants, as JSON text by the URI under which they were added. */
export function servedItems(library: Library, instants: readonly Date[]): Map<string, string> {
  const items = new Map<string, string>();
  for (const instant of instants) {
    const lists = [...library.playlistsAt(instant).map(({ entries }) => entries), library.likedAt?.(instant) ?? []];
    for (const text of lists.flat()) {
      const uri = uriOf(text);
      if (uri !== "" && !items.has(uri)) items.set(uri, JSON.stringify(itemJson(text)));
    }
  }
  return items;
}
