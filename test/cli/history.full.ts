// Work with an existing history: replay, import and export.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { loadCatalog, saveCatalog } from "../../emulator/glue/catalog";
import { lakeKey, rawKey } from "../../transforms/keys";
import { tableNames } from "../../transforms/schema";
import { historyHome, sample } from "../support/cli/historyHome";
import { startPlaylake } from "../support/commandLine";
import { filesOf, lakeFiles } from "../support/lakes";
import { run, withoutTimes } from "../support/terminal";

const test = suite("cli/history");
const { home, state, raw, lake, ok, begin, remove } = historyHome();
const days = ["2026-11-01", "2026-11-02", "2026-11-03"];

test.before(() => begin({ isOwn: true }));
test.after(remove);

function loseLake(): void {
  for (const table of tableNames) rmSync(path.join(lake, table), { recursive: true });
}

test("replay: a lost lake is rebuilt byte for byte", async () => {
  const whole = lakeFiles(state);
  loseLake();
  const { out, err } = await ok("replay");
  assert.match(out, /^12 objects replayed: 108 CSV files, [\d,]+ rows\.\n$/);
  assert.match(err, "raw objects  12 objects of 3 days\n");
  assert.match(err, "catalog      nothing to do\n");
  assert.equal(lakeFiles(state), whole);
});

test("replay: one part of the history is replayed, and a missing part is refused", async () => {
  const whole = lakeFiles(state);
  loseLake();
  const link = `https://open.spotify.com/playlist/${sample[0]}`;
  const { out } = await ok("replay", "--from", "2026-11-02", "--playlist", link, "--json", "--quiet");
  assert.is((JSON.parse(out) as { objects: number }).objects, 2);
  const expected = days.slice(1).flatMap((day) => tableNames.map((table) => lakeKey(table, day, sample[0])));
  assert.equal(Object.keys(lakeFiles(state)).sort(), expected.sort());
  await ok("replay", "--quiet");
  assert.equal(lakeFiles(state), whole);
  const none = await run(["replay", "--from", "2027-01-01", "--quiet"], { home });
  assert.equal([none.exitCode, none.err], [1, "playlake: there is no raw object of these days and playlists\n"]);
});

test("replay: partitions get a table's new columns, and a missing day is registered", async () => {
  const catalog = loadCatalog(state);
  const tables = catalog.databases.playlake_local ?? {};
  const { columns, partitions } = tables.csv_tracks!;
  partitions["2026-11-02"]!.columns = columns.slice(0, 3);
  delete tables.csv_albums!.partitions["2026-11-03"];
  saveCatalog(state, catalog);
  const narrow = await ok(
    "sql",
    "SELECT count(duration_ms) AS n FROM tracks WHERE snapshot_day = '2026-11-02'",
    "--json",
  );

  const { err } = await ok("replay");

  assert.equal(
    JSON.parse(narrow.out),
    [{ n: "0" }].map(() => ({ n: 0 })),
  );
  const what = "1 partition updated to the table's columns";
  assert.match(err, `catalog      ${what}\n`);
  const after = loadCatalog(state).databases.playlake_local ?? {};
  assert.is(after.csv_tracks?.partitions["2026-11-02"]?.columns, undefined);
  assert.is(after.csv_albums?.partitions["2026-11-03"] === undefined, false);
});

test("replay: an unreadable object is named, and all others are replayed", async () => {
  const bad = path.join(raw, "playlists", "snapshot_date=2026-11-02", "bad.json");
  writeFileSync(bad, "no response");
  const { exitCode, out, err } = await run(["replay"], { home });
  rmSync(bad);
  assert.is(exitCode, 1);
  const reason = 'bad.json: found text that is not JSON: "no response"; expected';
  assert.is(err.includes(`! playlists/snapshot_date=2026-11-02/bad.json: ${reason}`), true, err);
  assert.match(out, /^12 objects replayed: .*, 1 failed\.\n$/);
  assert.is(err.endsWith("playlake: 1 object failed, all others are done\n"), true);
});

/** Copies raw objects to further days. */
function copyDays(count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const day = new Date(Date.UTC(2025, 0, n + 1)).toISOString().slice(0, 10);
    const target = path.join(raw, rawKey(day, sample[0]));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(path.join(raw, rawKey("2026-11-01", sample[0]))));
    return day;
  });
}

test("replay: continues after a kill, and nothing is missing", async () => {
  const copies = copyDays(150);
  const cursor = path.join(state, "replay.json");
  const child = startPlaylake(["replay", "--to", "2025-12-31"], { cwd: home });
  const ended = new Promise((resolve) => child.on("close", resolve));
  while (!existsSync(cursor) && child.exitCode === null) await sleep(5);
  child.kill("SIGKILL");
  await ended;
  const { after, tally } = JSON.parse(readFileSync(cursor, "utf8")) as { after: string; tally: { objects: number } };
  const left = 150 - tally.objects;
  assert.is(left > 0, true, `it was killed too late: ${left} left`);

  const { out, err } = await ok("replay", "--to", "2025-12-31");

  assert.match(err, `raw objects  150 objects of 150 days; continues after ${after}: ${left} left\n`);
  assert.match(out, /^150 objects replayed: 1,350 CSV files, /);
  assert.is(existsSync(cursor), false);
  const files = lakeFiles(state);
  const like = (table: (typeof tableNames)[number], day: string) => files[lakeKey(table, day, sample[0])];
  for (const day of copies) {
    for (const table of tableNames) assert.is(like(table, day), like(table, "2026-11-01"), `${table} of ${day}`);
  }
});

