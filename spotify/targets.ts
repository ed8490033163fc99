import { likedId } from "../transforms/keys";
import type { Opening } from "./client";
import { myPlaylistsWord } from "./playlistId";
import type { PlaylistReader } from "./readPlaylist";
import type { DayState, PlaylistState, States } from "./state";

/** A playlist to store, and what is known of it before any request. */
export interface Target {
  playlistId: string;
  /** Its element of the user's list; undefined if the list was not read, or does not contain it. */
  listed: Opening | undefined;
  state: PlaylistState | undefined;
  /** The last run did not store it. */
  wasMissing: boolean;
  /** It comes from the user's list alone, and was unavailable on an earlier day. */
  wasUnavailable: boolean;
}

/** The playlists that are wanted by id, then those of the user's list that are not among them. */
export function targetIds(wanted: readonly string[], mine: readonly Opening[]): string[] {
  const named = wanted.filter((one) => one !== myPlaylistsWord);
  if (!wanted.includes(myPlaylistsWord)) return named;
  return [...new Set([...named, ...mine.map(({ playlistId }) => playlistId)])];
}

/** States by playlist id; null if the playlist has none. */
export type KnownStates = Map<string, PlaylistState | null>;

/** Reads states that are not known yet, several at a time. */
export async function readStates(states: States, playlistIds: readonly string[], known: KnownStates): Promise<void> {
  const left = playlistIds.filter((playlistId) => !known.has(playlistId));
  async function readOn(): Promise<void> {
    for (let playlistId = left.shift(); playlistId != null; playlistId = left.shift()) {
      known.set(playlistId, (await states.playlist(playlistId)) ?? null);
    }
  }
  await Promise.all(Array.from({ length: 8 }, readOn));
}

/**
 * The order in which a day's playlists are read, so that little is lost if the quota or the time ends early:
 * playlists that are known to have changed, those that the last run did not store, the others; each by the age of the last
 * full read. Liked Songs come last of their group, because they can take hundreds of requests. Then come the playlists that
 * the list shows as unchanged, which need no request, and finally those that failed by themselves in the last run.
 *
 * @param last the latest run's state of the day, or of the latest day before it
 */
export function inReadingOrder(
  targets: readonly Target[],
  reader: Pick<PlaylistReader, "mayReuse">,
  last: DayState | undefined,
): Target[] {
  function rank({ playlistId, listed, state, wasMissing }: Target): number {
    if (listed != null && reader.mayReuse(listed, state)) return 3;
    if (last?.failed?.includes(playlistId) === true) return 4;
    if (listed != null && listed.contentsId !== state?.snapshotId) return 0;
    return wasMissing ? 1 : 2;
  }
  const keyOf = (target: Target) => [
    rank(target),
    target.playlistId === likedId ? 1 : 0,
    target.state?.snapshotDate ?? "",
  ];
  const keyed = targets.map((target) => ({ target, key: keyOf(target) }));
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ target }) => target);
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1;
}
