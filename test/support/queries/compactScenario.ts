import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { compactColumns, compactStatement, compactTable, wholeCompactStatement } from "../../../queries/compact";
import { parseQueryFile } from "../../../queries/queryFile";

/** An engine with the history lake's tables, writable, and the views over them. */
export interface Engine {
  run(sql: string): Promise<unknown>;
  /** The single number in a query's result. */
  count(sql: string): Promise<number>;
}

const file = join(__dirname, "..", "..", "..", "queries", "compact", `${compactTable}.sql`);
const { sql } = parseQueryFile(readFileSync(file, "utf8"), file);
const source = (since: string) => sql.replace(":since", `'${since}'`);

const morning = compactStatement("2026-11-04T07:00:00Z");

/** How many rows are in only one of the two. */
async function differences(engine: Engine, wanted: string): Promise<number> {
  const names = compactColumns.map(({ name }) => name).join(", ");
  const kept = `select ${names} from ${compactTable}`;
  const less = (one: string, other: string) => `select count(*) as n from (${one} except ${other}) as less`;
  return (await engine.count(less(kept, wanted))) + (await engine.count(less(wanted, kept)));
}

const size = (engine: Engine) => engine.count(`select count(*) as n from ${compactTable}`);

/** Checks step by step what the statement does to the copy. */
export async function checkCompactCopy(engine: Engine): Promise<void> {
  await engine.run(
    `create table ${compactTable} (${compactColumns.map(({ name, type }) => `${name} ${type}`).join(", ")})`,
  );
  const all = source("0001-01-01");

  await engine.run(morning);
  assert.is(await size(engine), await engine.count("select count(*) as n from playlist_items"), "one row per entry");
  assert.ok((await size(engine)) > 20);
  assert.is(await differences(engine, all), 0, "the first run copies everything");

  await engine.run(morning);
  assert.is(await differences(engine, all), 0, "a second run changes nothing");
  assert.is(await size(engine), await engine.count("select count(*) as n from playlist_items"), "no row is doubled");

  await engine.run(
    "update csv_playlists set name = 'Another' where playlist_id = 'aaa' and snapshot_date = '2026-11-02'",
  );
  await engine.run(
    "update csv_tracks set name = 'One, again' where track_key = 'one' and snapshot_date = '2026-11-02'",
  );
  await engine.run("delete from csv_playlist_items where playlist_id = 'ccc'");
  await engine.run(morning);
  assert.is(await differences(engine, all), 0, "changes of a replay and forgotten playlists");
  assert.is(
    await engine.count(`select count(*) as n from ${compactTable} where name = 'One, again'`),
    2,
    "in aaa and bbb",
  );
  assert.is(await engine.count(`select count(*) as n from ${compactTable} where playlist_id = 'ccc'`), 0);

  await engine.run("delete from csv_playlist_items where snapshot_date = '2026-11-01'");
  const before = await size(engine);
  await engine.run(compactStatement("2026-11-17T07:00:00Z"));
  assert.is(await size(engine), before, "days before the window stay as they are");
  await engine.run(compactStatement("2026-11-16T07:00:00Z"));
  assert.ok((await size(engine)) < before, "the first day of the window is in it");
  assert.is(await differences(engine, all), 0);

  await engine.run("delete from csv_playlist_items where playlist_id = 'aaa'");
  await engine.run(wholeCompactStatement());
  assert.is(await differences(engine, all), 0, "the whole history, on demand");
  assert.ok((await size(engine)) > 0);
}
