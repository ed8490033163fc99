// The digest: which rows of the named query `digest` are news, and what is remembered of them.

/** The named query that a digest is made of. */
export const digestQuery = "digest";

/** A row of the named query. Days are YYYY-MM-DD. */
export interface DigestRow {
  /** The playlist's name. */
  readonly playlist: string | null;
  /** `lost`: it became unavailable. `back`: it can be played again. Null in the only row of a playlist without a change. */
  readonly change: "lost" | "back" | "came" | "went" | null;
  /** The stored day on which the change is seen. */
  readonly snapshot_date: string | null;
  readonly item_type: string | null;
  /** Null if it is not known. */
  readonly name: string | null;
  readonly first_artist_or_show: string | null;
  readonly item_key: string | null;
  /** The key of another release of a lost track. */
  readonly other_release: string | null;
  readonly other_album: string | null;
  readonly playlist_id: string;
  /** The playlist's last stored day. */
  readonly last_date: string;
}

/** A row with a change. */
export interface Change extends DigestRow {
  readonly change: NonNullable<DigestRow["change"]>;
  readonly snapshot_date: string;
}

/** The last day of each playlist, by id, that a digest has covered. */
export interface DigestState {
  readonly playlists: Readonly<Record<string, string>>;
}

/** How far the first digest looks back. */
export const firstDays = 7;
/**
 * A playlist that is away for longer starts anew when it returns. Until then each digest has to read back to its last day.
 */
const longestAbsenceDays = 31;

/** The day from which the query has to compare: every playlist's last day that a digest has covered is in it. */
export function sinceOf(state: DigestState, today: string): string {
  const [first = daysBefore(today, firstDays)] = Object.values(state.playlists).sort();
  return first;
}

/** The changes that no digest has covered. A day that is stored after a later one was covered is not compared again. */
export function newsOf(rows: readonly DigestRow[], { playlists }: DigestState): Change[] {
  return rows.filter((row): row is Change => {
    const covered = playlists[row.playlist_id] ?? "";
    return row.change !== null && row.snapshot_date !== null && row.snapshot_date > covered;
  });
}

/** What is remembered once the rows' news are sent. */
export function stateAfter(rows: readonly DigestRow[], before: DigestState): DigestState {
  const playlists = { ...before.playlists };
  for (const { playlist_id: id, last_date: day } of rows) if (day > (playlists[id] ?? "")) playlists[id] = day;
  const newest = Object.values(playlists).sort().at(-1);
  if (newest === undefined) return before;
  const oldest = daysBefore(newest, longestAbsenceDays);
  const kept = Object.entries(playlists).filter(([, day]) => day >= oldest);
  return { playlists: Object.fromEntries(kept.sort(([one], [other]) => (one < other ? -1 : 1))) };
}

/** The day so many days before another. */
export function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}
