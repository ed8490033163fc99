/** Helpers for the tests of the transform: bytes in, tables out. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TableName, tableNames, tables } from "../../../transforms/schema";
import { makeTransform, type PlaylistTables, type TransformOptions } from "../../../transforms/transform";
import { readOpenCsv, type SerdeRow } from "./openCsvSerde";

const transform = makeTransform();

/** A stream of `bytes` in pieces of `chunkBytes`. */
export async function* streamOf(bytes: Uint8Array | string, chunkBytes = 65_536): AsyncGenerator<Uint8Array> {
  const whole = Buffer.from(bytes);
  for (let start = 0; start < whole.length; start += chunkBytes) yield whole.subarray(start, start + chunkBytes);
}

/** Transforms a file given as text, as bytes or as its JSON value. */
export function run(
  file: unknown,
  fileName = "my-list.json",
  options: TransformOptions<Uint8Array[]> = {},
): Promise<PlaylistTables[]> {
  const bytes = typeof file === "string" || file instanceof Uint8Array ? file : JSON.stringify(file);
  return transform(streamOf(bytes), fileName, options);
}

/** The same for a file of one playlist. */
export async function runOne(
  file: unknown,
  fileName?: string,
  options?: TransformOptions<Uint8Array[]>,
): Promise<PlaylistTables> {
  const all = await run(file, fileName, options);
  if (all.length !== 1) throw new Error(`${all.length} playlists, expected one`);
  return all[0]!;
}

/** What `run` throws. */
export async function refusal(
  file: unknown,
  fileName?: string,
  options?: TransformOptions<Uint8Array[]>,
): Promise<{ code: string; message: string }> {
  try {
    await run(file, fileName, options);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
  throw new Error("was not refused");
}

/** A table's file as one text. */
export function csvText(playlist: PlaylistTables, table: TableName): string {
  return Buffer.concat(playlist.csv[table]).toString("utf8");
}

/** A table's rows as OpenCSVSerde reads them. */
export function rowsOf(playlist: PlaylistTables, table: TableName): SerdeRow[] {
  return readOpenCsv(Buffer.concat(playlist.csv[table]), tables[table].length);
}

/** The rows of all tables that have some, by table. */
export function allRows(playlist: PlaylistTables): Partial<Record<TableName, SerdeRow[]>> {
  const named = tableNames.map((table) => [table, rowsOf(playlist, table)] as const);
  return Object.fromEntries(named.filter(([, rows]) => rows.length > 0));
}

/** A column's values, top to bottom. */
export function column(playlist: PlaylistTables, table: TableName, name: string): (string | null | undefined)[] {
  return rowsOf(playlist, table).map((row) => row[tables[table].indexOf(name)]);
}

const samplesFolder = join(__dirname, "../../../../shared/samples");

/** Real responses, if they are next to this checkout: file name and bytes. */
export function samples(): { fileName: string; bytes: Buffer }[] {
  if (!existsSync(samplesFolder)) return [];
  const fileNames = readdirSync(samplesFolder).filter((name) => name.endsWith(".json"));
  return fileNames.map((fileName) => ({ fileName, bytes: readFileSync(join(samplesFolder, fileName)) }));
}

/** A raw line. */
export function line(body: unknown, fetchedAt = "2026-11-22T06:00:00Z", url = "https://api.spotify.com/v1/x"): string {
  return `${JSON.stringify({ url, fetchedAt, body })}\n`;
}

/** A track as Spotify serves it today, named after `id`. */
export function track(id: string, more: object = {}): Record<string, unknown> {
  return {
    type: "track",
    id,
    uri: `spotify:track:${id}`,
    name: `Track ${id}`,
    disc_number: 1,
    track_number: 2,
    duration_ms: 180000,
    explicit: false,
    is_local: false,
    external_ids: { isrc: `ISRC${id}` },
    artists: [artist(`r${id}`)],
    album: {
      type: "album",
      id: `a${id}`,
      uri: `spotify:album:a${id}`,
      name: `Album ${id}`,
      album_type: "album",
      release_date: "1999-12-31",
      release_date_precision: "day",
      total_tracks: 9,
      images: [{ url: `https://i.scdn.co/${id}`, height: null, width: null }],
      artists: [artist(`r${id}`)],
    },
    ...more,
  };
}

/** An artist, named after `id`. */
export function artist(id: string): Record<string, unknown> {
  return { type: "artist", id, uri: `spotify:artist:${id}`, name: `Artist ${id}` };
}

/** An entry of 2026 that holds `item`. */
export function entry(item: unknown, more: object = {}): Record<string, unknown> {
  return { added_at: "2021-03-04T05:06:07Z", added_by: { id: "ann" }, is_local: false, item, ...more };
}