test("import: existing objects are kept, and a refused file does not stop the others", async () => {
  const files = path.join(home, "mine", "deep");
  mkdirSync(files, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(path.join(files, name), text);
  write("a list.json", '[{"track":{"id":"t1","name":"One","type":"track"}}]');
  write("map.json", '{"m1":{"name":"M1","tracks":[]},"m2":{"name":"M2","tracks":{"items":[null],"total":7}}}');
  write("twice.json", '{"id":"m1","name":"M1 again","tracks":[]}');
  write("wrong.json", '{"error":{"status":401,"message":"No token"}}');
  write("notes.txt", "no response");

  const { exitCode, out, err } = await run(["import", "mine", "--date", "2020-02-29"], { home });

  assert.is(exitCode, 1);
  assert.is(out, "3 raw objects written, 2 files refused.\n");
  const place = (name: string) => path.join(files, name);
  for (const line of [
    `! ${place("map.json")}: playlist m2: only 1 of its 7 items are in the file`,
    `! ${place("twice.json")}: holds playlist m1 of that day, as ${place("map.json")} does; import one of them`,
    `! ${place("wrong.json")}: found an error response (401 No token); expected a playlist with its items,`,
  ]) {
    assert.is(err.split(line).length, 2, err);
  }
  assert.match(err, /\nplaylake: not all was imported: 2 problems, listed above\n$/);
  assert.match(withoutTimes(err), "catalog      nothing to do\n");
  const sql =
    "SELECT playlist_id, name, total_items, extracted_at FROM playlists WHERE snapshot_day = '2020-02-29' ORDER BY 1";
  assert.equal(JSON.parse((await ok("sql", sql, "--json")).out), [
    { playlist_id: "a%20list", name: null, total_items: 1, extracted_at: null },
    { playlist_id: "m1", name: "M1", total_items: 0, extracted_at: null },
    { playlist_id: "m2", name: "M2", total_items: 7, extracted_at: null },
  ]);
  const before = filesOf(raw);
  const kept = await ok("import", "mine/deep/a list.json", "--date", "2020-02-29");
  assert.is(kept.out, "0 raw objects written, 1 kept (--replace overwrites).\n");
  assert.equal(filesOf(raw), before);
  write("a list.json", "[]");
  await ok("import", "mine/deep/a list.json", "--date", "2020-02-29", "--replace", "--quiet");
  const [first] = JSON.parse((await ok("sql", sql, "--json")).out) as { total_items: number }[];
  assert.is(first?.total_items, 0);
});

test("import: the day is read from a raw object's path", async () => {
  const folderOf = path.join(home, "copy", "snapshot_date=2019-05-05");
  mkdirSync(folderOf, { recursive: true });
  writeFileSync(path.join(folderOf, "x.json"), "[]");
  await ok("import", "copy", "--quiet");
  assert.is(existsSync(path.join(raw, rawKey("2019-05-05", "x"))), true);
});

async function duck(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run(`attach '${home}/all.duckdb' as everything (read_only)`);
    return (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test("export: each format holds the same rows, typed if the format has types", async () => {
  await ok("export", "--format", "parquet", "--out", "out");
  await ok("export", "--format", "csv", "--out", "out", "tracks", "latest_items");
  await ok("export", "--format", "duckdb", "--out", "all.duckdb", "tracks", "playlists");

  assert.equal(
    readdirSync(path.join(home, "out")).sort(),
    [...tableNames.map((t) => `${t}.parquet`), "latest_items.csv", "tracks.csv"].sort(),
  );
  const types = "select column_name, column_type from (describe select * from";
  const here = (name: string) => `everything.main.${name}`;
  const [[none]] = (await duck(
    `select count(*) from (select * from ${here("tracks")} except all select * from '${home}/out/tracks.parquet')`,
  )) as [[string]];
  assert.is(none, "0");
  const inFile = await duck(`${types} ${here("playlists")})`);
  for (const column of [
    ["followers", "BIGINT"],
    ["is_public", "BOOLEAN"],
    ["extracted_at", "TIMESTAMP_MS"],
    ["snapshot_date", "DATE"],
  ]) {
    assert.is(
      inFile.some((one) => JSON.stringify(one) === JSON.stringify(column)),
      true,
      column.join(" "),
    );
  }
  const [[inLake]] = (await ok("sql", "SELECT count(*) FROM tracks", "--format", "csv")).out
    .split("\n")
    .slice(1)
    .map((n) => [n]) as [[string]];
  assert.equal(
    await duck(`select count(*) from ${here("tracks")} union all select count(*) from '${home}/out/tracks.csv'`),
    [[inLake], [inLake]],
  );
});

test("export: existing files are not overwritten, and unknown names are refused", async () => {
  const before = filesOf(path.join(home, "out"));
  const there = await run(["export", "--format", "csv", "--out", "out", "tracks", "--quiet"], { home });
  const file = path.join(home, "out", "tracks.csv");
  assert.equal([there.exitCode, there.err], [1, `playlake: ${file} exists already; give --replace to overwrite it\n`]);
  const none = await run(["export", "--format", "csv", "--out", "out", "nope", "--quiet"], { home });
  assert.is(none.exitCode, 2);
  assert.match(none.err, /^playlake: export: there is no view or table "nope"; there are album_artists, .*, tracks, /);
  assert.equal(filesOf(path.join(home, "out")), before);
  await ok("export", "--format", "csv", "--out", "out", "tracks", "--replace", "--quiet");
});

test.run();
