import type { LakeSql } from "../lake";
import { type Row, rowsOf } from "../lake/askNamed";
import { artistSharesSql, entryKindsSql, longestStaysSql } from "./questions";
import { type ListRow, listsSql, type NameRow, namesSql } from "./timeMachine";

/** Reads one column. */
type Reader<T> = (row: Row) => T;
/** A row of the report, defined by a reader for each field. */
type RowOf<Readers> = { [Name in keyof Readers]: Readers[Name] extends Reader<infer T> ? T : never };

/** A value that is never `null`. */
function word(column: string): Reader<string> {
  return ({ [column]: value }) => String(value ?? "");
}

function text(column: string): Reader<string | null> {
  return ({ [column]: value }) => (value === null || value === undefined ? null : String(value));
}

function number(column: string): Reader<number> {
  return ({ [column]: value }) => Number(value);
}

const size = {
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
};
/** A playlist on a stored day. */
export type SizeRow = RowOf<typeof size>;

const change = {
  playlistId: word("playlist_id"),
  day: word("snapshot_date"),
  came: number("came"),
  went: number("went"),
  moved: number("moved"),
};
/** How many entries came, went and moved between a stored day and the stored day before. */
export type ChangeRow = RowOf<typeof change>;

const gap = {
  playlistId: word("playlist_id"),
  /** The last stored day before. */
  after: word("stored_before"),
  /** The first stored day after. */
  before: word("stored_again"),
};
/** Days on which a playlist was not stored, between two on which it was. */
export type GapRow = RowOf<typeof gap>;

const year = {
  playlistId: word("playlist_id"),
  /** `null` if not known. */
  year: ({ release_year: known }: Row) => (known === null ? null : Number(known)),
  entries: number("entries"),
};
/** How many entries of a playlist's last stored day were released in a year. */
export type YearRow = RowOf<typeof year>;

const share = {
  playlistId: word("playlist_id"),
  artistKey: word("artist_key"),
  artist: text("artist"),
  /** 1 for the artist with the most entries over all days. */
  place: number("place"),
  day: word("snapshot_date"),
  entries: number("entries"),
  /** 0 to 1. */
  share: number("share"),
};
/** An artist's share of a playlist's tracks on a stored day; days without the artist have no row. */
export type ShareRow = RowOf<typeof share>;

const stay = {
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
};
/** A stay of a track or episode in a playlist. */
export type StayRow = RowOf<typeof stay>;

const kind = {
  playlistId: word("playlist_id"),
  day: word("snapshot_date"),
  entries: number("entries"),
  explicit: number("explicit_entries"),
  /** Tracks and episodes known to be explicit or not. */
  known: number("known_entries"),
  /** Tracks and episodes not known to be explicit or not. */
  unknown: number("unknown_entries"),
  unavailable: number("unavailable"),
};
/** Entries of a kind on a stored day. */
export type KindRow = RowOf<typeof kind>;

const list = { playlistId: word("playlist_id"), day: word("snapshot_day"), list: word("list") };
const name = {
  type: word("item_type"),
  key: word("item_key"),
  name: text("name"),
  artist: text("artist"),
  album: text("album"),
};

/** What the report shows of a lake. */
export interface ReportAnswers {
  sizes: SizeRow[];
  changes: ChangeRow[];
  gaps: GapRow[];
  years: YearRow[];
  shares: ShareRow[];
  stays: StayRow[];
  kinds: KindRow[];
  lists: ListRow[];
  names: NameRow[];
}

/** Runs every query of the report on a lake: named queries, and its own for what they do not answer. */
export async function askReport(lake: LakeSql): Promise<ReportAnswers> {
  const ask = async <Readers extends Record<string, Reader<unknown>>>(sql: string, readers: Readers) => {
    return rowsOf(await lake.query(sql)).map((row) => rowOf(readers, row));
  };
  const named = (name: string) => lake.namedQuery(name);
  return {
    sizes: await ask(await named("size-by-day"), size),
    changes: await ask(await named("changes-by-day"), change),
    gaps: await ask(await named("missing-days"), gap),
    years: await ask(await named("release-years"), year),
    shares: await ask(artistSharesSql, share),
    stays: await ask(longestStaysSql, stay),
    kinds: await ask(entryKindsSql, kind),
    lists: await ask(listsSql, list),
    names: await ask(namesSql, name),
  };
}

function rowOf<Readers extends Record<string, Reader<unknown>>>(readers: Readers, row: Row): RowOf<Readers> {
  return Object.fromEntries(Object.entries(readers).map(([name, read]) => [name, read(row)])) as RowOf<Readers>;
}
