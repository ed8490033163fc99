import type { ServedPlaylist } from "../../../standin/library";
import type { WritableLibrary } from "../../../standin/writableLibrary";

/** How late reads serve a write. */
export interface Lateness {
  contentsMs: number;
  snapshotIdMs: number;
}

/** A state of a playlist, and from when on reads serve its parts. */
interface Version {
  /** Undefined: not made yet. */
  playlist: ServedPlaylist | undefined;
  contentsFromMs: number;
  snapshotIdFromMs: number;
}

/** A library whose reads serve each write late, as Spotify's do. @param lateness called for each write */
export function lateLibrary(
  library: WritableLibrary,
  clock: { now(): Date },
  lateness: () => Lateness,
): WritableLibrary {
  /** The states of each written playlist, oldest first. */
  const versions = new Map<string, Version[]>();

  function note(playlistId: string, before: ServedPlaylist | undefined): void {
    const first = { playlist: before, contentsFromMs: 0, snapshotIdFromMs: 0 };
    const earlier = versions.get(playlistId) ?? [first];
    const last = earlier.at(-1)!;
    const nowMs = clock.now().getTime();
    const { contentsMs, snapshotIdMs } = lateness();
    const version = {
      playlist: library.current(playlistId),
      // No read serves an earlier write after a later one.
      contentsFromMs: Math.max(nowMs + contentsMs, last.contentsFromMs),
      snapshotIdFromMs: Math.max(nowMs + snapshotIdMs, last.snapshotIdFromMs),
    };
    versions.set(playlistId, [...earlier, version]);
  }

  function served(playlist: ServedPlaylist, nowMs: number): ServedPlaylist[] {
    const states = versions.get(playlist.id) ?? [{ playlist, contentsFromMs: 0, snapshotIdFromMs: 0 }];
    const contents = states.findLast(({ contentsFromMs }) => contentsFromMs <= nowMs)?.playlist;
    const named = states.findLast(({ snapshotIdFromMs }) => snapshotIdFromMs <= nowMs)?.playlist;
    return contents === undefined ? [] : [{ ...contents, snapshotId: (named ?? contents).snapshotId }];
  }

  return {
    ...library,
    playlistsAt: (instant) => library.playlistsAt(instant).flatMap((playlist) => served(playlist, instant.getTime())),
    create(fields) {
      const made = library.create(fields);
      note(made.id, undefined);
      return made;
    },
    edit(playlistId, edit, snapshotId) {
      const before = library.current(playlistId);
      const newId = library.edit(playlistId, edit, snapshotId);
      note(playlistId, before);
      return newId;
    },
  };
}
