import { likedId, rawKey, rawPrefix } from "../transforms/keys";
import { partitionColumn } from "../transforms/schema";
import { makeSpotifyClient, type Opening } from "./client";
import type { Consent } from "./consent";
import { completeResult, type DayResult, emptyResult, incompleteDay, warningsOf } from "./dayResult";
import { localDate, readEarlierDays } from "./days";
import { errorCode, errorReason } from "./errors";
import { myPlaylistsWord, wantedPlaylists } from "./playlistId";
import { isLimited, limitedError } from "./rateLimit";
import { makePlaylistReader } from "./readPlaylist";
import { type DayState, makeStates, type States } from "./state";
import { endsTheRun, noteFailure, type Run, storePlaylists } from "./storePlaylists";
import { inReadingOrder, type KnownStates, readStates, targetIds } from "./targets";
import type { AppCredentials, Effects, ObjectStore, TokenStore } from "./types";

export type { DayResult, FewerEntries, IncompleteDay, MissedDay, PlaylistFailure } from "./dayResult";
export type { UnavailablePlaylist } from "./state";
export type { AppCredentials, Effects, Fetch, ObjectStore, TokenStore, UserToken } from "./types";

interface ExtractEffects extends Effects {
  /** Raw objects and state. */
  store: ObjectStore;
  tokens: TokenStore;
  /** The app's credentials; read once a run, and only if a token is needed. */
  app: () => Promise<AppCredentials>;
}

export interface ExtractOptions {
  /** Ids, URIs, links; "me" for every playlist that the user owns or follows, "liked" for Liked Songs, "library" for both. */
  playlists: readonly string[];
  /** The time zone of the days, an IANA name. @default "UTC" */
  timezone?: string | undefined;
  /** ISO 3166-1 alpha-2. @default not sent: Spotify uses the user's country */
  market?: string | undefined;
  /** An address without a path gets /v1. @default "https://api.spotify.com/v1" */
  apiUrl?: string | undefined;
  /** @default "https://accounts.spotify.com" */
  accountsUrl?: string | undefined;
  /** An unchanged playlist is read in full every this many days. @default 7 */
  fullReadDays?: number | undefined;
  /** Whether the schedule has a run on a day, YYYY-MM-DD; other days cannot be missed. @default every day has one */
  isRunDay?: ((date: string) => boolean) | undefined;
  /** Least milliseconds between an answer and the next request. @default 100; 0 for a loopback address */
  gapMs?: number | undefined;
}

/** The invocation that a run is part of. */
export interface Invocation {
  /** Milliseconds left, from Lambda's context. @default no limit */
  remainingMs?: () => number;
}

/**
 * Makes the run of a day. It stores what is missing of the day, each playlist as one raw object, and then the day's state.
 * A run on a complete day only reads one state object and the user's token.
 *
 * @throws at once if `playlists` names anything but playlists; its runs reject with an `IncompleteDay` (code
 * `INCOMPLETE`, with `failures` and `result`) if something is missing that a later run tries again
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
    const last = before ?? (await noteMissedDays(run, effects, wanted, options.isRunDay ?? (() => true)));
    await storeMissing(run, effects, wanted, last);
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
  const reader = makePlaylistReader(effects, client, states, { snapshotDate, market, fullReadDays });
  return { client, reader, states, market: market ?? null, result: emptyResult(snapshotDate), failures: [] };
}

/**
 * Reports missed days at once: the day's state is written at the run's end, and a run that is killed after that would
 * not report them.
 *
 * @returns the latest earlier day with a state
 */
async function noteMissedDays(
  { result, states }: Run,
  effects: ExtractEffects,
  wanted: readonly string[],
  isRunDay: (date: string) => boolean,
): Promise<DayState | undefined> {
  const stored = (date: string) => storedOn(effects.store, date);
  const { missed, last } = await readEarlierDays(states, result.snapshotDate, wanted, isRunDay, stored);
  result.missedDays = missed;
  if (missed.length > 0) effects.log?.({ event: "daysMissed", missedDays: missed });
  return last;
}

/** Which playlists have a raw object of a day. */
async function storedOn(store: ObjectStore, snapshotDate: string): Promise<(playlistId: string) => boolean> {
  const keys = await store.list(`${rawPrefix}${partitionColumn}=${snapshotDate}/`);
  return (playlistId) => keys.includes(rawKey(snapshotDate, playlistId));
}

