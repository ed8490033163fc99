import { isSpotifyOwned } from "./playlistId";

/** What was asked for and refused. */
export interface Refusal {
  status: number;
  /** Spotify's own words. */
  message: string;
  playlistId: string;
  /** The playlist's contents, not the playlist. */
  ofContents: boolean;
  /** Asked with a user's token. */
  asUser: boolean;
}

/** Why Spotify most likely refuses a playlist, as a sentence that says what can be done. */
export function likelyCause(refusal: Refusal): string {
  const { status, asUser } = refusal;
  if (isSpotifyOwned(refusal.playlistId)) {
    return "Spotify-owned playlists are closed to apps like yours since 2024-11-27.";
  }
  if (status === 404 && !refusal.ofContents) {
    return asUser
      ? "It was deleted, or it is private and someone else's."
      : "It was deleted, or it is private: then its owner must consent (run playlake login).";
  }
  if (status === 403 || status === 404) {
    const who = "Apps created since 2026-02-11 read contents only of playlists that their user owns or collaborates on";
    return asUser ? `${who}.` : `${who}; they need the user's consent (run playlake login).`;
  }
  return refusal.message === "" ? "Spotify gives no reason." : `Spotify says: ${refusal.message}`;
}

/** Whether a refusal is about the app, its owner's account or its market, not about what was asked for. */
export function isAboutTheApp(status: number, message: string): boolean {
  if (status === 400) return /\bmarket\b/i.test(message);
  return status === 403 && /premium subscription|not registered/i.test(message);
}
