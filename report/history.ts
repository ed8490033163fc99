import { groupedBy, sum } from "../lake/lists";
import type { ReportAnswers, RowIn } from "./answers";
import { type Bucket, bucketOf, dayAfter, type Unit, unitFor } from "./days";

/** What is known of a bucket of days: the values of its last stored day. */
export interface At<T> extends Bucket {
  readonly row: T;
}

/** What came and went in a bucket of days. */
export interface Flow extends Bucket {
  readonly came: number;
  readonly went: number;
  readonly moved: number;
}

/** Days from the first to the last, both counted. */
export interface Range {
  readonly first: string;
  readonly last: string;
}

function byPlaylist<T extends { playlistId: string }>(rows: readonly T[]): (id: string) => readonly T[] {
  const groups = groupedBy(rows, ({ playlistId }) => playlistId);
  return (id) => groups.get(id) ?? [];
}

function inOrderOfDays<T extends { day: string }>(rows: readonly T[]): T[] {
  return [...rows].sort((one, other) => (one.day < other.day ? -1 : 1));
}

/** The last row of each bucket. */
function lastOfEach<T extends { day: string }>(rows: readonly T[], unit: Unit): At<T>[] {
  const last = new Map(inOrderOfDays(rows).map((row) => [bucketOf(row.day, unit).first, row]));
  return [...last.values()].map((row) => ({ ...bucketOf(row.day, unit), row }));
}

function flowsOf(rows: readonly RowIn<"changes">[], unit: Unit): Flow[] {
  const byBucket = groupedBy(inOrderOfDays(rows), ({ day }) => bucketOf(day, unit).first);
  return [...byBucket].map(([first, own]) => ({
    ...bucketOf(first, unit),
    came: sum(own, ({ came }) => came),
    went: sum(own, ({ went }) => went),
    moved: sum(own, ({ moved }) => moved),
  }));
}

/** The artists in order of rank, with a share, 0 to 1, for each bucket: 0 on a day without a row. */
function artistsOf(rows: readonly RowIn<"shares">[], sizes: readonly At<RowIn<"sizes">>[]) {
  const places = [...new Set(rows.map(({ place }) => place))].sort((one, other) => one - other);
  return places.map((place) => {
    const own = rows.filter((row) => row.place === place);
    const shareOn = new Map(own.map(({ day, share }) => [day, share]));
    return { name: own[0]?.artist ?? null, shares: sizes.map(({ row }) => shareOn.get(row.day) ?? 0) };
  });
}

/** The days between stored ones, which ascend. */
function missingDays(stored: readonly string[]): Range[] {
  return stored.slice(1).flatMap((day, i) => {
    const range = { first: dayAfter(stored[i] ?? day, 1), last: dayAfter(day, -1) };
    return range.first > range.last ? [] : [range];
  });
}

function bucketsFrom(from: string, to: string, unit: Unit): Bucket[] {
  const buckets: Bucket[] = [];
  for (let bucket = bucketOf(from, unit); bucket.first <= to; bucket = bucketOf(dayAfter(bucket.last, 1), unit)) {
    buckets.push(bucket);
  }
  return buckets;
}

/**
 * The share of explicit entries, 0 to 1, among the entries for which it is known; null if it is known for none. Entries
 * without an item count as not explicit.
 */
export function explicitShare({ entries, explicit, known, unknown }: RowIn<"kinds">): number | null {
  return known === 0 && unknown > 0 ? null : explicit / (entries - unknown);
}

/** The history of all playlists. */
export type History = NonNullable<ReturnType<typeof historyOf>>;
/** The history of a playlist, in time order. */
export type PlaylistHistory = History["playlists"][number];

/** Groups the answers by playlist; `undefined` if no playlist is stored yet. */
export function historyOf(answers: ReportAnswers) {
  const stored = [...new Set(answers.sizes.map(({ day }) => day))].sort();
  const [from] = stored;
  const to = stored.at(-1);
  if (from === undefined || to === undefined) return undefined;
  const unit = unitFor(from, to);
  const sizesOf = byPlaylist(answers.sizes);
  const changesOf = byPlaylist(answers.changes);
  const yearRowsOf = byPlaylist(answers.years);
  const sharesOf = byPlaylist(answers.shares);
  const staysOf = byPlaylist(answers.stays);
  const kindsOf = byPlaylist(answers.kinds);

  const playlistOf = (id: string) => {
    const days = inOrderOfDays(sizesOf(id));
    const sizes = lastOfEach(days, unit);
    // The buckets on whose last stored day the playlist held tracks.
    const artistBuckets = sizes.filter(({ row }) => row.tracks > 0);
    const [changes, years] = [changesOf(id), yearRowsOf(id)];
    const yearUnknown = years.filter(({ year }) => year === null);
    return {
      id,
      /** The last known name. */
      name: days.findLast(({ playlist }) => playlist !== null)?.playlist ?? null,
      first: days[0]!,
      last: days.at(-1)!,
      storedDays: days.length,
      sizes,
      flows: flowsOf(changes, unit),
      kinds: lastOfEach(kindsOf(id), unit).filter(({ row }) => sizes.some((size) => size.row.day === row.day)),
      artists: artistsOf(sharesOf(id), artistBuckets),
      artistBuckets,
      years: years.flatMap(({ year, entries }) => (year === null ? [] : [{ year, entries }])),
      entriesWithoutYear: sum(yearUnknown, ({ entries }) => entries),
      stays: staysOf(id),
      /** Days between the first and the last that were not stored. */
      missing: missingDays(days.map(({ day }) => day)),
      came: sum(changes, ({ came }) => came),
      went: sum(changes, ({ went }) => went),
    };
  };
  const sortKey = ({ name, id }: { name: string | null; id: string }) => `${(name ?? "").toLowerCase()}\0${id}`;
  return {
    unit,
    /** Every bucket from the first day to the last, stored or not. */
    buckets: bucketsFrom(from, to, unit),
    from,
    to,
    storedDays: stored.length,
    /** Days on which no playlist was stored. */
    missing: missingDays(stored),
    came: sum(answers.changes, ({ came }) => came),
    went: sum(answers.changes, ({ went }) => went),
    /** In the order of their names. */
    playlists: [...new Set(answers.sizes.map(({ playlistId }) => playlistId))]
      .map(playlistOf)
      .sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1)),
  };
}
