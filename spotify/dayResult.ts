import type { Consent } from "./consent";
import { type CodedError, codedError, type ErrorCode } from "./errors";
import type { DayState, UnavailablePlaylist } from "./state";

/** A playlist (or "me") that is not stored, for a reason that can be temporary. */
export interface PlaylistFailure {
  playlistId: string;
  reason: string;
  /** Undefined if the failure is not Spotify's, but the store's for instance. */
  code: ErrorCode | undefined;
}

/** An earlier day that was not stored, wholly or in part; it cannot be recovered. */
export interface MissedDay {
  snapshotDate: string;
  /** What is missing: ids, or "me". */
  missing: string[];
}

/** A playlist of which Spotify served fewer entries than it counts. */
export interface FewerEntries {
  playlistId: string;
  /** Entries served. */
  entries: number;
  /** Entries that the playlist has, as Spotify counts them. */
  total: number;
}

/** What a run did. Lists of ids are in the order in which they were worked on. */
export interface DayResult {
  snapshotDate: string;
  /** The day was complete before this run, which did nothing. `alreadyStored` and `unavailable` repeat what is known. */
  alreadyComplete: boolean;
  /** Stored by this run. */
  stored: string[];
  /** Those of `stored` whose contents were not read again. */
  unchanged: string[];
  /** Those of `stored` that were edited each time they were read. */
  inconsistent: string[];
  /** Those of `stored` that were read in full and had fewer entries than Spotify counts. */
  fewerEntries: FewerEntries[];
  alreadyStored: string[];
  unavailable: UnavailablePlaylist[];
  /** Found by the first run of a day. */
  missedDays: MissedDay[];
  /** Requests to Spotify, including failed tries and token requests. */
  requests: number;
  /** Entries in what this run stored. */
  entries: number;
  /** Undefined if there is no user, or the time of consent is not known. */
  consent: Consent | undefined;
  /** Warnings for the owner, one sentence each. */
  warnings: string[];
}

/** The error of an incomplete run. Everything that could be stored is stored. */
export type IncompleteDay = CodedError<{ failures: PlaylistFailure[]; result: DayResult }>;

export function emptyResult(snapshotDate: string): DayResult {
  return {
    snapshotDate,
    alreadyComplete: false,
    stored: [],
    unchanged: [],
    inconsistent: [],
    fewerEntries: [],
    alreadyStored: [],
    unavailable: [],
    missedDays: [],
    requests: 0,
    entries: 0,
    consent: undefined,
    warnings: [],
  };
}

export function completeResult(day: DayState, consent: Consent | undefined): DayResult {
  const known = { alreadyComplete: true, alreadyStored: day.stored, unavailable: day.unavailable, consent };
  const result = { ...emptyResult(day.snapshotDate), ...known };
  return { ...result, warnings: warningsOf(result, undefined) };
}

/** The warnings of a run that did something. */
export function warningsOf(result: DayResult, problem: string | undefined): string[] {
  const warnings: string[] = [];
  const { consent } = result;
  if (consent?.isEnding === true) {
    const ends = consent.endsAt.slice(0, 10);
    const left = consent.daysLeft === 1 ? "1 day" : `${consent.daysLeft} days`;
    warnings.push(`Spotify's consent ends on ${ends} (in ${left}): run npx playlake login.`);
  }
  if (problem != null) warnings.push(problem);
  for (const { snapshotDate, missing } of result.missedDays) {
    warnings.push(`${snapshotDate} was missed and cannot be recovered: ${missing.join(", ")}.`);
  }
  for (const playlistId of result.inconsistent) {
    warnings.push(`playlist ${playlistId} was edited each time it was read; its snapshot can mix two states.`);
  }
  for (const { playlistId, entries, total } of result.fewerEntries) {
    warnings.push(`playlist ${playlistId}: Spotify counts ${total} entries and served ${entries}.`);
  }
  for (const { playlistId, status, cause } of result.unavailable) {
    warnings.push(`playlist ${playlistId}: ${status}. ${cause}`);
  }
  return warnings;
}

/** Names every playlist that is missing, grouped by reason. */
export function incompleteDay(result: DayResult, failures: PlaylistFailure[]): IncompleteDay {
  const byReason: { [reason: string]: string[] } = {};
  for (const { playlistId, reason } of failures) {
    byReason[reason] ??= [];
    byReason[reason].push(playlistId);
  }
  const parts = Object.entries(byReason).map(([reason, ids]) => `${ids.join(", ")} (${reason})`);
  const subject = `not stored yet for ${result.snapshotDate}`;
  return codedError("INCOMPLETE", subject, parts.join("; "), { failures, result });
}
