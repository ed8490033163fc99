import { likedId } from "../transforms/keys";
import { codedError } from "./errors";
import { isSpotifyOwned } from "./playlistId";

/** A 4xx answer to a request, and what was asked for. */
export interface Refusal {
  status: number;
  /** Spotify's error message. */
  message: string;
  /** The request was made with a user's token. */
  asUser: boolean;
  /** The market that was sent; undefined if none was. */
  market: string | undefined;
}

/**
 * The error for a refused request for a playlist, or for a page of it.
 *
 * @param offset the page's offset; undefined if the request was for the playlist's own response
 */
export function playlistRefused(playlistId: string, offset: number | undefined, refusal: Refusal): Error {
  const { status } = refusal;
  const subject = `playlist ${playlistId}`;
  if (isAboutTheApp(refusal)) return appRefused(subject, refusal);
  const isGone = status === 403 || status === 404;
  // A later page is refused after entries were served: that does not mean that the playlist is closed.
  if (isGone && (offset ?? 0) === 0) {
    const cause = likelyCause(playlistId, offset != null, refusal);
    return codedError("UNAVAILABLE", subject, `${status}. ${cause}`, { playlistId, status, cause });
  }
  if (offset == null) return unexpected(subject, refusal);
  if (!isGone) return unexpected(`${subject}, entries from ${offset}`, refusal);
  const reason = `${status} for its entries from ${offset}: deleted or closed while it was read, or not served in full`;
  return codedError("UNEXPECTED", subject, reason, { status });
}

/** The error for a refused request for the user's list or Liked Songs. */
export function userRefused(what: "me" | typeof likedId, refusal: Refusal): Error {
  const { status, message } = refusal;
  if (isAboutTheApp(refusal)) return appRefused(what, refusal);
  if (status !== 403) return unexpected(what, refusal);
  const list = what === likedId ? "the user's Liked Songs" : "the user's list";
  return codedError("NO_CONSENT", what, `Spotify refuses ${list} (${status} ${message}), run npx playlake login`, {
    status,
  });
}

/** The likely cause of a 403 or 404 for a playlist, and what can be done: one sentence. */
function likelyCause(playlistId: string, ofContents: boolean, { status, asUser }: Refusal): string {
  if (isSpotifyOwned(playlistId)) return "Spotify-owned playlists are closed to apps like yours since 2024-11-27.";
  if (status === 404 && !ofContents) {
    return asUser
      ? "It was deleted, or it is private and someone else's."
      : "It was deleted, or it is private: then its owner must consent (run npx playlake login).";
  }
  const who = "Apps created since 2026-02-11 read contents only of playlists that their user owns or collaborates on";
  return asUser ? `${who}.` : `${who}; they need the user's consent (run npx playlake login).`;
}

/** Whether a refusal is about the app, its owner's account or its market, not about the playlist. */
function isAboutTheApp({ status, message }: Refusal): boolean {
  if (status === 400) return /\bmarket\b/i.test(message);
  return status === 403 && /premium subscription|not registered/i.test(message);
}

function appRefused(subject: string, { status, message, market }: Refusal): Error {
  const what = status === 400 ? `the market ${market ?? "of this account"}` : "the app";
  return codedError("APP_REFUSED", subject, `Spotify refuses ${what}: ${message}`, { status });
}

function unexpected(subject: string, { status, message }: Refusal): Error {
  const words = message === "" ? "Spotify gives no reason" : `Spotify says: ${message}`;
  return codedError("UNEXPECTED", subject, `status ${status}. ${words}`, { status });
}
