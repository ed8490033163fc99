import { memberText } from "../transforms/jsonText";
import { likedId } from "../transforms/keys";
import { makeRawLine, type RawLine } from "../transforms/rawLines";
import type { Opening, RawResponse, SpotifyClient } from "./client";
import { daysBetween } from "./days";
import { codedError, errorCode, errorText } from "./errors";
import { isSpotifyOwned } from "./playlistId";
import { eachLine, type GzipText, makeGzipText } from "./rawObject";
import { contentsIdOf, embeddedName } from "./responses";
import type { PartialRead, PlaylistState, States } from "./state";
import type { Effects, ObjectStore } from "./types";

/** A playlist's raw object, and what is known of it. */
export interface PlaylistRead {
  /** Raw lines, gzipped. */
  object: Uint8Array;
  entries: number;
  /** Entries that the playlist has, as Spotify counts them; undefined if it does not. */
  total: number | undefined;
  contentsId: string | undefined;
  /** The playlist was not edited while it was read, as far as its responses show. */
  isConsistent: boolean;
  /** Its last page was empty, although Spotify counts entries from there on. */
  isCut: boolean;
  /** The pages were taken from an earlier object instead of being read again. */
  isUnchanged: boolean;
  /** An earlier run left a part of the playlist, which is obsolete once this object is stored. */
  hasPartial: boolean;
}

export interface PlaylistReader {
  /** Reads every page that `opening` does not hold, and the playlist's response once more after them. */
  readAfresh(opening: Opening, mayResume: boolean): Promise<PlaylistRead>;
  /** Whether the last full read is recent enough to reuse if the playlist has not changed since. */
  isRecent(state: PlaylistState | undefined): state is PlaylistState;
  /** Whether the last full read can be reused. */
  mayReuse(opening: Opening, state: PlaylistState | undefined): state is PlaylistState;
  /** Today's response with the pages of the last full read; undefined if that object is gone or cannot be used. */
  reuse(opening: Opening, state: PlaylistState): Promise<PlaylistRead | undefined>;
}

interface ReaderOptions {
  snapshotDate: string;
  market: string | undefined;
  /** Contents are read in full if the last full read is at least this many days old. */
  fullReadDays: number;
}

/** A read in progress. */
interface Reading {
  text: GzipText;
  entries: number;
  total: number | undefined;
  nextOffset: number | undefined;
  /** Each page named the same total. */
  isSteady: boolean;
  isCut: boolean;
}

/** How often a playlist is read at most if it is edited each time. */
const mostReads = 3;

/** Pages of 50, twice what the longest lists on record have: 11,000 entries of a playlist, 50,000 Liked Songs. */
const mostPages = 440;
const mostLikedPages = 2_000;

/** A partial read of fewer entries is not kept. */
export const leastResumed = 500;

