const idPattern = /^[0-9A-Za-z]{22}$/;
const uriPattern = /^spotify:(?:user:[^:]+:)?playlist:([0-9A-Za-z]{22})$/;
const linkPattern =
  /^https?:\/\/open\.spotify\.com\/(?:intl-[a-z]{2,3}(?:-[a-z]{2,4})?\/)?(?:embed\/)?(?:user\/[^/?#]+\/)?playlist\/([0-9A-Za-z]{22})\/?(?:[?#].*)?$/i;

/** In a list of playlists: every playlist that the consenting user owns or follows. */
export const myPlaylistsWord = "me";

/**
 * The id in a playlist's id, URI or link, in any of the forms that Spotify's apps hand out.
 *
 * @returns the 22 base62 characters, or undefined where the text names no playlist (an album's link, say)
 */
export function parsePlaylistId(text: string): string | undefined {
  const trimmed = text.trim();
  if (idPattern.test(trimmed)) return trimmed;
  return (uriPattern.exec(trimmed) ?? linkPattern.exec(trimmed))?.[1];
}

/** Whether Spotify itself makes the playlist: those change their snapshot id on every request. */
export function isSpotifyOwned(playlistId: string): boolean {
  return playlistId.startsWith("37i9");
}
