/**
 * The CSV as a real Trino reads it: all nine tables of real and of invented playlists, and hostile text.
 * TRINO_URL is a Trino (default http://127.0.0.1:18080) with a `hive` catalog; TRINO_DATA the folder that its catalog sees
 * as `local:///` (default ~/.cache/trino-oracle/data). Without a Trino the tests print a note and pass.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lakeKey } from "../../transforms/keys";
import { partitionColumn, type TableName, tableNames, tables } from "../../transforms/schema";
import type { PlaylistTables } from "../../transforms/transform";
import { asStored, hostileRows, writeRows } from "../support/transforms/hostileCells";
import type { SerdeRow } from "../support/transforms/openCsvSerde";
import { entry, rowsOf, run, samples, track } from "../support/transforms/transformed";

const test = suite("transforms/trino");
const url = process.env.TRINO_URL ?? "http://127.0.0.1:18080";
const dataFolder = process.env.TRINO_DATA ?? join(homedir(), ".cache/trino-oracle/data");
/** Names of this run's tables, distinct from those of other runs. */
const schema = `playlake_csv_${process.pid}`;
const schemaFolder = join(dataFolder, "tables", schema);
let isThere = false;

async function query(sql: string): Promise<SerdeRow[]> {
  const headers = { "X-Trino-User": "playlake", "X-Trino-Catalog": "hive", "X-Trino-Schema": schema };
  type Answer = { nextUri?: string; data?: SerdeRow[]; error?: { message: string } };
  const rows: SerdeRow[] = [];
  let response = await fetch(`${url}/v1/statement`, { method: "POST", headers, body: sql });
  for (;;) {
    const answer = (await response.json()) as Answer;
    if (answer.error != null) throw new Error(`${answer.error.message} in ${sql}`);
    rows.push(...(answer.data ?? []));
    if (answer.nextUri == null) return rows;
    response = await fetch(answer.nextUri, { headers });
  }
}

async function createTable(name: string, columns: readonly string[]): Promise<void> {
  const definitions = [...columns, partitionColumn].map((column) => `"${column}" varchar`).join(", ");
  await query(`CREATE TABLE hive.${schema}.${name} (${definitions}) WITH (format = 'CSV', skip_header_line_count = 1,
    csv_separator = ',', csv_quote = '"', csv_escape = '\\', partitioned_by = ARRAY['${partitionColumn}'],
    external_location = 'local:///tables/${schema}/${name}')`);
  await query(`CALL hive.system.sync_partition_metadata('${schema}', '${name}', 'FULL')`);
}

function write(key: string, bytes: Uint8Array): void {
  mkdirSync(join(schemaFolder, key, ".."), { recursive: true });
  writeFileSync(join(schemaFolder, key), bytes);
}

function sorted(rows: SerdeRow[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

test.before(async () => {
  isThere =
    existsSync(dataFolder) &&
    (await fetch(`${url}/v1/info`).then(
      ({ ok }) => ok,
      () => false,
    ));
  if (!isThere) {
    console.log(`no Trino at ${url} with its data in ${dataFolder}: skipped`);
    return;
  }
  mkdirSync(schemaFolder, { recursive: true });
  await query(`CREATE SCHEMA hive.${schema}`);
});

test.after(async () => {
  if (!isThere) return;
  await query(`DROP SCHEMA hive.${schema} CASCADE`);
  rmSync(schemaFolder, { recursive: true });
});

test("reads hostile text exactly, plain and gzip, over seven partitions", async () => {
  if (!isThere) return;
  const columns = ["n", "a", "b", "c"];
  const texts = fc.sample(hostileRows(3), { numRuns: 6000, seed: 2 }).flat();
  // Every Unicode scalar value, sixteen in a row.
  for (let first = 0; first < 0x110000; first += 16) {
    if (first >= 0xd800 && first < 0xe000) continue;
    const all = String.fromCodePoint(...Array.from({ length: 16 }, (_, index) => first + index));
    texts.push([all, `"${all}\\`, [...all].join(',"\\')]);
  }
  const rows = texts.map((cells, index) => [`${index}`, ...cells]);
  const parts = 7;
  for (let part = 0; part < parts; part++) {
    const own = rows.filter((_, index) => index % parts === part).map((row) => [...row]);
    const csv = writeRows([columns, ...own]);
    const key = `hostile/${partitionColumn}=2026-11-${10 + part}/a.csv`;
    write(part % 2 === 0 ? key : `${key}.gz`, part % 2 === 0 ? csv : gzipSync(csv));
  }
  await createTable("hostile", columns);
  const found = new Map<unknown, SerdeRow>();
  let count = 0;
  for (let part = 0; part < parts; part++) {
    const where = `${partitionColumn} = '2026-11-${10 + part}'`;
    for (const row of await query(`SELECT n, a, b, c FROM hive.${schema}.hostile WHERE ${where}`)) {
      found.set(row[0], row);
      count++;
    }
  }
  const different = rows.filter((row) => JSON.stringify(found.get(row[0])) !== JSON.stringify(row.map(asStored)));
  console.log(`hostile text: ${count} rows compared, ${different.length} differences`);
  assert.is(count, rows.length);
  assert.equal(different, []);
});

test("reads the nine tables as they were written", async () => {
  if (!isThere) return;
  const names = fc.sample(hostileRows(1), { numRuns: 500, seed: 3 }).flat(2);
  const invented = names.map((name, index) => entry(index % 9 === 0 ? { name } : track(`${index % 1500}`, { name })));
  const files: [string, unknown][] = [
    ["invented.json", { items: [...invented, null] }],
    ["empty.json", []],
  ];
  const playlists: PlaylistTables[] = [];
  for (const [name, form] of files) playlists.push(...(await run(form, name)));
  for (const { fileName, bytes } of samples()) playlists.push(...(await run(bytes, fileName)));

  for (const table of tableNames) {
    for (const playlist of playlists) {
      write(lakeKey(table, "2026-11-22", playlist.playlistId), Buffer.concat(playlist.csv[table]));
    }
  }
  for (const table of tableNames) await holdsAll(table, playlists);
});

async function holdsAll(table: TableName, playlists: PlaylistTables[]): Promise<void> {
  await createTable(table, tables[table]);
  const columns = tables[table].map((column) => `"${column}"`).join(", ");
  const found = sorted(await query(`SELECT ${columns} FROM hive.${schema}.${table}`));
  const expected = sorted(playlists.flatMap((playlist) => rowsOf(playlist, table)));
  const differences = found.filter((row, index) => row !== expected[index]).length;
  console.log(`${table}: ${found.length} rows compared, ${differences} differences`);
  assert.equal(found, expected);
  assert.is(
    found.length,
    playlists.reduce((sum, { rows }) => sum + rows[table], 0),
  );
}

test.run();
