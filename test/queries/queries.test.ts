import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { select } from "../../emulator/athena/values";
import { createViewStatement, namedQueries, views } from "../../queries";
import { parseQueryFile } from "../../queries/queryFile";
import { catalogPrefix, tableNames, tables } from "../../transforms/schema";
import { duckdbWith } from "../support/queries/duckdb";
import { historyLake, oddLake } from "../support/queries/lake";

const test = suite("queries/queries");

let history: { connection: DuckDBConnection; close: () => void };
let odd: { connection: DuckDBConnection; close: () => void };

test.before(async () => {
  history = await duckdbWith(historyLake());
  odd = await duckdbWith(oddLake());
});

test.after(() => {
  history.close();
  odd.close();
});

test("each table has a typed view with its columns and the day as date and text", () => {
  const typed = views.slice(0, tableNames.length);
  assert.equal(
    typed.map(({ name }) => name),
    [...tableNames],
  );
  for (const { name, columns } of typed) {
    const names = columns.map((column) => column.name);
    const kept = [...tables[name as (typeof tableNames)[number]], "snapshot_date", "snapshot_day"];
    assert.equal(
      names.filter((column) => kept.includes(column)),
      kept,
      name,
    );
  }
});

test("every view is deployed after the views it reads", () => {
  const order = views.map(({ name }) => name);
  const files = filesOf(join(__dirname, "..", "..", "queries"), "views");
  const overViews = order.slice(tableNames.length);
  assert.equal([...overViews].map((name) => join("views", `${name}.sql`)).sort(), files.sort());
  views.forEach(({ name, reads }, place) => {
    const known = place < tableNames.length ? [`${catalogPrefix}${name}`] : order.slice(0, place);
    assert.equal(
      reads.filter((read) => !known.includes(read)),
      [],
      name,
    );
  });
});

test("the statement that creates a view gives the view", async () => {
  for (const view of views) await history.connection.run(createViewStatement(view));
  assert.is(createViewStatement(views[0]!).startsWith("CREATE OR REPLACE VIEW playlists AS\nselect"), true);
});

test("a view file's listed columns match DuckDB's description", async () => {
  for (const { name, sql, columns } of views) {
    const described = columns.map((column) => ({ name: column.name, type: column.type }));
    assert.equal((await select(history.connection, sql)).columns, described, name);
  }
});

test("a file's Reads list matches the tables it names", () => {
  const folder = join(__dirname, "..", "..", "queries");
  const known = [...views.map(({ name }) => name), ...tableNames.map((table) => `${catalogPrefix}${table}`)];
  for (const file of ["views", "named", "parts"].flatMap((kind) => filesOf(folder, kind))) {
    const { sql, reads } = parseQueryFile(readFileSync(join(folder, file), "utf8"), file);
    // A named query reads what the parts in it read.
    const whole = namedQueries.find(({ name }) => file === join("named", `${name}.sql`))?.sql ?? sql;
    const named = [...whole.matchAll(/\b(?:from|join) ([a-z_]+)/g)].map((match) => match[1]!);
    assert.equal(new Set(reads), new Set(named.filter((name) => known.includes(name))), file);
  }
});

function filesOf(folder: string, kind: string): string[] {
  return readdirSync(join(folder, kind)).map((file) => join(kind, file));
}

test("a nameless last day does not hide a playlist's name, in Athena either", () => {
  // Athena's max_by gives null for a null name, DuckDB's skips it. find-songs reads rows with a name only.
  const plain = namedQueries.filter(({ sql }) => /max_by\(name, snapshot_day\)(?! filter \()/.test(sql));
  assert.equal(
    plain.map(({ name }) => name),
    ["find-songs"],
  );
});

test("a view has one row per key and day even if playlists differ", async () => {
  const keys: Record<string, string> = {
    tracks: "track_key",
    artists: "artist_key",
    track_artists: "track_key, artist_position",
    playlist_items: "playlist_id, position",
    playlists: "playlist_id",
  };
  for (const [view, key] of Object.entries(keys)) {
    const sql = `select ${key}, snapshot_date from ${view} group by ${key}, snapshot_date having count(*) > 1`;
    assert.equal((await select(history.connection, sql)).rows, [], view);
  }
});

test("the fuller row of a key served twice is taken whole", async () => {
  const { connection, close } = await duckdbWith(historyLake());
  try {
    await connection.run(
      "insert into csv_artists values ('k', '', '', 'u', '2026-11-05'), ('k', 'i', 'N', '', '2026-11-05')",
    );
    const { rows } = await select(connection, "select * from artists where artist_key = 'k'");
    assert.equal(rows, [["k", "i", "N", null, "2026-11-05", "2026-11-05"]]);
  } finally {
    close();
  }
});

test("only UTC instants with Z and dates are read, 1970 and 0000 are null", async () => {
  const sql = `select served.added_at, typed.added_at from playlist_items as typed
    join csv_playlist_items as served on served.playlist_id = typed.playlist_id order by typed.position limit 18`;
  assert.equal((await select(odd.connection, sql)).rows, [
    ["2021-03-04T05:06:07Z", "2021-03-04 05:06:07.000"],
    ["2021-03-04T05:06:07.891Z", "2021-03-04 05:06:07.891"],
    ["2021-03-04T05:06:07.8Z", "2021-03-04 05:06:07.800"],
    ["2021-03-04T05:06:07.123456Z", "2021-03-04 05:06:07.123"],
    ["2021-03-04T05:06:07.9995Z", "2021-03-04 05:06:08.000"],
    ["2021-03-04T24:00:00Z", null],
    ["2021-03-04T05:06:07+02:00", null],
    ["2021-03-04T05:06:07", null],
    ["2021-03-04", "2021-03-04 00:00:00.000"],
    ["2021-02-30T00:00:00Z", null],
    ["2021-03-04T05:60:07Z", null],
    ["2021-03-04T05:06:60Z", null],
    ["1970-01-01T00:00:00Z", null],
    ["0000-01-01T00:00:00Z", null],
    ["0000", null],
    ["9999-12-31T23:59:59Z", "9999-12-31 23:59:59.000"],
    ["", null],
    ["yesterday", null],
  ]);
});

test("a release date keeps its text beside its first day", async () => {
  const sql = `select served.release_date, typed.release_date, typed.released_on from albums as typed
    join csv_albums as served on served.album_key = typed.album_key
    where typed.album_key in ('album_key-0', 'album_key-1', 'album_key-2', 'album_key-3', 'album_key-5', 'album_key-8',
      'album_key-16', 'album_key-17', 'album_key-18')
    order by length(typed.album_key), typed.album_key`;
  assert.equal((await select(odd.connection, sql)).rows, [
    ["1962", "1962", "1962-01-01"],
    ["1962-02", "1962-02", "1962-02-01"],
    ["1962-02-01", "1962-02-01", "1962-02-01"],
    ["1970-01-01", "1970-01-01", "1970-01-01"],
    ["0000", null, null],
    ["2026-13", "2026-13", null],
    ["-500", "-500", null],
    ["-200-01", "-200-01", null],
    ["-20-01-01", "-20-01-01", null],
  ]);
});

test("only whole numbers are read", async () => {
  const sql = `select served.duration_ms, typed.duration_ms from tracks as typed
    join csv_tracks as served on served.track_key = typed.track_key
    where typed.duration_ms is not null group by 1, 2 order by 2`;
  assert.equal((await select(odd.connection, sql)).rows, [
    ["-1", -1n],
    ["0", 0n],
    ["007", 7n],
    ["9223372036854775807", 9223372036854775807n],
  ]);
});

test.run();
