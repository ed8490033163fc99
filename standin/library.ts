/** A playlist as the stand-in serves it. Texts are JSON and go out as they are, character by character. */
export interface ServedPlaylist {
  /** 22 base62 characters. */
  id: string;
  /** The playlist's own fields as name and JSON text, without its contents and its snapshot id. */
  fields: readonly (readonly [name: string, json: string])[];
  /** Changes when, and only when, the contents do. */
  snapshotId: string;
  /** What the playlist's response calls its contents: `items` since February 2026, `tracks` before, or both. */
  contentsNames: readonly ("items" | "tracks")[];
  /** Each entry's JSON text, in order. */
  entries: readonly string[];
}

/** What the stand-in serves at an instant. Asked anew for every request. */
export interface Library {
  playlistsAt(instant: Date): readonly ServedPlaylist[];
  /** What whoever asked for it should know of it, a sentence each. @default nothing */
  notes?: readonly string[];
}

export { fromFiles } from "./fromFiles";
export { firstSampleDay, sampleLibrary } from "./sampleLibrary";
