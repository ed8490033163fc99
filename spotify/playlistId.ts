import { isSafeId, likedId } from "../transforms/keys";

const idPattern = /^[0-9A-Za-z]{22}$/;
const uriPattern = /^spotify:(?:user:[^:]+:)?playlist:([0-9A-Za-z]{22})$/;
const linkPattern =
  /^https?:\/\/open\.spotify\.com\/(?:intl-[a-z]{2,3}(?:-[a-z]{2,4})?\/)?(?:embed\/)?(?:user\/[^/?#]+\/)?playlist\/([0-9A-Za-z]{22})\/?(?:[?#].*)?$/i;

/** In a list of playlists: every playlist that the consenting user owns or follows. */
export const myPlaylistsWord = "me";

/** In a list of playlists: short for `me` and `liked`. */
const libraryWord = "library";

/**
 * The id in a playlist's id, URI or link, in any of the forms that Spotify's apps hand out.
 *
 * @returns the 22 base62 characters, or undefined if the text names no playlist (an album's link, say)
 */
export function parsePlaylistId(text: string): string | undefined {
  const trimmed = text.trim();
  if (idPattern.test(trimmed)) return trimmed;
  return (uriPattern.exec(trimmed) ?? linkPattern.exec(trimmed))?.[1];
}

/** One entry of the setting `playlists`: an id, `me`, `liked`, or the last two for `library`; undefined if it is invalid. */
export function parseWanted(text: string): string[] | undefined {
  const word = text.trim();
  if (word === libraryWord) return [myPlaylistsWord, likedId];
  if (word === myPlaylistsWord || word === likedId) return [word];
  const playlistId = parsePlaylistId(word);
  return playlistId == null ? undefined : [playlistId];
}

/**
 * The setting `playlists` as ids, `me` and `liked`, each once. A local run also reads files, by the ids that their names give.
 *
 * @throws if an entry is none of these
 */
export function wantedPlaylists(playlists: readonly string[]): string[] {
  const wanted: string[] = [];
  for (const text of playlists) {
    const ones = parseWanted(text) ?? (isSafeId(text) ? [text] : undefined);
    if (ones == null) {
      const example = "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M";
      const expected = `an id, URI or link, e.g. "${example}", or "me", "liked", "library"`;
      throw new Error(`playlists: got ${JSON.stringify(text)}, expected ${expected}`);
    }
    for (const one of ones) if (!wanted.includes(one)) wanted.push(one);
  }
  return wanted;
}

/** Whether the playlist is Spotify's own. Spotify changes the snapshot ids of its own playlists at every request. */
export function isSpotifyOwned(playlistId: string): boolean {
  return playlistId.startsWith("37i9");
}
