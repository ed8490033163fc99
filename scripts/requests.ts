// Requests to Spotify, as spotify/ makes them. A test compares these formulas with counts at the stand-in.

/** Entries that a playlist's own response embeds, entries of a page, and playlists of a page of the user's list. */
const embeddedEntries = 100;
const pageEntries = 50;
const listedPlaylists = 50;

/** Unchanged contents are read again in full every this many days. */
export const fullReadDays = 7;

/** The access token, once a run. */
export const tokenRequests = 1;

/** A playlist read in full: its response and, if it has more entries than that embeds, its pages and its response again. */
export function afreshRequests(entries: number): number {
  return entries <= embeddedEntries ? 1 : 2 + Math.ceil((entries - embeddedEntries) / pageEntries);
}

/** An unchanged playlist: its response or, with a user's consent, its share of a page of the user's list. */
export function unchangedRequests(hasUser: boolean): number {
  return hasUser ? 1 / listedPlaylists : 1;
}

/** A playlist's requests on an average day after the first. */
export function dailyRequests(entries: number, changedShare: number, hasUser: boolean): number {
  const afreshShare = changedShare + (1 - changedShare) / fullReadDays;
  // The user's list shows which playlists have changed, so all of them have their share in it.
  const comparedShare = hasUser ? 1 : 1 - afreshShare;
  return afreshShare * afreshRequests(entries) + comparedShare * unchangedRequests(hasUser);
}

/** How many playlists a day's requests carry, on an average day. */
export function playlistsWithin(requests: number, daily: number): number {
  return Math.floor((requests - tokenRequests) / daily);
}

/** Liked Songs on a day on which they have not changed: the user and the first page. */
export const likedUnchangedRequests = 2;

/** Liked Songs read in full: the user, the pages and, if there are several, the first page again. */
export function likedRequests(songs: number): number {
  const pages = Math.max(1, Math.ceil(songs / pageEntries));
  return 1 + pages + (pages > 1 ? 1 : 0);
}

/** The most Liked Songs that a day's requests can read in full. */
export function mostLikedSongs(requests: number): number {
  return (requests - tokenRequests - 2) * pageEntries;
}
