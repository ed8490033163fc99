import { makeRawLine } from "../transforms/rawLines";
import type { PlaylistResponse, RawResponse, SpotifyClient } from "./client";
import { daysBetween } from "./days";
import { errorText } from "./errors";
import { isSpotifyOwned } from "./playlistId";
import { type GzipText, makeGzipText, readStoredPages } from "./rawObject";
import type { PlaylistState } from "./state";
import type { Effects, ObjectStore } from "./types";

/** A playlist's raw object, and what is known of it. */
export interface PlaylistRead {
  /** Raw lines, gzipped. */
  object: Uint8Array;
  entries: number;
  snapshotId: string | undefined;
  /** Nobody edited the playlist while it was read, as far as its snapshot ids tell. */
  isConsistent: boolean;
  /** The pages were taken from an earlier object instead of being read again. */
  isUnchanged: boolean;
}

export interface PlaylistReader {
  /** Reads every page, and the playlist's response once more after them. */
  readAfresh(opening: PlaylistResponse): Promise<PlaylistRead>;
  /** Whether the last full read, as it is remembered, would still do for a playlist in this state. */
  mayReuse(opening: PlaylistResponse, state: PlaylistState | undefined): state is PlaylistState;
  /** The pages of the last full read under today's response; undefined where that object is gone or not what it should be. */
  reuse(opening: PlaylistResponse, state: PlaylistState): Promise<PlaylistRead | undefined>;
}

export interface ReaderOptions {
  snapshotDate: string;
  market: string | undefined;
  /** Contents are read afresh when the last full read is so many days old. */
  fullReadDays: number;
}

/** How often a playlist is read where edits keep coming. */
const mostReads = 3;

export function makePlaylistReader(
  effects: Effects & { store: ObjectStore },
  client: SpotifyClient,
  options: ReaderOptions,
): PlaylistReader {
  const rawLine = makeRawLine();

  function writeLine(text: GzipText, { url, fetchedAt, body }: RawResponse): Promise<void> {
    return text.write(rawLine(url, fetchedAt, body));
  }

  async function readPages(text: GzipText, playlistId: string): Promise<number> {
    let entries = 0;
    for (let offset: number | undefined = 0; offset != null; ) {
      const page = await client.page(playlistId, offset);
      await writeLine(text, page);
      entries += page.entries;
      offset = page.nextOffset;
    }
    return entries;
  }

  async function readOnce(opening: PlaylistResponse) {
    const text = makeGzipText();
    try {
      await writeLine(text, opening);
      const entries = await readPages(text, opening.playlistId);
      const closing = await client.playlist(opening.playlistId);
      await writeLine(text, closing);
      return { text, entries, closing, isConsistent: opening.snapshotId === closing.snapshotId };
    } catch (error) {
      text.discard();
      throw error;
    }
  }

  async function readAfresh(first: PlaylistResponse): Promise<PlaylistRead> {
    let opening = first;
    for (let reads = 1; ; reads += 1) {
      const { text, entries, closing, isConsistent } = await readOnce(opening);
      // Spotify's own lists have another snapshot id at every request: reading them again would prove nothing.
      if (isConsistent || reads === mostReads || isSpotifyOwned(opening.playlistId)) {
        const object = await text.finish();
        return { object, entries, snapshotId: closing.snapshotId, isConsistent, isUnchanged: false };
      }
      text.discard();
      effects.log?.({ event: "editedWhileRead", playlistId: opening.playlistId, reads });
      opening = closing;
    }
  }

  function mayReuse(opening: PlaylistResponse, state: PlaylistState | undefined): state is PlaylistState {
    if (state == null || opening.snapshotId == null || isSpotifyOwned(opening.playlistId)) return false;
    const ageDays = daysBetween(state.snapshotDate, options.snapshotDate);
    const isRecent = ageDays >= 0 && ageDays < options.fullReadDays;
    return isRecent && state.snapshotId === opening.snapshotId && state.market === (options.market ?? null);
  }

  async function reuse(opening: PlaylistResponse, state: PlaylistState): Promise<PlaylistRead | undefined> {
    const earlier = await effects.store.get(state.key);
    if (earlier == null) return undefined;
    const text = makeGzipText();
    try {
      await writeLine(text, opening);
      const ends = await readStoredPages(earlier, (line) => text.write(line));
      const { snapshotId } = opening;
      if (ends.openingSnapshotId === snapshotId && ends.closingSnapshotId === snapshotId && ends.pages > 0) {
        await writeLine(text, opening);
        const object = await text.finish();
        return { object, entries: state.entries, snapshotId, isConsistent: true, isUnchanged: true };
      }
    } catch (error) {
      effects.log?.({ event: "earlierObjectUnusable", key: state.key, reason: errorText(error) });
    }
    text.discard();
    return undefined;
  }

  return { readAfresh, mayReuse, reuse };
}
