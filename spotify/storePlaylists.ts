import { rawKey } from "../transforms/keys";
import type { SpotifyClient } from "./client";
import type { DayResult, PlaylistFailure } from "./dayResult";
import { errorCode, errorReason } from "./errors";
import type { LimitState } from "./rateLimit";
import type { PlaylistRead, PlaylistReader } from "./readPlaylist";
import type { States, UnavailablePlaylist } from "./state";
import type { Target } from "./targets";
import type { Effects, ObjectStore } from "./types";

/** One run's tools and its records. */
export interface Run {
  client: SpotifyClient;
  reader: PlaylistReader;
  states: States;
  /** Null if none is sent. */
  market: string | null;
  /** Filled during the run. */
  result: DayResult;
  failures: PlaylistFailure[];
}

/** Records a playlist (or "me") that a later run tries again. */
export function noteFailure(run: Run, effects: Effects, playlistId: string, error: unknown): void {
  const failure = { playlistId, reason: errorReason(error), code: errorCode(error) };
  run.failures.push(failure);
  effects.log?.({ event: "playlistFailed", ...failure });
}

/** Whether every other playlist would fail, too. */
export function endsTheRun(error: unknown): boolean {
  const code = errorCode(error);
  if (code == null) return false;
  return ["LIMITED", "NO_TOKEN", "OUT_OF_TIME", "CONSENT_ENDED", "APP_REFUSED"].includes(code);
}

const longestShareMs = 180_000;

/**
 * The most time that a playlist gets, so that a slow one leaves time for all after it: an equal share of the time left, or
 * a third of it if that is more, but at most three minutes, the time of one hanging request and its retries.
 *
 * @param left playlists to store, this one included
 */
export function shareMs(usableMs: number, left: number): number {
  return Math.max(usableMs / left, Math.min(usableMs / 3, longestShareMs));
}

/**
 * Stores the targets one after the other. A failure of one does not affect the others, unless it ends the run.
 *
 * @param before the error that ended the run's requests before this; undefined if there was none
 */
export async function storePlaylists(
  run: Run,
  effects: Effects & { store: ObjectStore },
  targets: readonly Target[],
  before: unknown,
): Promise<void> {
  const { client, reader, states, result } = run;
  const queue = [...targets];

  async function keep({ playlistId, state }: Target, read: PlaylistRead): Promise<void> {
    const { snapshotDate } = result;
    const { entries, isConsistent, isCut, isUnchanged, contentsId, total } = read;
    const key = rawKey(snapshotDate, playlistId);
    const isKnown = isUnchanged || (reader.isRecent(state) && state.snapshotId === contentsId);
    // The hint is written first. A run that ends between the two writes leaves a hint without an object, which counts as missing.
    if (!isKnown && isConsistent && !isCut && contentsId != null) {
      const { market } = run;
      await states.putPlaylist(playlistId, { snapshotId: contentsId, key, snapshotDate, entries, market });
    }
    const isNew = await effects.store.put(key, read.object, { ifAbsent: true });
    if (read.hasPartial) await states.removePartial(playlistId);
    if (!isNew) {
      result.alreadyStored.push(playlistId);
      return;
    }
    result.stored.push(playlistId);
    result.entries += entries;
    if (isUnchanged) result.unchanged.push(playlistId);
    if (!isConsistent) result.inconsistent.push(playlistId);
    if (!isUnchanged && total != null && entries < total) result.fewerEntries.push({ playlistId, entries, total });
    effects.log?.({ event: "playlistStored", playlistId, key, entries, total, isConsistent, isUnchanged });
  }

  async function storeByRequests(target: Target): Promise<void> {
    const { playlistId, state } = target;
    const opening = await client.open(playlistId);
    const isWhole = opening.paging.nextOffset == null;
    const reused = !isWhole && reader.mayReuse(opening, state) ? await reader.reuse(opening, state) : undefined;
    await keep(target, reused ?? (await reader.readAfresh(opening, target.wasMissing)));
  }

  /** A playlist that the user's list shows as unchanged needs no request. */
  async function storeFromList(target: Target): Promise<boolean> {
    const { listed, state } = target;
    if (listed == null || !reader.mayReuse(listed, state)) return false;
    const reused = await reader.reuse(listed, state);
    if (reused != null) await keep(target, reused);
    return reused != null;
  }

  function noteUnavailable({ wasUnavailable }: Target, error: unknown): void {
    const { playlistId, status, cause } = error as UnavailablePlaylist;
    result.unavailable.push({ playlistId, status, cause, ...(wasUnavailable ? { isOld: true } : {}) });
    effects.log?.({ event: "playlistUnavailable", playlistId, status, cause });
  }

  /**
   * Spotify answers 404 at random, too (spotify/web-api#1160), which would lose the day of a playlist that is still there. So one
   * that was stored before is asked for once more, after the others.
   */
  function isDoubtful({ state }: Target, error: unknown): boolean {
    return state != null && (error as UnavailablePlaylist).status === 404;
  }

  /** Resolves with the error that ends the run, if there is one. @param left targets, this one included */
  async function storeOne(target: Target, left: number, isAgain: boolean): Promise<unknown> {
    try {
      client.limitTime(shareMs(client.usableMs(), left));
      if (!(await storeFromList(target))) await storeByRequests(target);
    } catch (error) {
      if (endsTheRun(error)) return error;
      if (errorCode(error) !== "UNAVAILABLE") noteFailure(run, effects, target.playlistId, error);
      else if (isDoubtful(target, error) && !isAgain) queue.push(target);
      else noteUnavailable(target, error);
    } finally {
      client.limitTime(undefined);
    }
    return undefined;
  }

  async function giveUp(target: Target, end: unknown): Promise<void> {
    try {
      if (errorCode(end) !== "OUT_OF_TIME" && (await storeFromList(target))) return;
      noteFailure(run, effects, target.playlistId, end);
    } catch (error) {
      noteFailure(run, effects, target.playlistId, error);
    }
  }

  let end = before;
  for (let index = 0; index < queue.length; index += 1) {
    const target = queue[index]!;
    const isAgain = index >= targets.length;
    end ??= await storeOne(target, queue.length - index, isAgain);
    if (end != null) await giveUp(target, end);
  }
  if (errorCode(end) === "LIMITED") {
    const { until, isQuota } = end as LimitState;
    await states.putLimit({ until, isQuota });
  }
}
