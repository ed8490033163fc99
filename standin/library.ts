import { createHash } from "node:crypto";

/** A playlist as the stand-in serves it. Texts are JSON, sent unchanged, character by character. */
export interface ServedPlaylist {
  id: string;
  /** The playlist's own fields as name and JSON text, except its contents and its snapshot id. */
  fields: readonly (readonly [name: string, json: string])[];
  /** Changes when, and only when, the contents do. */
  snapshotId: string;
  /** The name of the contents in the playlist's response: `items` since February 2026, `tracks` before, or both. */
  contentsNames: readonly ("items" | "tracks")[];
  /** Each entry's JSON text, in order. */
  entries: readonly string[];
}

/** What the stand-in serves at an instant. Called for every request. */
export interface Library {
  playlistsAt(instant: Date): readonly ServedPlaylist[];
  /** The user's Liked Songs: each entry's JSON text, newest first. @default none */
  likedAt?(instant: Date): readonly string[];
  /** Remarks on the library for the user, one sentence each. @default nothing */
  notes?: readonly string[];
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** 22 base62 characters derived from a text: the same text gives the same id. */
export function idFrom(text: string): string {
  let rest = BigInt(`0x${createHash("sha256").update(text).digest("hex")}`);
  let id = "";
  while (id.length < 22) {
    id += base62[Number(rest % 62n)];
    rest /= 62n;
  }
  return id;
}

/** A snapshot id for contents: base64 like Spotify's, equal for equal texts in the same order. */
export function snapshotIdOf(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text).update("\n");
  return hash.digest().subarray(0, 24).toString("base64");
}
