// What is done with a history that is there: again, from elsewhere, to elsewhere, away.
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { loadCatalog, saveCatalog } from "../../../local/glue/catalog";
import { openQueue } from "../../../local/lambda/queue";
import { eventOf } from "../../../local/places";
import { lakeKey, rawKey } from "../../../transforms/keys";
import { tableNames } from "../../../transforms/schema";
import { startPlaylake, temporaryFolder } from "../../support/commandLine";
import { filesOf, lakeFiles } from "../../support/lakes";
import { run, withoutTimes } from "../../support/terminal";

const test = suite("playlake replay, import, export and forget, here");
const { folder, remove } = temporaryFolder();
const home = realpathSync(folder);
const state = path.join(home, ".playlake", "sample");
const raw = path.join(state, "buckets", "playlake-raw");
const lake = path.join(state, "buckets", "playlake-lake");
const sample = ["7osf69rrOvLodTvBABtqDC", "lOUUoN40zPOD8vzmNIrgHj", "mLoulRRVGs1FtZ59V4ZG5p"] as const;
const days = ["2026-11-01", "2026-11-02", "2026-11-03"];

async function ok(...words: string[]) {
  const executed = await run(words, { home });
  assert.is(executed.exitCode, 0, executed.err);
  return { ...executed, err: withoutTimes(executed.err) };
}

test.before(async () => {
  await ok("run", "--quiet");
});
test.after(remove);

function loseLake(): void {
  for (const table of tableNames) rmSync(path.join(lake, table), { recursive: true });
}

test("replay: a lake that was lost comes again, byte for byte", async () => {
  const whole = lakeFiles(state);
  loseLake();
  const { out, err } = await ok("replay");
  assert.match(out, /^9 objects again: 81 CSV files, [\d,]+ rows\.\n$/);
  assert.match(err, "raw objects  9 objects of 3 days\n");
  assert.match(err, "catalog      nothing to do\n");
  assert.equal(lakeFiles(state), whole);
});

test("replay: of a part of it, as JSON; and a part that there is none of", async () => {
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

test("replay: partitions of a grown table get its columns; a day that was never crawled is crawled for", async () => {
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
  const what = "1 partition brought to the columns of the table, crawled for 1 day: 1 partition added";
  assert.match(err, `catalog      ${what}\n`);
  const after = loadCatalog(state).databases.playlake_local ?? {};
  assert.is(after.csv_tracks?.partitions["2026-11-02"]?.columns, undefined);
  assert.is(after.csv_albums?.partitions["2026-11-03"] === undefined, false);
});

test("replay: one object that can't be read is named, all others are done", async () => {
  const bad = path.join(raw, "playlists", "snapshot_date=2026-11-02", "bad.json");
  writeFileSync(bad, "no response");
  const { exitCode, out, err } = await run(["replay"], { home });
  rmSync(bad);
  assert.is(exitCode, 1);
  const reason = 'bad.json: found no JSON: "no response"; expected';
  assert.is(err.includes(`! playlists/snapshot_date=2026-11-02/bad.json: ${reason}`), true, err);
  assert.match(out, /^9 objects again: .*, 1 failed\.\n$/);
  assert.is(err.endsWith("playlake: 1 object failed, all others are done\n"), true);
});

/** Raw objects of further days: copies. */
function copyDays(count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const day = new Date(Date.UTC(2025, 0, n + 1)).toISOString().slice(0, 10);
    const target = path.join(raw, rawKey(day, sample[0]));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(path.join(raw, rawKey("2026-11-01", sample[0]))));
    return day;
  });
}

test("replay: killed in the middle it goes on where it was, and nothing lacks", async () => {
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

  assert.match(err, `raw objects  150 objects of 150 days; goes on after ${after}: ${left} left\n`);
  assert.match(out, /^150 objects again: 1,350 CSV files, /);
  assert.is(existsSync(cursor), false);
  const files = lakeFiles(state);
  const like = (table: (typeof tableNames)[number], day: string) => files[lakeKey(table, day, sample[0])];
  for (const day of copies) {
    for (const table of tableNames) assert.is(like(table, day), like(table, "2026-11-01"), `${table} of ${day}`);
  }
});

test("import: files and folders; what is there is kept, what is refused is named and costs the others nothing", async () => {
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
    `! ${place("twice.json")}: holds playlist m1 of that day as ${place("map.json")} does; import one of them`,
    `! ${place("wrong.json")}: found an error response (401 No token); expected a playlist with its items,`,
  ]) {
    assert.is(err.includes(line), true, err);
  }
  assert.match(withoutTimes(err), "catalog      crawled for 1 day: 9 partitions added\n");
  const sql =
    "SELECT playlist_id, name, total_items, extracted_at FROM playlists WHERE snapshot_day = '2020-02-29' ORDER BY 1";
  assert.equal(JSON.parse((await ok("sql", sql, "--json")).out), [
    { playlist_id: "a%20list", name: null, total_items: 1, extracted_at: null },
    { playlist_id: "m1", name: "M1", total_items: 0, extracted_at: null },
    { playlist_id: "m2", name: "M2", total_items: 7, extracted_at: null },
  ]);
  const before = filesOf(raw);
  const kept = await ok("import", "mine/deep/a list.json", "--date", "2020-02-29");
  assert.is(kept.out, "0 raw objects written, 1 kept as they were.\n");
  assert.equal(filesOf(raw), before);
  write("a list.json", "[]");
  await ok("import", "mine/deep/a list.json", "--date", "2020-02-29", "--replace", "--quiet");
  const [first] = JSON.parse((await ok("sql", sql, "--json")).out) as { total_items: number }[];
  assert.is(first?.total_items, 0);
});

