import { rawKey, rawPrefix } from "../transforms/keys";
import { partitionColumn } from "../transforms/schema";
import { makeSpotifyClient, type PlaylistResponse } from "./client";
import type { Consent } from "./consent";
import { completeResult, type DayResult, emptyResult, incompleteDay, warningsOf } from "./dayResult";
import { localDate } from "./days";
import { missedDays } from "./missedDays";
import { myPlaylistsWord } from "./playlistId";
import { makePlaylistReader } from "./readPlaylist";
import { limitedError } from "./requester";
import { type DayState, makeStates, type States } from "./state";
import { endsTheRun, noteFailure, type Run, storePlaylists } from "./storePlaylists";
import { changedFirst, type Target, targetsOf, wantedPlaylists } from "./targets";
import type { AppCredentials, Effects, ObjectStore, TokenStore } from "./types";

export type { DayResult, IncompleteDay, MissedDay, PlaylistFailure } from "./dayResult";
export type { UnavailablePlaylist } from "./state";
export type { AppCredentials, Effects, Fetch, ObjectStore, TokenStore, UserToken } from "./types";

export interface ExtractEffects extends Effects {
  /** Raw objects and state. */
  store: ObjectStore;
  tokens: TokenStore;
  /** The app's credentials; asked once a run, and only where a token is needed. */
  app: () => Promise<AppCredentials>;
}

export interface ExtractOptions {
  /** Ids, URIs, links, and "me" for all that the user owns or follows. */
  playlists: readonly string[];
  /** IANA name: whose calendar the days are of. @default "UTC" */
  timezone?: string | undefined;
  /** ISO 3166-1 alpha-2. @default none is sent: Spotify goes by the user's country */
  market?: string | undefined;
  /** An address without a path gets /v1. @default "https://api.spotify.com/v1" */
  apiUrl?: string | undefined;
  /** @default "https://accounts.spotify.com" */
  accountsUrl?: string | undefined;
  /** A playlist whose snapshot id stays the same is read afresh every so many days. @default 7 */
  fullReadDays?: number | undefined;
  /** Whether the schedule has a run on a day, YYYY-MM-DD: else the day can't be missed. @default each day has one */
  isRunDay?: ((date: string) => boolean) | undefined;
  /** Least milliseconds between an answer and the next request. @default 100, none towards this machine itself */
  gapMs?: number | undefined;
}

/** What is known of the invocation that a run serves. */
export interface Invocation {
  /** Time left, as Lambda's context tells it. @default without end */
  remainingMs?: () => number;
}

/**
 * Makes the run of a day: stores what the day lacks, each playlist as one raw object, and remembers how far it came.
 * A run on a complete day reads one state object and the user's token, and ends.
 *
 * @throws at once where `playlists` holds something that is no playlist; its runs reject with an `IncompleteDay` (code
 * `INCOMPLETE`, with `failures` and `result`) where something is missing that a later try can mend
 */
export function makeExtractDay(
  effects: ExtractEffects,
  options: ExtractOptions,
): (invocation?: Invocation) => Promise<DayResult> {
  const wanted = wantedPlaylists(options.playlists);
  const states = makeStates(effects.store);

  return async (invocation = {}) => {
    const snapshotDate = localDate(effects.now(), options.timezone ?? "UTC");
    const before = await states.day(snapshotDate);
    const run = startRun(effects, options, states, snapshotDate, invocation);
    if (isDone(before, wanted)) {
      const consent = await run.client.consent();
      if (!mayHaveOpened(before, consent)) return completeResult(before, consent);
    }
    if (before == null) await noteMissedDays(run, effects, wanted, options.isRunDay ?? (() => true));
    await storeMissing(run, effects, wanted);
    return finish(run, effects, wanted);
  };
}

function startRun(
  effects: ExtractEffects,
  options: ExtractOptions,
  states: States,
  snapshotDate: string,
  invocation: Invocation,
): Run {
  const { market, gapMs } = options;
  const client = makeSpotifyClient(effects, {
    apiUrl: apiUrlOf(options.apiUrl ?? "https://api.spotify.com"),
    accountsUrl: withoutSlash(options.accountsUrl ?? "https://accounts.spotify.com"),
    app: effects.app,
    tokens: effects.tokens,
    states,
    ...(market == null ? {} : { market }),
    ...(gapMs == null ? {} : { gapMs }),
    ...(invocation.remainingMs == null ? {} : { remainingMs: invocation.remainingMs }),
  });
  const fullReadDays = options.fullReadDays ?? 7;
  const reader = makePlaylistReader(effects, client, { snapshotDate, market, fullReadDays });
  return { client, reader, states, market: market ?? null, result: emptyResult(snapshotDate), failures: [] };
}

