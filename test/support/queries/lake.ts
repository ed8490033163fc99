import { partitionColumn, type TableName, tableNames, tables } from "../../../transforms/schema";

/** Rows of the catalog's tables as read from the lake's files: every value is text, the partition comes last. */
export type Lake = Record<TableName, string[][]>;

type Day = "2026-11-01" | "2026-11-02" | "2026-11-04";

const numbers = [
  "",
  "0",
  "-1",
  "007",
  "1.5",
  "1e3",
  "1_000",
  "0x1F",
  "+5",
  " 10 ",
  "１",
  "-",
  "1-2",
  "9223372036854775807",
];
const tooBig = ["9223372036854775808", "99999999999999999999"];
const booleans = ["true", "false", "", "yes", "1", "TRUE"];
const instants = [
  "2021-03-04T05:06:07Z",
  "2021-03-04T05:06:07.891Z",
  "2021-03-04T05:06:07.8Z",
  "2021-03-04T05:06:07.123456Z",
  "2021-03-04T05:06:07.9995Z",
  "2021-03-04T24:00:00Z",
  "2021-03-04T05:06:07+02:00",
  "2021-03-04T05:06:07",
  "2021-03-04",
  "2021-02-30T00:00:00Z",
  "2021-03-04T05:60:07Z",
  "2021-03-04T05:06:60Z",
  "1970-01-01T00:00:00Z",
  "0000-01-01T00:00:00Z",
  "0000",
  "9999-12-31T23:59:59Z",
  "",
  "yesterday",
];
const releases = [
  ...["1962", "1962-02", "1962-02-01", "1970-01-01", "1970", "0000", "0000-00-00", "", "2026-13", "2026-02-30"],
  ...["26", "2026-2-1", "infinity", "epoch", "20x6", "2026-11-22T10:00:00Z", "-500", "-200-01", "-20-01-01"],
];
const texts = [
  "plain",
  "",
  'say "hi"',
  "C:\\temp\\",
  "a,b",
  "\u{1F3B5}\u{1F468}\u200d\u{1F469}",
  "\u05e9\u05dc\u05d5\u05dd",
  "\ufeffmarked",
  " spaces ",
  "NULL",
  "\\N",
  "e\u0301",
];

/** Irregular values for every typed column, one per row. Each key differs, so that every row is returned. */
export function oddLake(): Lake {
  const at = (values: readonly string[], i: number) => values[i % values.length]!;
  const allNumbers = [...numbers, ...tooBig];
  const cell = (column: string, i: number): string => {
    if (/_(key|id)$/.test(column) && !/^(owner|show|linked_from|added_by)/.test(column)) return `${column}-${i}`;
    if (/^(is_)/.test(column)) return at(booleans, i);
    if (/_at$/.test(column)) return at(instants, i);
    if (column === "release_date") return at(releases, i);
    if (/^(position|artist_position)$/.test(column)) return String(i);
    if (/^(followers|total_|disc_|track_number|duration|popularity)/.test(column)) return at(allNumbers, i);
    return at(texts, i);
  };
  return lakeOf((table) =>
    Array.from({ length: 40 }, (_, i) => [...tables[table].map((column) => cell(column, i)), "2026-11-01"]),
  );
}

/** A lake with these rows; other tables are empty. */
function lakeOf(rowsOf: (table: TableName) => string[][]): Lake {
  return Object.fromEntries(tableNames.map((table) => [table, rowsOf(table)])) as Lake;
}

/** A row of a table with the given columns; the others are empty. */
function row(table: TableName, day: Day, given: Record<string, string>): string[] {
  const unknown = Object.keys(given).filter((column) => !tables[table].includes(column));
  if (unknown.length > 0) throw new Error(`${table} has no column ${unknown.join(", ")}`);
  return [...tables[table].map((column) => given[column] ?? ""), day];
}

/** Values of `historyLake` for parameters of named queries. */
export const historyValues = {
  playlist: "aaa",
  day: "2026-11-03",
  since: "2026-11-01",
  first: "2026-11-03",
  last: "2026-11-30",
  words: "TRACK anna",
};

/**
 * Two playlists over three stored days, one day missed. `aaa`: a pair of equal entries loses one, a track is moved, a
 * track goes, an episode and a local file come, unavailable entries grow from one to two, an unreadable one stays.
 * `bbb`: filled on the first day, empty on the last. `ccc` is stored on one day only.
 */
export function historyLake(): Lake {
  const lake = lakeOf(() => []);
  const put = (table: TableName, day: Day, given: Record<string, string>) => lake[table].push(row(table, day, given));
  const playlist = (id: string, day: Day, name: string, items: string[]) => {
    put("playlists", day, {
      playlist_id: id,
      name,
      total_items: String(items.length),
      extracted_at: `${day}T06:00:00.000Z`,
    });
    items.forEach((item, position) => {
      addEntry(put, day, id, position, item);
    });
    for (const item of new Set(items)) addItem(put, day, item);
  };
  playlist("aaa", "2026-11-01", "Evening", ["one", "two", "two", "", "?", "three"]);
  playlist("aaa", "2026-11-02", "Evening", ["one", "two", "two", "", "?", "three"]);
  playlist("aaa", "2026-11-04", "Evening, late", ["two", "one", "", "?", "", "local:x", "episode:e"]);
  playlist("bbb", "2026-11-02", "Morning", ["one", "three"]);
  playlist("bbb", "2026-11-04", "Morning", []);
  playlist("ccc", "2026-11-02", "Once", ["three", "four"]);
  return lake;
}

type Put = (table: TableName, day: Day, given: Record<string, string>) => void;

const addedAt: Record<string, string> = {
  one: "2019-05-01T10:00:00Z",
  two: "2020-05-01T10:00:00Z",
  three: "1970-01-01T00:00:00Z",
  four: "2018-05-01T10:00:00Z",
};

function addEntry(put: Put, day: Day, playlistId: string, position: number, item: string): void {
  const itemType =
    { "": "unavailable", "?": "unreadable" }[item] ?? (item.startsWith("episode:") ? "episode" : "track");
  put("playlist_items", day, {
    playlist_id: playlistId,
    position: String(position),
    item_key: item === "?" ? "" : item,
    item_type: itemType,
    is_local: String(item.startsWith("local:")),
    added_at: addedAt[item] ?? "",
  });
  if (item === "?") {
    put("rejected_items", day, {
      playlist_id: playlistId,
      position: String(position),
      reason: "no id",
      entry: '{"item":{}}',
    });
  }
}

function addItem(put: Put, day: Day, item: string): void {
  if (item === "" || item === "?") return;
  if (item.startsWith("episode:")) {
    put("episodes", day, { episode_key: item, name: "Episode E", show_name: "A Show" });
    return;
  }
  const isLocal = item.startsWith("local:");
  put("tracks", day, { track_key: item, name: `Track ${item}`, is_local: String(isLocal), duration_ms: "1000" });
  // "one" is credited to two artists, and its second one also made "two".
  const artists = item === "one" ? ["Anna", "Bob"] : item === "two" ? ["Bob"] : [`Maker of ${item}`];
  artists.forEach((artist, position) => {
    put("track_artists", day, { track_key: item, artist_position: String(position), artist_key: `artist:${artist}` });
    put("artists", day, { artist_key: `artist:${artist}`, name: artist });
  });
}

/** The columns of a catalog table, the partition column last. */
export function catalogColumns(table: TableName): string[] {
  return [...tables[table], partitionColumn];
}

/** A text as a SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