/** Stores what is missing of the day, and records what could not be stored. */
async function storeMissing(
  run: Run,
  effects: ExtractEffects,
  wanted: readonly string[],
  last: DayState | undefined,
): Promise<void> {
  const { result, reader, states } = run;
  const isStored = await storedOn(effects.store, result.snapshotDate);
  const named = targetIds(wanted, []).filter((playlistId) => !isStored(playlistId));
  const known: KnownStates = new Map();
  const { listed, end } = await readList(run, effects, wanted, named, known);
  const missing: string[] = [];
  for (const playlistId of targetIds(wanted, listed)) {
    (isStored(playlistId) ? result.alreadyStored : missing).push(playlistId);
  }
  // Without requests, states are of no use.
  if (end == null) await readStates(states, missing, known);
  const targets = missing.map((playlistId) => ({
    playlistId,
    listed: listed.find((one) => one.playlistId === playlistId),
    state: known.get(playlistId) ?? undefined,
    wasMissing: last?.missing.includes(playlistId) === true,
    wasUnavailable: !wanted.includes(playlistId) && wasUnavailable(playlistId, result.snapshotDate, last),
  }));
  await storePlaylists(run, effects, inReadingOrder(targets, reader, last), end);
}

/**
 * The user's list of playlists, if it is wanted or saves requests. `end` is the error that rules out any further request
 * in this run.
 */
async function readList(
  run: Run,
  effects: ExtractEffects,
  wanted: readonly string[],
  named: readonly string[],
  known: KnownStates,
): Promise<{ listed: Opening[]; end: unknown }> {
  const isWanted = wanted.includes(myPlaylistsWord);
  try {
    const limit = await run.states.limit();
    if (isLimited(limit, effects.now())) throw limitedError(undefined, limit);
    return { listed: isWanted ? await run.client.myPlaylists() : await listOfNamed(run, named, known), end: undefined };
  } catch (error) {
    if (isWanted) noteFailure(run, effects, myPlaylistsWord, error);
    else if (errorCode(error) !== "LIMITED") effects.log?.({ event: "listNotRead", reason: errorReason(error) });
    return { listed: [], end: endsTheRun(error) ? error : undefined };
  }
}

/** The named playlists in the user's list, which is read as long as it can save more requests than it takes. */
async function listOfNamed(
  { client, reader, states }: Run,
  named: readonly string[],
  known: KnownStates,
): Promise<Opening[]> {
  const playlists = named.filter((playlistId) => playlistId !== likedId);
  if (playlists.length < 2 || !(await client.isUser())) return [];
  await readStates(states, playlists, known);
  const reusable = playlists.filter((playlistId) => reader.isRecent(known.get(playlistId) ?? undefined));
  if (reusable.length < 2) return [];
  return client.myPlaylists((pagesLeft, found) => {
    const listed = new Set(found.map(({ playlistId }) => playlistId));
    return reusable.filter((playlistId) => !listed.has(playlistId)).length > pagesLeft;
  });
}

/** Completes the result and stores the day's state; rejects if something is missing. */
async function finish(run: Run, effects: ExtractEffects, wanted: string[]): Promise<DayResult> {
  const { client, failures, result } = run;
  result.requests = client.requests();
  result.consent = await client.consent();
  result.warnings = warningsOf(result, client.problem());
  const { snapshotDate, alreadyStored, unavailable } = result;
  const isComplete = failures.length === 0;
  const state: DayState = {
    snapshotDate,
    isComplete,
    wanted,
    stored: [...alreadyStored, ...result.stored],
    unavailable,
    missing: failures.map(({ playlistId }) => playlistId),
    failed: failures.filter((failure) => !endsTheRun(failure)).map(({ playlistId }) => playlistId),
    ...(result.consent == null ? {} : { consentedAt: result.consent.consentedAt }),
  };
  // If a concurrent run completed the day, its state stays.
  await run.states.putDay(state, isComplete ? undefined : (existing) => isDone(existing, wanted));
  effects.log?.({ event: isComplete ? "dayComplete" : "dayIncomplete", ...result });
  if (!isComplete) throw incompleteDay(result, failures);
  return result;
}

/** Whether everything that is wanted is done for a day. */
function isDone(day: DayState | undefined, wanted: readonly string[]): day is DayState {
  return day?.isComplete === true && wanted.every((one) => day.wanted.includes(one));
}

/** Whether a playlist was unavailable on a day before this one. @param last the latest run's state */
function wasUnavailable(playlistId: string, snapshotDate: string, last: DayState | undefined): boolean {
  const found = last?.unavailable.find((one) => one.playlistId === playlistId);
  return found != null && (found.isOld === true || last?.snapshotDate !== snapshotDate);
}

/** Whether a user has logged in since: playlists that were closed then can be theirs. */
function mayHaveOpened(day: DayState, consent: Consent | undefined): boolean {
  return day.unavailable.length > 0 && consent != null && consent.consentedAt !== day.consentedAt;
}

function apiUrlOf(url: string): string {
  return new URL(url).pathname === "/" ? `${withoutSlash(url)}/v1` : withoutSlash(url);
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
