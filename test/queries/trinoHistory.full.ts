import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Athena, openAthena } from "../../emulator/athena";
import { namedQueries, views } from "../../queries";
import { exampleValues, withValues } from "../support/queries/exampleValues";
import { assertSameRows, simulatedValues } from "../support/queries/history/check";
import { writeLake } from "../support/queries/history/lakeFolder";
import { writeAsOlderSchema } from "../support/queries/history/olderSchema";
import { replay } from "../support/queries/history/replay";
import { simulate } from "../support/queries/history/simulate";
import type { TrinoAnswer } from "../support/queries/trino";
import { openTrinoLake, trinoReadsFiles } from "../support/queries/trinoLake";

const test = suite("queries/trinoHistory");

let isThere = false;
let stateDir: string;
let athena: Athena;
let lake: { ask(sql: string): Promise<TrinoAnswer>; drop(): Promise<void> };

test.before(async () => {
  isThere = await trinoReadsFiles();
  if (!isThere) {
    console.log("skipped: no Trino that reads this machine's files");
    return;
  }
  stateDir = mkdtempSync(join(tmpdir(), "playlake-trino-"));
  await writeLake(replay(simulate({ seed: 4, playlists: 4, days: 30, sizes: [8, 30] })), stateDir);
  const [bucket = ""] = readdirSync(join(stateDir, "buckets"));
  const folder = join(stateDir, "buckets", bucket);
  writeAsOlderSchema(folder, "2025-11-11");
  athena = await openAthena({ stateDir });
  lake = await openTrinoLake(folder);
});

test.after(async () => {
  if (!isThere) return;
  athena.close();
  await lake.drop();
  rmSync(stateDir, { recursive: true });
});

for (const { name } of views) {
  test(`view ${name}`, async () => {
    if (!isThere) return;
    const sql = `select * from ${name}`;
    const [local, remote] = [await athena.query(sql), await lake.ask(sql)];
    assert.equal(local.columns, remote.columns);
    assertSameRows(local.rows, remote.rows, name);
  });
}

for (const { name, sql } of namedQueries) {
  test(`named query ${name}, in the same order`, async () => {
    if (!isThere) return;
    const local = await athena.query(sql, exampleValues(sql, simulatedValues));
    const remote = await lake.ask(withValues(sql, simulatedValues));
    const text = (rows: readonly (readonly unknown[])[]) =>
      rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? Number(value) : value)));
    assert.equal(text(local.rows), text(remote.rows));
  });
}

/** The days of a table's partitions that a plan reads. */
async function daysRead(sql: string, table: string): Promise<string[]> {
  const { rows } = await lake.ask(`explain (type io, format json) ${sql}`);
  const plan = JSON.parse(String(rows[0]![0])) as {
    inputTableColumnInfos: {
      table: { schemaTable: { table: string } };
      constraint: { columnConstraints: { columnName: string; domain: { ranges: { low: { value: string } }[] } }[] };
    }[];
  };
  const days = plan.inputTableColumnInfos
    .filter((info) => info.table.schemaTable.table === table)
    .flatMap(({ constraint }) => constraint.columnConstraints)
    .filter(({ columnName }) => columnName === "snapshot_date")
    .flatMap(({ domain }) => domain.ranges.map(({ low }) => low.value));
  return [...new Set(days)].sort();
}

const conditions = [
  "snapshot_date = date '2025-11-20'",
  "snapshot_day = '2025-11-20'",
  "snapshot_date >= date '2025-11-20' and snapshot_day <= '2025-11-20'",
];
const pruned = [...views.slice(0, 9).map(({ name }) => [name, `csv_${name}`] as const)];
const prunedAbove = [
  ["items", "csv_tracks"],
  ["items", "csv_albums"],
  ["latest_items", "csv_playlist_items"],
  ["playlist_size", "csv_playlist_items"],
  ["playlist_size", "csv_playlists"],
  ["artist_share", "csv_playlist_items"],
  ["artist_share", "csv_track_artists"],
  ["artist_share", "csv_artists"],
] as const;

test("a condition on the day reads only that day's partition", async () => {
  if (!isThere) return;
  for (const condition of conditions) {
    for (const [view, table] of [...pruned, ...prunedAbove]) {
      const sql = `select * from ${view} where ${condition}`;
      assert.equal(await daysRead(sql, table), ["2025-11-20"], `${table} of ${sql}`);
    }
  }
});

test.run();
