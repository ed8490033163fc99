import type { Lake } from "../cli/lake";
import { artistSharesSql, entryKindsSql, longestStaysSql } from "./questions";

/** A playlist on a stored day. */
export interface SizeRow {
  playlistId: string;
  /** Its name on that day. */
  playlist: string | null;
  /** YYYY-MM-DD. */
  day: string;
  entries: number;
  tracks: number;
  episodes: number;
  unavailable: number;
  unreadable: number;
}

/** What came and went between a stored day and the stored day before. */
export interface ChangeRow {
  playlistId: string;
  day: string;
  came: number;
  went: number;
  moved: number;
}

/** Days without a playlist between two with it. */
export interface GapRow {
  playlistId: string;
  /** The last stored day before. */
  after: string;
  /** The first stored day behind. */
  before: string;
}

/** How many entries of a playlist's last stored day are from a year. */
export interface YearRow {
  playlistId: string;
  /** `null`: not known. */
  year: number | null;
  entries: number;
}

/** An artist's share of a playlist's tracks on a stored day; days without the artist have no row. */
export interface ShareRow {
  playlistId: string;
  artistKey: string;
  artist: string | null;
  /** 1 for the artist with the most entries over all days. */
  place: number;
  day: string;
  entries: number;
  /** 0 to 1. */
  share: number;
}

/** A stay of a track or episode in a playlist. */
export interface StayRow {
  playlistId: string;
  name: string | null;
  maker: string | null;
  from: string;
  to: string;
  days: number;
  isCurrent: boolean;
  /** The day since which it is there by Spotify's word; `null`: not known. */
  addedOn: string | null;
  /** How many stays the playlist has, and how many of them are as long as its longest. */
  stays: number;
  longest: number;
}

/** Entries of a kind on a stored day. */
export interface KindRow {
  playlistId: string;
  day: string;
  entries: number;
  explicit: number;
  unavailable: number;
}

/** What the report shows of a lake. */
export interface ReportAnswers {
  sizes: SizeRow[];
  changes: ChangeRow[];
  gaps: GapRow[];
  years: YearRow[];
  shares: ShareRow[];
  stays: StayRow[];
  kinds: KindRow[];
}

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown) => (value === null || value === undefined ? null : String(value));
const word = (value: unknown) => String(value ?? "");

/** Asks a lake all that the report shows: the named queries, and what they don't tell. */
export async function askReport(lake: Lake): Promise<ReportAnswers> {
  const ask = async <T>(sql: string, as: (fields: Fields) => T): Promise<T[]> => {
    const { columns, rows } = await lake.query(sql);
    return rows.map((row) => as(Object.fromEntries(columns.map(({ name }, i) => [name, row[i]]))));
  };
  const askNamed = async <T>(name: string, as: (fields: Fields) => T) => ask(await lake.namedQuery(name), as);
  return {
    sizes: await askNamed("size-by-day", sizeRow),
    changes: await askNamed("changes-by-day", changeRow),
    gaps: await askNamed("missing-days", gapRow),
    years: await askNamed("release-years", yearRow),
    shares: await ask(artistSharesSql, shareRow),
    stays: await ask(longestStaysSql, stayRow),
    kinds: await ask(entryKindsSql, kindRow),
  };
}

function sizeRow(fields: Fields): SizeRow {
  return {
    playlistId: word(fields.playlist_id),
    playlist: text(fields.playlist),
    day: word(fields.snapshot_date),
    entries: Number(fields.entries),
    tracks: Number(fields.tracks),
    episodes: Number(fields.episodes),
    unavailable: Number(fields.unavailable),
    unreadable: Number(fields.unreadable),
  };
}

function changeRow(fields: Fields): ChangeRow {
  return {
    playlistId: word(fields.playlist_id),
    day: word(fields.snapshot_date),
    came: Number(fields.came),
    went: Number(fields.went),
    moved: Number(fields.moved),
  };
}

function gapRow(fields: Fields): GapRow {
  return {
    playlistId: word(fields.playlist_id),
    after: word(fields.stored_before),
    before: word(fields.stored_again),
  };
}

function yearRow(fields: Fields): YearRow {
  return {
    playlistId: word(fields.playlist_id),
    year: fields.release_year === null ? null : Number(fields.release_year),
    entries: Number(fields.entries),
  };
}

function shareRow(fields: Fields): ShareRow {
  return {
    playlistId: word(fields.playlist_id),
    artistKey: word(fields.artist_key),
    artist: text(fields.artist),
    place: Number(fields.place),
    day: word(fields.snapshot_date),
    entries: Number(fields.entries),
    share: Number(fields.share),
  };
}

function stayRow(fields: Fields): StayRow {
  return {
    playlistId: word(fields.playlist_id),
    name: text(fields.name),
    maker: text(fields.first_artist_or_show),
    from: word(fields.from_date),
    to: word(fields.to_date),
    days: Number(fields.days),
    isCurrent: fields.is_current === true,
    addedOn: text(fields.added_on),
    stays: Number(fields.stays),
    longest: Number(fields.longest),
  };
}

function kindRow(fields: Fields): KindRow {
  return {
    playlistId: word(fields.playlist_id),
    day: word(fields.snapshot_date),
    entries: Number(fields.entries),
    explicit: Number(fields.explicit_entries),
    unavailable: Number(fields.unavailable),
  };
}
