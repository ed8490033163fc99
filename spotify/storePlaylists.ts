import { rawKey } from "../transforms/keys";
import type { SpotifyClient } from "./client";
import type { DayResult, PlaylistFailure } from "./dayResult";
import { errorCode, errorReason } from "./errors";
import type { PlaylistRead, PlaylistReader } from "./readPlaylist";
import type { LimitState, States, UnavailablePlaylist } from "./state";
import type { Target } from "./targets";
import type { Effects, ObjectStore } from "./types";

/** One run's tools and its notes. */
export interface Run {
  client: SpotifyClient;
  reader: PlaylistReader;
  states: States;
  /** Null: none is sent. */
  market: string | null;
  /** Filled as the run goes on. */
  result: DayResult;
  failures: PlaylistFailure[];
}

/** Notes a playlist (or "me") that a later try can mend. */
export function noteFailure(run: Run, effects: Effects, playlistId: string, error: unknown): void {
  const failure = { playlistId, reason: errorReason(error), code: errorCode(error) };
  run.failures.push(failure);
  effects.log?.({ event: "playlistFailed", ...failure });
}

/** Whether what went wrong would go wrong with every other playlist too. */
export function endsTheRun(error: unknown): boolean {
  const code = errorCode(error);
  if (code == null) return false;
  return ["LIMITED", "NO_TOKEN", "OUT_OF_TIME", "CONSENT_ENDED", "APP_REFUSED"].includes(code);
}

/**
 * Stores the targets one after the other. What goes wrong with one costs the others nothing, unless it ends the run.
 *
 * @param before what ended the run's requests before this; undefined: nothing
 */
export async function storePlaylists(
  run: Run,
  effects: Effects & { store: ObjectStore },
  targets: readonly Target[],
  before: unknown,
): Promise<void> {
  const { client, reader, states, result } = run;

  async function keep(playlistId: string, read: PlaylistRead): Promise<void> {
    const { snapshotDate } = result;
    const { entries, isConsistent, isUnchanged, snapshotId } = read;
    const key = rawKey(snapshotDate, playlistId);
    // The hint goes first: a run that ends between the two leaves a hint without an object, which is as good as none.
    if (!isUnchanged && isConsistent && snapshotId != null) {
      await states.putPlaylist(playlistId, { snapshotId, key, snapshotDate, entries, market: run.market });
    }
    const isNew = await effects.store.put(key, read.object, { ifAbsent: true });
    if (!isNew) {
      result.alreadyStored.push(playlistId);
      return;
    }
    result.stored.push(playlistId);
    result.entries += entries;
    if (isUnchanged) result.unchanged.push(playlistId);
    if (!isConsistent) result.inconsistent.push(playlistId);
    effects.log?.({ event: "playlistStored", playlistId, key, entries, isConsistent, isUnchanged });
  }

  async function storeByRequests(playlistId: string): Promise<void> {
    const opening = await client.playlist(playlistId);
    const state = await states.playlist(playlistId);
    const reused = reader.mayReuse(opening, state) ? await reader.reuse(opening, state) : undefined;
    await keep(playlistId, reused ?? (await reader.readAfresh(opening)));
  }

  /** Where Spotify takes no more requests: what the user's list shows as unchanged is known without one. */
  async function storeFromList({ playlistId, listed }: Target): Promise<boolean> {
    const state = listed == null ? undefined : await states.playlist(playlistId);
    if (listed == null || !reader.mayReuse(listed, state)) return false;
    const reused = await reader.reuse(listed, state);
    if (reused != null) await keep(playlistId, reused);
    return reused != null;
  }

  function noteUnavailable(error: unknown): void {
    const { playlistId, status, cause } = error as UnavailablePlaylist;
    result.unavailable.push({ playlistId, status, cause });
    effects.log?.({ event: "playlistUnavailable", playlistId, status, cause });
  }

  /** Resolves with the error that ends the run, where there is one. */
  async function storeOne(target: Target): Promise<unknown> {
    try {
      await storeByRequests(target.playlistId);
    } catch (error) {
      if (endsTheRun(error)) return error;
      if (errorCode(error) === "UNAVAILABLE") noteUnavailable(error);
      else noteFailure(run, effects, target.playlistId, error);
    }
    return undefined;
  }

  async function giveUp(target: Target, end: unknown): Promise<void> {
    try {
      if (errorCode(end) === "LIMITED" && (await storeFromList(target))) return;
      noteFailure(run, effects, target.playlistId, end);
    } catch (error) {
      noteFailure(run, effects, target.playlistId, error);
    }
  }

  let end = before;
  for (const target of targets) {
    end ??= await storeOne(target);
    if (end != null) await giveUp(target, end);
  }
  if (errorCode(end) === "LIMITED") {
    const { until, isQuota } = end as LimitState;
    await states.putLimit({ until, isQuota });
  }
}