/** Told at once: the day is remembered at the run's end, and a run that is killed after that would tell nobody. */
async function noteMissedDays(
  { result, states }: Run,
  effects: ExtractEffects,
  wanted: readonly string[],
  isRunDay: (date: string) => boolean,
): Promise<void> {
  const stored = (date: string) => storedOn(effects.store, date);
  result.missedDays = await missedDays(states, result.snapshotDate, wanted, isRunDay, stored);
  const { missedDays: days } = result;
  if (days.length > 0) effects.log?.({ event: "daysMissed", missedDays: days });
}

/** Which playlists have a raw object of a day. */
async function storedOn(store: ObjectStore, snapshotDate: string): Promise<(playlistId: string) => boolean> {
  const keys = await store.list(`${rawPrefix}${partitionColumn}=${snapshotDate}/`);
  return (playlistId) => keys.includes(rawKey(snapshotDate, playlistId));
}

/** Stores what the day lacks; what stays missing is noted. */
async function storeMissing(run: Run, effects: ExtractEffects, wanted: readonly string[]): Promise<void> {
  const { result, reader, states } = run;
  const { snapshotDate } = result;
  const { mine, end } = await findMine(run, effects, wanted);
  const isStored = await storedOn(effects.store, snapshotDate);
  const missing: Target[] = [];
  for (const target of targetsOf(wanted, mine)) {
    if (isStored(target.playlistId)) result.alreadyStored.push(target.playlistId);
    else missing.push(target);
  }
  await storePlaylists(run, effects, await changedFirst(missing, states, reader), end);
}

/** The user's list where it is wanted. `end`: what keeps this run from any request, or from any further one. */
async function findMine(
  run: Run,
  effects: ExtractEffects,
  wanted: readonly string[],
): Promise<{ mine: PlaylistResponse[]; end: unknown }> {
  const isWanted = wanted.includes(myPlaylistsWord);
  try {
    const limit = await run.states.limit();
    if (limit != null && Date.parse(limit.until) > effects.now()) throw limitedError(undefined, limit);
    return { mine: isWanted ? await run.client.myPlaylists() : [], end: undefined };
  } catch (error) {
    if (isWanted) noteFailure(run, effects, myPlaylistsWord, error);
    return { mine: [], end: endsTheRun(error) ? error : undefined };
  }
}

/** Completes the result and remembers the day; rejects where something is missing. */
async function finish(run: Run, effects: ExtractEffects, wanted: string[]): Promise<DayResult> {
  const { client, failures, result } = run;
  result.requests = client.requests();
  result.consent = await client.consent();
  result.warnings = warningsOf(result, client.problem());
  const { snapshotDate, alreadyStored, unavailable } = result;
  const isComplete = failures.length === 0;
  // A run beside this one may have completed the day: that stands.
  if (isComplete || !isDone(await run.states.day(snapshotDate), wanted)) {
    await run.states.putDay({
      snapshotDate,
      isComplete,
      wanted,
      stored: [...alreadyStored, ...result.stored],
      unavailable,
      missing: failures.map((failure) => failure.playlistId),
      ...(result.consent == null ? {} : { consentedAt: result.consent.consentedAt }),
    });
  }
  effects.log?.({ event: isComplete ? "dayComplete" : "dayIncomplete", ...result });
  if (!isComplete) throw incompleteDay(result, failures);
  return result;
}

/** Whether nothing of what is wanted is left to do on a day. */
function isDone(day: DayState | undefined, wanted: readonly string[]): day is DayState {
  return day?.isComplete === true && wanted.every((one) => day.wanted.includes(one));
}

/** Whether somebody has logged in since: what was closed then may be theirs. */
function mayHaveOpened(day: DayState, consent: Consent | undefined): boolean {
  return day.unavailable.length > 0 && consent != null && consent.consentedAt !== day.consentedAt;
}

function apiUrlOf(url: string): string {
  return new URL(url).pathname === "/" ? `${withoutSlash(url)}/v1` : withoutSlash(url);
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
