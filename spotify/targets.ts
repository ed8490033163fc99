import type { PlaylistResponse } from "./client";
import { myPlaylistsWord, parsePlaylistId } from "./playlistId";
import type { PlaylistReader } from "./readPlaylist";
import type { States } from "./state";

/** A playlist to store, and its element of the user's list where that has it. */
export interface Target {
  playlistId: string;
  listed: PlaylistResponse | undefined;
}

/**
 * The playlists of a config value, each once: ids, and "me".
 * @throws where one is neither a playlist nor "me"
 */
export function wantedPlaylists(playlists: readonly string[]): string[] {
  const wanted: string[] = [];
  for (const text of playlists) {
    const one = text.trim() === myPlaylistsWord ? myPlaylistsWord : parsePlaylistId(text);
    if (one == null) {
      const example = "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M";
      throw new Error(
        `playlists: got ${JSON.stringify(text)}, expected an id, URI or link, e.g. "${example}", or "me"`,
      );
    }
    if (!wanted.includes(one)) wanted.push(one);
  }
  return wanted;
}

/** The playlists that are wanted by id, then those of the user's list that are not among them. */
export function targetsOf(wanted: readonly string[], mine: readonly PlaylistResponse[]): Target[] {
  const listed: { [playlistId: string]: PlaylistResponse } = {};
  for (const playlist of mine) listed[playlist.playlistId] = playlist;
  const named = wanted.filter((one) => one !== myPlaylistsWord);
  const others = Object.keys(listed).filter((playlistId) => !named.includes(playlistId));
  return [...named, ...others].map((playlistId) => ({ playlistId, listed: listed[playlistId] }));
}

/**
 * Those that the user's list shows as unchanged go last: if Spotify refuses more requests before the end, they can
 * still be stored, and the others can't.
 */
export async function changedFirst(targets: readonly Target[], states: States, reader: PlaylistReader) {
  const changed: Target[] = [];
  const unchanged: Target[] = [];
  for (const target of targets) {
    const { listed, playlistId } = target;
    const isUnchanged = listed != null && reader.mayReuse(listed, await states.playlist(playlistId));
    (isUnchanged ? unchanged : changed).push(target);
  }
  return [...changed, ...unchanged];
}
