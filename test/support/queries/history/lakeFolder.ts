/**
 * Turns an edit log into a state folder that can be queried: responses, raw objects, real transforms, the program's
 * catalog.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Catalog, parseLocation, partitionKey, saveCatalog } from "../../../../emulator/glue/catalog";
import { applyDeclared } from "../../../../emulator/glue/declared";
import type { ServedPlaylist } from "../../../../standin/library";
import { pageBody, playlistBody } from "../../../../standin/pages";
import { lakeKey } from "../../../../transforms/keys";
import { makeRawLine } from "../../../../transforms/rawLines";
import { tableNames } from "../../../../transforms/schema";
import { makeTransform, type PlaylistTables } from "../../../../transforms/transform";
import { programOf, sampleSource } from "../../pipeline/pipelines";
import { entryJson } from "./catalog";
import type { StoredDay } from "./replay";

const rawLine = makeRawLine();
const pageSize = 50;

/** The id under which a simulated playlist is stored. */
export function playlistId(playlist: number): string {
  return `simulated${String(playlist).padStart(13, "0")}`;
}

/** The raw object of a playlist and day, as the extractor writes it, not gzipped. */
function rawObject(playlist: number, { date, name, entries }: StoredDay): string {
  // Playlists are served in both generations of Spotify's responses.
  const shape = playlist % 2 === 0 ? "item" : "track";
  const contents = shape === "item" ? "items" : "tracks";
  const texts = entries.map(({ item, availability, addedAt }) => entryJson(item, availability, addedAt, shape));
  const id = playlistId(playlist);
  const fields = Object.entries({ id, name, type: "playlist", owner: { id: "maren" }, public: true });
  const served: ServedPlaylist = {
    id,
    fields: fields.map(([field, value]) => [field, JSON.stringify(value)] as const),
    snapshotId: "",
    contentsNames: [contents],
    entries: texts,
  };
  const url = `https://api.spotify.com/v1/playlists/${id}`;
  const at = (second: number) => `${date}T06:00:${String(second % 60).padStart(2, "0")}.000Z`;
  const whole = playlistBody(served, "snapshot", "https://api.spotify.com/v1", pageSize);
  const lines = [rawLine(url, at(0), whole)];
  for (let offset = 0; offset === 0 || offset < texts.length; offset += pageSize) {
    const page = pageBody(texts, `${url}/${contents}`, { offset, limit: pageSize });
    lines.push(rawLine(`${url}/${contents}?offset=${offset}`, at(1 + offset / pageSize), page));
  }
  return [...lines, rawLine(url, at(59), whole)].join("");
}

/** A raw object of a day. */
export interface DayObject {
  /** YYYY-MM-DD */
  date: string;
  fileName: string;
  bytes: Uint8Array;
}

/** The raw objects of the stored days. */
export function rawObjects(stored: readonly StoredDay[][]): DayObject[] {
  return stored.flatMap((days, playlist) =>
    days.map((day) => {
      const bytes = Buffer.from(rawObject(playlist, day));
      return { date: day.date, fileName: `${playlistId(playlist)}.jsonl`, bytes };
    }),
  );
}

/** Writes the lake's files of the stored days below `stateDir`, and the catalog that the program declares. */
export async function writeLake(stored: readonly StoredDay[][], stateDir: string): Promise<void> {
  await writeObjects(rawObjects(stored), stateDir);
}

/** The same for raw objects. */
export async function writeObjects(objects: readonly DayObject[], stateDir: string): Promise<void> {
  const catalog = await declaredCatalog();
  registerDays(
    catalog,
    objects.map(({ date }) => date),
  );
  saveCatalog(stateDir, catalog);
  const lake = join(stateDir, "buckets", lakeBucket(catalog));
  const transform = makeTransform();
  for (const { date, fileName, bytes } of objects) {
    const [tables] = await transform(oneChunk(bytes), fileName);
    writeTables(lake, date, tables!);
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function declaredCatalog(): Promise<Catalog> {
  const { resources } = await programOf(await sampleSource());
  const catalog: Catalog = { databases: {}, namedQueries: [] };
  applyDeclared(catalog, resources);
  return catalog;
}

/** Registers days, as the transformer does. */
function registerDays({ databases }: Catalog, dates: readonly string[]): void {
  const [tables = {}] = Object.values(databases);
  for (const { location, partitionKeys, partitions } of Object.values(tables)) {
    if (partitionKeys.length === 0) continue;
    for (const date of dates) {
      partitions[partitionKey([date])] = { values: [date], location: `${location}snapshot_date=${date}/` };
    }
  }
}

function lakeBucket({ databases }: Catalog): string {
  const [tables = {}] = Object.values(databases);
  return parseLocation(tables.csv_playlists!.location!).bucket;
}

const madeFolders = new Set<string>();

function writeTables(lake: string, date: string, tables: PlaylistTables): void {
  for (const table of tableNames) {
    const file = join(lake, lakeKey(table, date, tables.playlistId));
    if (!madeFolders.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    madeFolders.add(dirname(file));
    writeFileSync(file, Buffer.concat(tables.csv[table]));
  }
}
