// SQL reads only the lake: no statement writes or reads any other file of the machine.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Athena, openAthena } from "../../../emulator/athena";
import { type Catalog, saveCatalog } from "../../../emulator/glue/catalog";
import { applyDeclared } from "../../../emulator/glue/declared";
import { declaredTable, resource } from "../../support/emulator/glue/glueResources";
import { filesOf } from "../../support/lakes";

const test = suite("emulator/athena/statements");

let folder: string;
let athena: Athena;

/** Writes a state with one table of one row. */
function writeState(stateDir: string, id: string): void {
  const catalog: Catalog = { databases: {}, namedQueries: [] };
  const database = resource("aws:glue/catalogDatabase:CatalogDatabase", "lake", { name: "lake" });
  applyDeclared(catalog, [database, declaredTable("songs", ["id"])]);
  const songs = catalog.databases.lake!.songs!;
  songs.partitions["1"] = { values: ["1"], location: `${songs.location}day=1/` };
  mkdirSync(join(stateDir, "buckets/bucket/songs/day=1"), { recursive: true });
  writeFileSync(join(stateDir, "buckets/bucket/songs/day=1/x.csv"), `"id"\n"${id.replaceAll('"', "")}"\n`);
  saveCatalog(stateDir, catalog);
}

test.before(async () => {
  folder = mkdtempSync(join(tmpdir(), "playlake-reads-"));
  const stateDir = join(folder, "state");
  writeState(stateDir, "1");
  writeFileSync(join(folder, "other.csv"), "a\n1\n");
  athena = await openAthena({ stateDir });
});
test.after(() => {
  athena.close();
  rmSync(folder, { recursive: true });
});

const answered: [sql: string, firstCell: unknown][] = [
  ["select id from songs", "1"],
  ["  -- a remark\n/* and /* another */ one */ select id from songs; -- the end", "1"],
  ["with s as (select id from songs) select * from s", "1"],
  ["from songs select id", "1"],
  ["values ('1')", "1"],
  ["table songs", "1"],
  ["(select id from songs) union all select '2' where false", "1"],
  ["show tables", "songs"],
  ["describe songs", "id"],
  ["summarize select id from songs", "id"],
  ["explain select id from songs", "physical_plan"],
  ["-- a remark\nexplain -- one more\n select id from songs", "physical_plan"],
  ["explain (format json) select id from songs", "physical_plan"],
  ["EXPLAIN ANALYZE SELECT id FROM songs", "analyzed_plan"],
];

test("every form of statement that reads is answered", async () => {
  for (const [sql, cell] of answered) assert.is((await athena.query(sql)).rows[0]?.[0], cell, sql);
});

const only = "only statements that read are answered, such as SELECT; got";

