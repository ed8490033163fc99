import { makeCsvWriter } from "./csv";
import type { Contents } from "./forms";
import { makeRowBuilders, type ServedEntry, type TableRow, type TableRows } from "./rows";
import { type ItemType, type TableName, tableNames, tables } from "./schema";
import { type JsonObject, makeValues } from "./values";

/** Takes a file's bytes piece by piece, as an array does. */
export interface Pieces {
  push(bytes: Uint8Array): unknown;
}

/** A playlist's part of the lake on one day. `File` holds a table's bytes. */
export interface PlaylistTables<File extends Pieces = Uint8Array[]> {
  /** Safe as part of an object's key. */
  readonly playlistId: string;
  /** Entries served: the number of rows of `playlist_items`. */
  readonly entries: number;
  /** Entries that the playlist has, as served; `entries` if that is not served. */
  readonly totalItems: number;
  readonly itemTypes: Record<ItemType, number>;
  /** Rows of each table, without the header. */
  readonly rows: Record<TableName, number>;
  /** The file of each table, in pieces; a table without rows still has its header. */
  readonly csv: Record<TableName, File>;
}

/** The values of the row of `playlists` that do not come from the entries. The empty string means unknown. */
interface PlaylistFacts {
  /** The playlist's own response, or an empty object. */
  readonly playlist: JsonObject;
  /** Entries that the playlist has, as served. */
  readonly total: string;
  readonly extractedAt: string;
  readonly itemsFetchedAt: string;
  readonly isConsistent: string;
}

/** Builds one playlist's tables. */
export interface TablesBuilder<File extends Pieces> {
  /**
   * Adds the entries of a page, and keeps none of them.
   * @param asServed returns the entries as served, if something was cut out of them before
   */
  addPage(contents: Contents, asServed?: () => readonly unknown[]): void;
  /** Adds the row of `playlists` and returns all tables. */
  finish(facts: PlaylistFacts): PlaylistTables<File>;
}

/** Begins a playlist's tables. `startFile` creates the file of each table. */
export type StartTables = <File extends Pieces>(playlistId: string, startFile: () => File) => TablesBuilder<File>;

/** Makes `StartTables`: one builder for each playlist. */
export function makeTablesBuilders(): StartTables {
  const startRows = makeRowBuilders();
  const writeCsv = makeCsvWriter();
  const { text, object, list } = makeValues();
  const { fromEntries } = Object;
  const toNumber = Number;
  const { isSafeInteger } = Number;
  const columns = tables;
  const names = tableNames;
  /** Large documents are read in slices of this many entries, so that their CSV is never in memory twice. */
  const sliceLength = 1000;

  function forEachTable<T>(make: (name: TableName) => T): Record<TableName, T> {
    return fromEntries(names.map((name) => [name, make(name)])) as Record<TableName, T>;
  }

  function playlistRow(playlistId: string, entries: number, facts: PlaylistFacts): TableRow<"playlists"> {
    const { playlist, total, extractedAt, itemsFetchedAt, isConsistent } = facts;
    const owner = object(playlist.owner);
    return {
      playlist_id: playlistId,
      name: text(playlist.name),
      description: text(playlist.description),
      owner_id: text(owner.id),
      owner_name: text(owner.display_name),
      is_public: text(playlist.public),
      is_collaborative: text(playlist.collaborative),
      followers: text(object(playlist.followers).total),
      total_items: total === "" ? `${entries}` : total,
      spotify_snapshot_id: text(playlist.snapshot_id),
      image_url: text(object(list(playlist.images)[0]).url),
      extracted_at: extractedAt,
      items_fetched_at: itemsFetchedAt,
      is_consistent: isConsistent,
    };
  }

  return function startTables(playlistId, startFile) {
    const readPage = startRows(playlistId);
    const itemTypes: Record<ItemType, number> = { track: 0, episode: 0, unavailable: 0, unreadable: 0 };
    const rows = forEachTable(() => 0);
    const csv = forEachTable(startFile);
    for (const name of names) {
      const header = fromEntries(columns[name].map((column) => [column, column]));
      csv[name].push(writeCsv(columns[name], [header]));
    }
    let entryCount = 0;
    /** Position of the next entry if the next page has no offset. */
    let nextPosition = 0;

    function addRows(added: Partial<TableRows>): void {
      for (const name of names) {
        const tableRows = added[name] ?? [];
        if (tableRows.length === 0) continue;
        rows[name] += tableRows.length;
        csv[name].push(writeCsv(columns[name], tableRows));
      }
    }

    function addSlice(entries: readonly unknown[], firstPosition: number, servedEntry: ServedEntry): void {
      const page = readPage(entries, firstPosition, servedEntry);
      addRows(page.rows);
      entryCount += entries.length;
      for (const type of ["track", "episode", "unavailable", "unreadable"] as const) {
        itemTypes[type] += page.itemTypes[type];
      }
    }

    return {
      addPage({ entries, offset = nextPosition }, asServed = () => entries) {
        const follows = offset >= nextPosition && isSafeInteger(offset + entries.length);
        const position = follows ? offset : nextPosition;
        for (let start = 0; start < entries.length; start += sliceLength) {
          const slice = entries.slice(start, start + sliceLength);
          addSlice(slice, position + start, (index) => asServed()[start + index]);
        }
        nextPosition = position + entries.length;
      },
      finish(facts) {
        addRows({ playlists: [playlistRow(playlistId, entryCount, facts)] });
        const served = facts.total === "" ? entryCount : toNumber(facts.total);
        const totalItems = served >= 0 ? served : entryCount;
        return { playlistId, entries: entryCount, totalItems, itemTypes, rows, csv };
      },
    };
  };
}
