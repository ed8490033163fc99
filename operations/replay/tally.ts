import type { Outcome } from "./transformAll";

/** What a replay came to. */
export interface Tally {
  /** Raw objects whose files are written again. */
  readonly objects: number;
  /** CSV files. */
  readonly files: number;
  /** Rows in them. */
  readonly rows: number;
  /** Raw objects that were removed meanwhile. */
  readonly gone: number;
  /** By key, one line each. */
  readonly failures: readonly { readonly key: string; readonly reason: string }[];
}

export const noTally: Tally = { objects: 0, files: 0, rows: 0, gone: 0, failures: [] };

/** The tally with further outcomes. */
export function add(tally: Tally, outcomes: readonly Outcome[]): Tally {
  const done = outcomes.filter(({ failure, playlists }) => failure === undefined && playlists.length > 0);
  const rowCounts = done.flatMap(({ playlists }) => playlists.flatMap(({ rows }) => Object.values(rows)));
  const failures = outcomes.flatMap(({ key, failure }) => (failure === undefined ? [] : [{ key, reason: failure }]));
  return {
    objects: tally.objects + done.length,
    files: tally.files + rowCounts.length,
    rows: tally.rows + rowCounts.reduce((sum, count) => sum + count, 0),
    gone: tally.gone + outcomes.length - done.length - failures.length,
    failures: [...tally.failures, ...failures],
  };
}