const refused: [sql: string, message: string][] = [
  ["create table x (a int)", `${only} CREATE`],
  ["create temp table x as select 1", `${only} CREATE`],
  ["create macro x() as 1", `${only} CREATE`],
  ["drop view songs", `${only} DROP`],
  ["alter table songs rename to x", `${only} ALTER`],
  ["set threads = 1", `${only} SET`],
  ["reset threads", `${only} SET`],
  ["use memory", `${only} SET`],
  ["begin", `${only} TRANSACTION`],
  ["checkpoint", `${only} CALL`],
  ["call pragma_version()", `${only} CALL`],
  ["attach ':memory:' as other", `${only} ATTACH`],
  ["detach awsdatacatalog", `${only} DETACH`],
  ["install httpfs", `${only} LOAD`],
  ["load httpfs", `${only} LOAD`],
  ["prepare p as select 1", `${only} PREPARE`],
  ["vacuum", `${only} VACUUM`],
  ["insert into awsdatacatalog.copied.t0 values (1, '2', '3')", `${only} INSERT`],
  ["delete from awsdatacatalog.copied.t0", `${only} DELETE`],
  ["update awsdatacatalog.copied.t0 set c0 = 'x'", `${only} UPDATE`],
  ["delete from songs", `${only} DELETE`],
  ["-- a remark\n insert into songs values ('2')", `${only} INSERT`],
  ["update songs set id = '2'", `${only} UPDATE`],
  ["truncate songs", `${only} TRUNCATE`],
  ["merge into songs using songs as s on true when matched then delete", `${only} MERGE`],
  ["copy songs to 'x'", `${only} COPY`],
  ["explain create table memory.main.x as select 1", `${only} EXPLAIN of CREATE`],
  ["explain analyze create table memory.main.x as select 1", `${only} EXPLAIN of CREATE`],
  ["explain (analyze, format json) create table memory.main.x as select 1", `${only} EXPLAIN of CREATE`],
  ["explain analyze delete from awsdatacatalog.copied.t0", `${only} EXPLAIN of DELETE`],
  ["explain analyze set threads = 1", `${only} EXPLAIN of SET`],
  ["explain /* select 1 */ analyze select 1", `${only} EXPLAIN of a statement behind a block comment`],
  [
    "/* /* */ explain select 1 */ explain analyze set threads = 1",
    `${only} EXPLAIN of a statement behind a block comment`,
  ],
  ["select 1; drop view songs", "expected one statement, got 2"],
  ["explain select 1; drop view songs", "expected one statement, got 2"],
  ["pivot songs on id", "expected one statement, got 2"],
  ["", "expected one statement, got 0"],
  ["/* nothing */ ;", "expected one statement, got 0"],
];

test("any other statement is refused, and so is an EXPLAIN of one", async () => {
  for (const [sql, message] of refused) assert.is(await messageOf(sql), message, sql);
});

test("no other file can be read or written", async () => {
  const here = (name: string) => join(folder, name);
  const out = here("out.csv");
  const raw = here("state/buckets/bucket/songs/day=1/x.csv");
  const before = filesOf(here("state/buckets"));
  const statements = [
    ...[`copy (select 1) to '${out}'`, `explain analyze copy (select 1) to '${out}'`],
    ...[`explain analyze copy (select 'gone') to '${raw}'`, `export database '${here("exported")}'`],
    ...[`attach '${here("other.duckdb")}' as other`, `import database '${folder}'`],
    ...[`select * from read_csv('${here("other.csv")}')`, `select * from '${here("other.csv")}'`],
    ...[`select * from read_csv('${raw}')`, `select * from read_text('${raw}')`, `select * from read_blob('${raw}')`],
    ...[`select * from glob('${folder}/*')`, "select * from read_csv('http://127.0.0.1:9/x.csv')"],
    `select * from read_parquet('${here("state/sql/copy.duckdb")}')`,
  ];
  for (const sql of statements) {
    const message = await messageOf(sql);
    assert.match(message, /^Permission Error: |^only statements that read/, sql);
  }
  assert.equal(filesOf(here("state/buckets")), before);
  assert.equal(readdirSync(folder).sort(), ["other.csv", "state"]);
});

test("settings cannot be unlocked", async () => {
  for (const sql of ["set enable_external_access = true", "pragma enable_external_access=true"]) {
    assert.match(await messageOf(sql), /^only statements that read/, sql);
  }
  assert.equal((await athena.query("select current_setting('enable_external_access') as s")).rows, [[false]]);
});

// As a pattern, each would match a folder beside it.
const names = ["a*", "a?b", "a[xy]b", "it's", 'say "hi"', "with space", "day=1", "{a,b}", "ü,;%20"];

test("a state's path is never a pattern", async () => {
  for (const name of ["axb", "a", "b", ...names]) writeState(join(folder, "states", name), name);
  for (const name of names) {
    const stateDir = join(folder, "states", name);
    const one = await openAthena({ stateDir });
    try {
      assert.equal((await one.query("select id from songs")).rows, [[name.replaceAll('"', "")]], name);
    } finally {
      one.close();
    }
    assert.ok(existsSync(join(stateDir, "sql/copy.duckdb")), name);
  }
});

async function messageOf(sql: string): Promise<string> {
  return athena.query(sql).then(
    () => "nothing was thrown",
    (error: Error) => error.message,
  );
}

test.run();
