import { makeCsvWriter } from "./csv";
import type { Contents } from "./forms";
import { makeRowBuilders, type TableRow, type TableRows } from "./rows";
import { makeStartScanner, type Scanner } from "./scanner/scanner";
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
  /** Scans a line, before anything is added from it; absent if the builder reads objects only. */
  readonly scan?: Scanner["scan"];
  /** Adds the entries of a page, and keeps none of them. Entries in the scanner are those of the line scanned last. */
  addPage(contents: Contents): void;
  /** Adds the row of `playlists` and returns all tables. */
  finish(facts: PlaylistFacts): PlaylistTables<File>;
  /** Frees what it holds. It cannot be used afterwards. */
  close?(): void;
}

/** Begins a playlist's tables. `startFile` creates the file of each table. */
export type StartTables = <File extends Pieces>(playlistId: string, startFile: () => File) => TablesBuilder<File>;

/** Makes `StartTables`: one builder for each playlist. */
export function makeTablesBuilders(): StartTables {
  const startRows = makeRowBuilders();
  const writeCsv = makeCsvWriter();
  const startScanner = makeStartScanner();
  const { text, object, list } = makeValues();
  const { fromEntries } = Object;
  const toNumber = Number;
  const { isSafeInteger } = Number;
  const { min } = Math;
  const columns = tables;
  const names = tableNames;
  /** Large documents are read in slices of this many entries, so that their CSV is never in memory twice. */
  const sliceLength = 1000;
  /** The scanner's positions are integers of 32 bits with a sign. */
  const mostScanned = 2 ** 31 - 1;
  /** Lines that are parsed at once after lines without a regular entry: a list of local files has none. */
  const longestPause = 31;

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
    /** Started with the first line that could have a page. */
    let scanner: Scanner | null = null;
    let readPage: ReturnType<typeof startRows> | null = null;
    /** How many lines are not scanned after the last one without a regular entry, and how many of these are left. */
    let pause = 0;
    let pausedLines = 0;

    function push(name: TableName, bytes: Uint8Array): void {
      if (scanner === null) csv[name].push(bytes);
      else scanner.append(name, bytes);
    }

    function addRows(added: Partial<TableRows>): void {
      for (const name of names) {
        const tableRows = added[name] ?? [];
        if (tableRows.length === 0) continue;
        rows[name] += tableRows.length;
        push(name, writeCsv(columns[name], tableRows));
      }
    }

    function addSlice(entries: readonly unknown[], firstPosition: number): void {
      readPage ??= startRows(playlistId, scanner?.keySets);
      const page = readPage(entries, firstPosition);
      addRows(page.rows);
      entryCount += entries.length;
      for (const type of ["track", "episode", "unavailable", "unreadable"] as const) {
        itemTypes[type] += page.itemTypes[type];
      }
    }

    function addScanned(
      scanning: Scanner,
      { count, parse }: NonNullable<Contents["scanned"]>,
      firstPosition: number,
    ): void {
      let irregular = 0;
      scanning.addRows(firstPosition, (list, position) => {
        const entries = parse(list);
        irregular += entries.length;
        addEntries(entries, position - entries.length);
      });
      entryCount += count - irregular;
      itemTypes.track += count - irregular;
      pause = irregular === count ? min(2 * pause + 1, longestPause) : 0;
      pausedLines = pause;
    }

    function addEntries(entries: readonly unknown[], firstPosition: number): void {
      for (let start = 0; start < entries.length; start += sliceLength) {
        addSlice(entries.slice(start, start + sliceLength), firstPosition + start);
      }
    }

    return {
      scan(line) {
        // Keys that were seen before it was started would not be known to it.
        if (entryCount === 0) scanner ??= startScanner(playlistId, (name, bytes) => csv[name].push(bytes));
        if (pausedLines === 0) return scanner?.scan(line);
        pausedLines -= 1;
        return void 0;
      },
      addPage(contents) {
        const { offset = nextPosition, scanned } = contents;
        const count = scanned?.count ?? contents.entries.length;
        const follows = offset >= nextPosition && isSafeInteger(offset + count);
        const position = follows ? offset : nextPosition;
        nextPosition = position + count;
        if (scanner !== null && scanned != null && nextPosition <= mostScanned) addScanned(scanner, scanned, position);
        else addEntries(contents.entries, position);
      },
      finish(facts) {
        addRows({ playlists: [playlistRow(playlistId, entryCount, facts)] });
        const scannedRows = scanner?.finish() ?? {};
        for (const name of names) rows[name] += scannedRows[name] ?? 0;
        const served = facts.total === "" ? entryCount : toNumber(facts.total);
        const totalItems = served >= 0 ? served : entryCount;
        return { playlistId, entries: entryCount, totalItems, itemTypes, rows, csv };
      },
      close() {
        scanner?.close();
        scanner = null;
      },
    };
  };
}