export function makePlaylistReader(
  effects: Effects & { store: ObjectStore },
  client: SpotifyClient,
  states: States,
  options: ReaderOptions,
): PlaylistReader {
  const rawLine = makeRawLine();
  const market = options.market ?? null;

  function writeLine(text: GzipText, { url, fetchedAt, body }: RawResponse): Promise<void> {
    return text.write(rawLine(url, fetchedAt, body));
  }

  async function begin(opening: Opening): Promise<Reading> {
    const text = makeGzipText();
    for (const line of opening.head) await writeLine(text, line);
    return { text, ...opening.paging, isSteady: true, isCut: false };
  }

  async function readPages(reading: Reading, { playlistId, paging }: Opening): Promise<void> {
    const most = playlistId === likedId ? mostLikedPages : mostPages;
    for (let pages = 0; reading.nextOffset != null; pages += 1) {
      if (pages === most) {
        throw codedError("UNEXPECTED", `playlist ${playlistId}`, `its pages do not end: ${most} were read`, {});
      }
      const offset = reading.nextOffset;
      const page = await client.page(playlistId, offset);
      await writeLine(reading.text, page);
      reading.entries += page.entries;
      reading.isSteady &&= page.total === paging.total;
      reading.total ??= page.total;
      reading.isCut = page.entries === 0 && offset < (reading.total ?? 0);
      reading.nextOffset = page.nextOffset;
    }
  }

  async function readOnce(opening: Opening, reading: Reading) {
    const { playlistId, contentsId, paging } = opening;
    try {
      await readPages(reading, opening);
      // One response that holds everything is consistent by itself. Liked Songs end with their first page in any case.
      const isWhole = paging.nextOffset == null;
      const closing = isWhole ? opening : await client.open(playlistId);
      if (!isWhole || playlistId === likedId) await writeLine(reading.text, closing.head.at(-1)!);
      // A song that is liked and removed meanwhile shows only in the totals.
      const isSteady = playlistId !== likedId || reading.isSteady;
      return { closing, isConsistent: isSteady && closing.contentsId === contentsId };
    } catch (error) {
      await keepPartial(opening, reading, error);
      throw error;
    }
  }

  /** Stores the part of a long list that was read, so that the next run can continue it. */
  async function keepPartial({ playlistId, contentsId }: Opening, reading: Reading, error: unknown): Promise<void> {
    const { text, isSteady, entries, total, nextOffset } = reading;
    const code = errorCode(error);
    const isCutShort = code != null && code !== "UNEXPECTED" && code !== "UNAVAILABLE";
    const isWorth = isSteady && contentsId != null && !isSpotifyOwned(playlistId) && entries >= leastResumed;
    if (!isCutShort || !isWorth) {
      text.discard();
      return;
    }
    try {
      const { snapshotDate } = options;
      const read = { entries, total, nextOffset, contentsId, market, snapshotDate };
      await states.putPartial(playlistId, read, await text.finish());
      effects.log?.({ event: "partialReadKept", playlistId, entries });
    } catch (failure) {
      effects.log?.({ event: "partialReadNotKept", playlistId, reason: errorText(failure) });
    }
  }

  /** The partial read of an earlier run, to be continued; undefined if the list has changed since. */
  async function resume({ playlistId, contentsId }: Opening, partial: PartialRead): Promise<Reading | undefined> {
    const ageDays = daysBetween(partial.snapshotDate, options.snapshotDate);
    const isRecent = ageDays >= 0 && ageDays < options.fullReadDays;
    if (!isRecent || partial.contentsId !== contentsId || partial.market !== market) return undefined;
    const { entries, nextOffset, total } = partial;
    const text = makeGzipText();
    try {
      await eachLine(partial.lines, ({ bytes }) => text.write(bytes));
      effects.log?.({ event: "partialReadResumed", playlistId, entries });
      return { text, entries, nextOffset, total, isSteady: true, isCut: false };
    } catch (error) {
      text.discard();
      effects.log?.({ event: "earlierObjectUnusable", playlistId, reason: errorText(error) });
      return undefined;
    }
  }

  async function readAfresh(first: Opening, mayResume: boolean): Promise<PlaylistRead> {
    const { playlistId } = first;
    const partial = mayResume && first.paging.nextOffset != null ? await states.partial(playlistId) : undefined;
    let opening = first;
    let reading = partial == null ? undefined : await resume(first, partial);
    for (let reads = 1; ; reads += 1) {
      reading ??= await begin(opening);
      const { closing, isConsistent } = await readOnce(opening, reading);
      const { text, entries, total, isCut } = reading;
      if (isConsistent || reads === mostReads) {
        const object = await text.finish();
        const { contentsId } = closing;
        const hasPartial = partial != null;
        return { object, entries, total, contentsId, isConsistent, isCut, isUnchanged: false, hasPartial };
      }
      text.discard();
      effects.log?.({ event: "editedWhileRead", playlistId, reads });
      opening = closing;
      reading = undefined;
    }
  }

  function isRecent(state: PlaylistState | undefined): state is PlaylistState {
    if (state == null || state.market !== market) return false;
    const ageDays = daysBetween(state.snapshotDate, options.snapshotDate);
    return ageDays >= 0 && ageDays < options.fullReadDays;
  }

  function mayReuse(opening: Opening, state: PlaylistState | undefined): state is PlaylistState {
    // For Spotify's own playlists the contents id covers only the first page.
    if (opening.contentsId == null || isSpotifyOwned(opening.playlistId)) return false;
    return isRecent(state) && state.snapshotId === opening.contentsId;
  }

  async function reuse(opening: Opening, state: PlaylistState): Promise<PlaylistRead | undefined> {
    const earlier = await effects.store.get(state.key);
    if (earlier == null) return undefined;
    const { text, total } = await begin(opening);
    try {
      await copyPages(text, opening, earlier);
      await writeLine(text, opening.head.at(-1)!);
      const { contentsId } = opening;
      const { entries } = state;
      const object = await text.finish();
      const known = { isConsistent: true, isCut: false, isUnchanged: true, hasPartial: false };
      return { object, entries, total, contentsId, ...known };
    } catch (error) {
      text.discard();
      effects.log?.({ event: "earlierObjectUnusable", key: state.key, reason: errorText(error) });
      return undefined;
    }
  }

  /**
   * Writes the earlier object's pages that follow the entries in `opening`. Entries that the earlier response embeds become
   * a separate page, unless `opening` embeds them too.
   *
   * @throws if the object is not a consistent read of the same contents
   */
  async function copyPages(text: GzipText, opening: Opening, earlier: Uint8Array): Promise<void> {
    const { playlistId, contentsId, paging } = opening;
    let embedded: string | undefined;
    let isFollowed = false;
    let lines = 0;

    async function copyPage(offset: number, line: string | Uint8Array): Promise<void> {
      if (!isFollowed && offset < paging.entries) return;
      if (!isFollowed && offset > paging.entries) throw new Error(`no page at ${paging.entries}`);
      isFollowed = true;
      await text.write(line);
    }

    function check(line: Uint8Array): void {
      const { body } = JSON.parse(Buffer.from(line).toString()) as RawLine;
      if (contentsIdOf(playlistId, body) !== contentsId) throw new Error("other contents");
    }

    await eachLine(earlier, async ({ bytes, isLast }) => {
      lines += 1;
      if (isLast || lines === (playlistId === likedId ? 2 : 1)) check(bytes);
      if (lines === 1) {
        if (playlistId !== likedId) embedded = embeddedLine(bytes);
        if (isLast && embedded != null) await copyPage(0, embedded);
      } else if (!isLast) {
        const offset = offsetOf(bytes);
        if (lines === 2 && offset > 0 && embedded != null) await copyPage(0, embedded);
        await copyPage(offset, bytes);
      }
    });
    if (!isFollowed) throw new Error("no pages");
  }

  /** The entries that a stored playlist's response embeds, as a separate line. */
  function embeddedLine(line: Uint8Array): string | undefined {
    const whole = Buffer.from(line).toString();
    const { url, fetchedAt, body } = JSON.parse(whole) as RawLine;
    const name = embeddedName(body);
    return name == null ? undefined : rawLine(url, fetchedAt, memberText(memberText(whole, "body")!, name)!);
  }

  return { readAfresh, isRecent, mayReuse, reuse };
}

/** The offset of a stored page, from its request; 0 for embedded entries, whose request names no offset. */
function offsetOf(line: Uint8Array): number {
  const beginning = Buffer.from(line.subarray(0, 1_000)).toString("latin1");
  return Number(/^\{"url":"[^"]*?[?&]offset=(\d+)/.exec(beginning)?.[1] ?? 0);
}
