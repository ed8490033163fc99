import type { SpotifyClient } from "../../spotify/client";
import type { Effects } from "../../spotify/types";
import type { PlaylistWriter } from "../../spotify/writePlaylist";
import type { RecordStore } from "./record";

/** What a restore uses. */
export interface RestoreTools {
  readonly client: SpotifyClient;
  readonly writer: PlaylistWriter;
  readonly effects: Pick<Effects, "now" | "sleep">;
  readonly records: RecordStore;
  /** Reports the progress in a few words. */
  readonly tell: (text: string) => void;
}

/**
 * How long Spotify may serve the state before a write. Contents were seen half a second after it, snapshot ids half a minute
 * after it. What is served later than this counts as true.
 */
export const settleMs = 30_000;
