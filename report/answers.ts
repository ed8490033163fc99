import type { LakeSql } from "../lake";
import { type Row, rowsOf } from "../lake/askNamed";
import { artistSharesSql, entryKindsSql, listsSql, longestStaysSql, namesSql } from "./questions";

/** A row of the report, defined by a reader for each field. */
type RowOf<Readers extends Record<string, (row: Row) => unknown>> = {
  [Name in keyof Readers]: ReturnType<Readers[Name]>;
};

/** A text that is always known. */
const word = (column: string) => (row: Row) => String(row[column] ?? "");
const text = (column: string) => (row: Row) => (row[column] == null ? null : String(row[column]));
const number = (column: string) => (row: Row) => Number(row[column]);

/** What the report shows of a lake: for each answer, the fields of its rows. */
const readers = {
  /** Each playlist on each stored day. */
  sizes: {
    playlistId: word("playlist_id"),
    /** Its name on that day. */
    playlist: text("playlist"),
    /** YYYY-MM-DD. */
    day: word("snapshot_date"),
    entries: number("entries"),
    tracks: number("tracks"),
    episodes: number("episodes"),
    unavailable: number("unavailable"),
    unreadable: number("unreadable"),
  },
  /** How many entries came, went and moved between a stored day and the stored day before. */
  changes: {
    playlistId: word("playlist_id"),
    day: word("snapshot_date"),
    came: number("came"),
    went: number("went"),
    moved: number("moved"),
  },
  /** How many entries of a playlist's last stored day were released in a year. */
  years: {
    playlistId: word("playlist_id"),
    /** `null` if not known. */
    year: ({ release_year: known }: Row) => (known === null ? null : Number(known)),
    entries: number("entries"),
  },
  /** An artist's share of a playlist's tracks on a stored day; days without the artist have no row. */
  shares: {
    playlistId: word("playlist_id"),
    artist: text("artist"),
    /** 1 for the artist with the most entries over all days. */
    place: number("place"),
    day: word("snapshot_date"),
    /** 0 to 1. */
    share: number("share"),
  },
  /** The stays of tracks and episodes in a playlist. */
  stays: {
    playlistId: word("playlist_id"),
    name: text("name"),
    maker: text("first_artist_or_show"),
    from: word("from_date"),
    to: word("to_date"),
    days: number("days"),
    isCurrent: (row: Row) => row.is_current === true,
    /** The day on which it was added, as Spotify reports it; `null` if not known. */
    addedOn: text("added_on"),
    /** How many stays the playlist has. */
    stays: number("stays"),
    /** How many of them are as long as the longest. */
    longest: number("longest"),
  },
  /** Entries by kind on a stored day. */
  kinds: {
    playlistId: word("playlist_id"),
    day: word("snapshot_date"),
    entries: number("entries"),
    explicit: number("explicit_entries"),
    /** Tracks and episodes known to be explicit or not. */
    known: number("known_entries"),
    /** Tracks and episodes not known to be explicit or not. */
    unknown: number("unknown_entries"),
    unavailable: number("unavailable"),
  },
  /** A list on a day on which it differs from the stored day before. */
  lists: { playlistId: word("playlist_id"), day: word("snapshot_day"), list: word("list") },
  /** The last known name of each item. */
  names: {
    type: word("item_type"),
    key: word("item_key"),
    name: text("name"),
    artist: text("artist"),
    album: text("album"),
  },
};

/** The report's answers, by row. */
export type ReportAnswers = { [Name in keyof typeof readers]: RowOf<(typeof readers)[Name]>[] };
/** A row of an answer. */
export type RowIn<Name extends keyof ReportAnswers> = ReportAnswers[Name][number];

/** Runs every query of the report on a lake: named queries, and its own for what they do not answer. */
export async function askReport(lake: LakeSql): Promise<ReportAnswers> {
  const ask = async <Name extends keyof ReportAnswers>(name: Name, sql: string) => {
    const rows = rowsOf(await lake.query(sql));
    const fields = Object.entries<(row: Row) => unknown>(readers[name]);
    return rows.map((row) =>
      Object.fromEntries(fields.map(([field, read]) => [field, read(row)])),
    ) as ReportAnswers[Name];
  };
  return {
    sizes: await ask("sizes", await lake.namedQuery("size-by-day")),
    changes: await ask("changes", await lake.namedQuery("changes-by-day")),
    years: await ask("years", await lake.namedQuery("release-years")),
    shares: await ask("shares", artistSharesSql),
    stays: await ask("stays", longestStaysSql),
    kinds: await ask("kinds", entryKindsSql),
    lists: await ask("lists", listsSql),
    names: await ask("names", namesSql),
  };
}