test("import: a raw object's path tells its day", async () => {
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

test("export: the same rows in each format, with types where the format has them", async () => {
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

test("export: what is there is not written over unasked; a name that is none is told", async () => {
  const before = filesOf(path.join(home, "out"));
  const there = await run(["export", "--format", "csv", "--out", "out", "tracks"], { home });
  const file = path.join(home, "out", "tracks.csv");
  assert.equal(
    [there.exitCode, there.err],
    [1, `playlake: ${file} is there already; give --replace to write over it\n`],
  );
  const none = await run(["export", "--format", "csv", "--out", "out", "nope", "--quiet"], { home });
  assert.is(none.exitCode, 2);
  assert.match(none.err, /^playlake: export: there is no view or table "nope"; there are album_artists, .*, tracks, /);
  assert.equal(filesOf(path.join(home, "out")), before);
  await ok("export", "--format", "csv", "--out", "out", "tracks", "--replace", "--quiet");
});

/** The files that name a playlist, in their names or texts, but for the functions' logs. */
function tracesOf(playlistId: string): string[] {
  return Object.keys(filesOf(state)).filter(
    (name) =>
      !name.startsWith("logs") &&
      (name.includes(playlistId) || readFileSync(path.join(state, name)).includes(playlistId)),
  );
}

test("forget: shows, asks on a terminal, and takes another word for no", async () => {
  const before = filesOf(path.join(state, "buckets"));
  const unasked = await run(["forget", sample[1]], { home });
  assert.is(unasked.exitCode, 2);
  assert.match(unasked.out, /^raw objects, with all versions +3 +\d+\n/m);
  const asked: string[] = [];
  const ask = (answer: string) => async (question: string) => {
    asked.push(question);
    return answer;
  };
  const no = await run(["forget", sample[1], "--quiet"], { home, ask: ask("yes") });
  assert.equal([no.exitCode, no.err.split("\n").at(-2)], [1, "playlake: not confirmed: nothing was removed"]);
  assert.equal(asked, [`Remove it from ${state} for good? Type the playlist's id: `]);
  assert.equal(filesOf(path.join(state, "buckets")), before);

  const yes = await run(["forget", sample[1], "--quiet"], { home, ask: ask(`${sample[1]}\n`) });

  assert.is(yes.exitCode, 0, yes.err);
  assert.is(yes.err, `! the samples hold ${sample[1]}: the next run stores it again\n`);
  assert.equal(tracesOf(sample[1]), []);
  const isOther = (name: string) => !name.startsWith(".metadata") && !name.includes(`${path.sep}days${path.sep}`);
  const left = Object.entries(before).filter(([name]) => isOther(name) && !name.includes(sample[1]));
  const now = filesOf(path.join(state, "buckets"));
  for (const [name, hash] of left) assert.is(now[name], hash, name);
  assert.is((await ok("forget", sample[1])).out, `Nothing is stored of ${sample[1]}.\n`);
  const { out } = await ok("sql", `SELECT count(*) AS n FROM playlists WHERE playlist_id = '${sample[1]}'`, "--json");
  assert.equal(JSON.parse(out), [{ n: 0 }]);
});

test("forget: a playlist that came by a file of another name is named by its days", async () => {
  const map = path.join(raw, "playlists", "snapshot_date=2026-11-02", "mine.json");
  writeFileSync(map, '{"z1":{"name":"Z","tracks":[]}}');
  await ok("replay", "--from", "2026-11-02", "--to", "2026-11-02", "--quiet");
  const { err } = await ok("forget", "z1", "--yes");
  const what = "its files come of a raw object of another name, which stays; see playlists/snapshot_date=2026-11-02/";
  assert.match(err, `! 2026-11-02: ${what}\n`);
  assert.equal(
    Object.keys(lakeFiles(state)).filter((name) => name.includes("z1")),
    [],
  );
});

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

test("forget: an event of it that waits goes; replay: a run that was killed is to be completed first", async () => {
  const folderOfQueue = path.join(state, "lambda", "queue");
  const key = rawKey("2026-11-01", sample[2]);
  const principal = { kind: "owner" } as const;
  const queue = openQueue(folderOfQueue);
  queue.add({ functionArn: arnOf("playlake-transform"), payload: eventOf("playlake-raw", [key]), principal }, "late");
  queue.add({ functionArn: arnOf("playlake-extract"), payload: {}, principal }, "killed");

  const { out } = await ok("forget", sample[2], "--yes", "--json", "--quiet");

  const { removed } = JSON.parse(out) as { removed: { what: string; things: number }[] };
  assert.equal(
    removed.map(({ things }) => things),
    [3, 27, 1, 3, 0, 0, 1],
  );
  const [left, ...more] = openQueue(folderOfQueue).waiting();
  assert.equal([left?.functionArn, more], [arnOf("playlake-extract"), []]);
  const refused = await run(["replay", "--quiet"], { home });
  const message = `${state} holds a run that was killed: complete it first, with playlake run`;
  assert.equal([refused.exitCode, refused.err], [1, `playlake: ${message}\n`]);
  if (left !== undefined) openQueue(folderOfQueue).remove(left);
});

test.run();
