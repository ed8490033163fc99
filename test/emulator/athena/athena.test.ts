import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Athena, openAthena } from "../../../emulator/athena";
import { type Catalog, saveCatalog, type Table } from "../../../emulator/glue/catalog";
import { applyDeclared } from "../../../emulator/glue/declared";
import type { Registered } from "../../../emulator/resources";
import { declaredTable, declaredView, resource } from "../../support/emulator/glue/glueResources";

const test = suite("emulator/athena/athena");

let stateDir: string;
let athena: Athena | undefined;

test.before.each(() => {
  // The folder's name is a valid pattern and looks like a partition.
  stateDir = mkdtempSync(join(tmpdir(), "playlake-athena-name=[x]'*-"));
});

test.after.each(() => {
  athena?.close();
  athena = undefined;
  rmSync(stateDir, { recursive: true });
});

const database = resource("aws:glue/catalogDatabase:CatalogDatabase", "lake", { name: "lake" });

/** Stores a catalog of declared tables with the partitions of these days, and opens it. */
async function open(
  resources: Registered[],
  files: Record<string, string | Buffer>,
  days: string[] = [],
): Promise<Athena> {
  const catalog: Catalog = { databases: {}, namedQueries: [] };
  applyDeclared(catalog, [database, ...resources]);
  for (const table of Object.values(catalog.databases.lake!)) addDays(table, days);
  saveCatalog(stateDir, catalog);
  for (const [key, body] of Object.entries(files)) {
    const file = join(stateDir, "buckets", "bucket", key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, body);
  }
  athena = await openAthena({ stateDir });
  return athena;
}

function addDays(table: Table, days: string[]): void {
  if (table.location === undefined) return;
  for (const day of days) table.partitions[day] = { values: [day], location: `${table.location}day=${day}/` };
}

const songs = declaredTable("songs", ["id", "name"]);

test("the dialect is read back exactly from plain and gzip files", async () => {
  const { query } = await open(
    [songs],
    {
      "songs/day=2026-11-01/x.csv": '"id","name"\n"1","say ""hi"", C:\\\\temp\\\\"\n"2",""\n',
      "songs/day=2026-11-02/x.csv.gz": gzipSync('"id","name"\n"3","\ufeffmarked"\n'),
      "songs/day=2026-11-02/_hidden.csv": "nothing,of\nthis,is\nread,at all,\n",
      "songs/day=2026-11-02/.hidden/x.csv": "neither\n",
      "songs/day=2026-11-03/x.csv": '"id","name"\n"4","not in the catalog"\n',
    },
    ["2026-11-01", "2026-11-02", "2026-11-09"],
  );
  assert.equal(await query("select * from songs order by id"), {
    columns: [
      { name: "id", type: "varchar" },
      { name: "name", type: "varchar" },
      { name: "day", type: "varchar" },
    ],
    rows: [
      ["1", 'say "hi", C:\\temp\\', "2026-11-01"],
      ["2", "", "2026-11-01"],
      ["3", "\ufeffmarked", "2026-11-02"],
    ],
  });
  assert.equal((await query("select count(*) from lake.songs where day > '2026-11-01'")).rows, [[1n]]);
});

test("short lines are filled with null, long ones are cut, empty values are not null", async () => {
  const { query } = await open(
    [songs],
    {
      "songs/day=2026-11-01/older.csv": '"id"\n"1"\n',
      "songs/day=2026-11-01/same.csv": '"id","name"\n"2",\n"3",""\n"4"\n,"x"\n',
      "songs/day=2026-11-02/newer.csv": '"id","name","a","b"\n"5","n","more","and more"\n',
    },
    ["2026-11-01", "2026-11-02"],
  );
  assert.equal((await query("select * from songs order by id")).rows, [
    ["", "x", "2026-11-01"],
    ["1", null, "2026-11-01"],
    ["2", "", "2026-11-01"],
    ["3", "", "2026-11-01"],
    ["4", null, "2026-11-01"],
    ["5", "n", "2026-11-02"],
  ]);
});

const songFiles = { "songs/day=1/x.csv": '"id","name"\n"1","\ufeffa"\n"2","it\'s ?"\n' };

test("question marks take text values, which are never part of the statement", async () => {
  const { query } = await open([songs], songFiles, ["1"]);
  const cases: [sql: string, values: string[], rows: unknown[][]][] = [
    ["select id from songs where name = ?", ["it's ?"], [["2"]]],
    ["select id from songs where name = ?", ["' or '1' = '1"], []],
    ["select name from songs where id = ? -- why?", ["1"], [["\ufeffa"]]],
    ["select id, ? as asked from songs where id <= ? and name <> '?' order by id desc;", ["x", "1"], [["1", "x"]]],
  ];
  for (const [sql, values, rows] of cases) assert.equal((await query(sql, values)).rows, rows, sql);
});

test("a file changed since the last query is read by a query with values", async () => {
  const { query } = await open([songs], songFiles, ["1"]);
  writeFileSync(join(stateDir, "buckets", "bucket", "songs/day=1/y.csv"), '"id","name"\n"3","c"\n');
  assert.equal((await query("select id from songs where name = ?", ["c"])).rows, [["3"]]);
});

test("a wrong number of values is refused with Athena's message", async () => {
  const { query } = await open([songs], songFiles, ["1"]);
  for (const [sql, values, counts] of [
    ["select ? from songs", [], "expected 1 but found 0"],
    ["select ? from songs", ["a", "b"], "expected 1 but found 2"],
    ["select 1", ["a"], "expected 0 but found 1"],
  ] as const) {
    const error = await query(sql, values).catch((thrown: Error) => thrown);
    assert.is((error as Error).message, `Incorrect number of parameters: ${counts}`);
  }
});

test("a table without files has columns but no rows", async () => {
  const { query } = await open([songs], {}, ["2026-11-01"]);
  assert.equal(await query("select name, day from songs"), {
    columns: [
      { name: "name", type: "varchar" },
      { name: "day", type: "varchar" },
    ],
    rows: [],
  });
});

const otherTables: [what: string, storage: Record<string, unknown>, message: string][] = [
  [
    "another serde",
    { serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe" } },
    "songs cannot be read: s3://bucket/songs/day=1/x.csv: org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe is not modelled by the local Athena",
  ],
  [
    "another dialect",
    {
      serDeInfo: {
        serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        parameters: { separatorChar: ";", quoteChar: "'" },
      },
    },
    "songs cannot be read: s3://bucket/songs/day=1/x.csv: OpenCSVSerde with ; ' \\ is not modelled by the local Athena",
  ],
  [
    "a column that is not text",
    { columns: [{ name: "id", type: "bigint" }] },
    "songs cannot be read: id bigint in a table of CSV is not modelled by the local Athena",
  ],
];
for (const [what, storage, message] of otherTables) {
  test(`a query of a table is refused by name: ${what}`, async () => {
    const { inputs } = declaredTable("songs", ["id"]);
    const declared = { ...inputs, storageDescriptor: { ...(inputs.storageDescriptor as object), ...storage } };
    const table = resource("aws:glue/catalogTable:CatalogTable", "songs", declared);
    const { query } = await open([table], { "songs/day=1/x.csv": '"id"\n"1"\n' }, ["1"]);
    assert.is(await messageOf(query("select id from songs")), message);
  });
}

test("views can read views in any order, with the types from the catalog", async () => {
  const { query } = await open(
    [
      declaredView("above", "select count(*) as songs, max(added) as newest from below", [
        { name: "songs", type: "bigint" },
        { name: "newest", type: "timestamp(3)" },
      ]),
      declaredView("below", "select id, cast('2026-11-01 06:00:00' as timestamp(3)) as added from songs", [
        { name: "id", type: "varchar" },
        { name: "added", type: "timestamp(3)" },
      ]),
      songs,
    ],
    { "songs/day=1/x.csv": '"id","name"\n"1","a"\n' },
    ["1"],
  );
  assert.equal(await query("select * from awsdatacatalog.lake.above"), {
    columns: [
      { name: "songs", type: "bigint" },
      { name: "newest", type: "timestamp(3)" },
    ],
    rows: [[1n, "2026-11-01 06:00:00.000"]],
  });
});

test("a view that cannot be created affects only itself and explains why", async () => {
  const column = [{ name: "id", type: "varchar" }];
  const broken = [
    declaredView("broken", "select id from nowhere", column),
    declaredView("after", "select id from broken", column),
  ];
  const { query } = await open([...broken, songs], {});
  assert.is(
    await messageOf(query("select * from after")),
    "after cannot be read: broken cannot be read: Catalog Error: Table with name nowhere does not exist!\n\nLINE 2: select id from nowhere\n                       ^",
  );
  assert.equal((await query("select id from songs")).rows, []);
});

test("values are exact", async () => {
  const { query } = await open([], {});
  const { columns, rows } = await query(`select 9223372036854775807 as b, 7 / 2 as i, 1e0 / 3 as d, 1.10 as dec,
    date '2026-11-22' as day, timestamp '2026-11-22 01:02:03' as t, true as yes, null as n, array['a', 'b'] as l,
    sum(x) as s, chr(65279) || 'x' as marked, 'a' as twice, 'b' as twice from (values (1), (2)) as v(x);  -- the end`);
  assert.equal(
    columns.map(({ name, type }) => `${name} ${type}`),
    [
      ...["b bigint", "i integer", "d double", "dec decimal(3,2)", "day date", "t timestamp(6)", "yes boolean"],
      ...["n integer", "l array(varchar)", "s bigint", "marked varchar", "twice varchar", "twice varchar"],
    ],
  );
  assert.equal(rows, [
    [
      ...[9223372036854775807n, 3, 1 / 3, "1.10", "2026-11-22", "2026-11-22 01:02:03.000", true, null, ["a", "b"], 3n],
      ...["\ufeffx", "a", "b"],
    ],
  ]);
});

test("a long answer keeps its order", async () => {
  const { query } = await open([], {});
  const { rows } = await query("select i, cast(i as varchar) as t from range(300000) as r(i) order by i desc");
  assert.ok(rows.every(([i, t], at) => i === BigInt(299999 - at) && t === String(i)));
  assert.is(rows.length, 300000);
});

const refused: [sql: string, message: string][] = [
  ["select 1; select 2", "expected one statement, got 2"],
  ["-- nothing", "expected one statement, got 0"],
  ["selec", 'Parser Error: syntax error at or near "selec"\n\nLINE 1: selec\n        ^'],
  [
    "select nothing from songs",
    'Binder Error: Referenced column "nothing" not found in FROM clause!\nCandidate bindings: "name"\n\nLINE 1: select nothing from songs\n               ^',
  ],
  [
    "select * from song",
    'Catalog Error: Table with name song does not exist!\nDid you mean "songs"?\n\nLINE 1: select * from song\n                      ^',
  ],
  [
    "select * from nowhere",
    "Catalog Error: Table with name nowhere does not exist!\n\nLINE 1: select * from nowhere\n                      ^",
  ],
];

test("an error points into the query, and leaves out a long list of forms", async () => {
  const columns = Array.from({ length: 14 }, (_, i) => `column_${i}`);
  const row = `${columns.map((name) => `"${name}"`).join(",")}\n`;
  const { query } = await open([declaredTable("wide", columns)], { "wide/day=2026-11-01/x.csv": row + row }, [
    "2026-11-01",
  ]);

  assert.is(
    await messageOf(query("select * from wide where try_cast(day as date) = 20261101")),
    "Conversion Error: Unimplemented type for cast (INTEGER -> DATE)\n\n" +
      "LINE 1: select * from wide where try_cast(day as date) = 20261101\n" +
      `${" ".repeat(57)}^`,
  );
  assert.is(
    await messageOf(query("select date '2026-11-01' + true from wide")),
    "Binder Error: No function matches the given name and argument types '+(DATE, BOOLEAN)'. You might need to add explicit " +
      "type casts.\n\nLINE 1: select date '2026-11-01' + true from wide\n                                 ^",
  );
});

test("an error is DuckDB's whole message", async () => {
  const { query } = await open([songs], {});
  for (const [sql, message] of refused) assert.is(await messageOf(query(sql)), message, sql);
});

test("SHOW, DESCRIBE and EXPLAIN statements are answered", async () => {
  const { query } = await open([songs], {});
  assert.equal((await query("show tables")).rows, [["songs"]]);
  assert.equal(
    (await query("describe songs")).rows.map(([name]) => name),
    ["id", "name", "day"],
  );
  assert.is((await query("explain select 1")).rows.length, 1);
});

test("a damaged catalog is refused, with the command that writes all of it again", async () => {
  const file = join(stateDir, "glue", "catalog.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "{");

  const message = await messageOf(openAthena({ stateDir }));

  const repair = "delete it, then run playlake crawl, which registers all stored days again";
  assert.is(message.replace(/\(.+\)/, "(…)"), `${file} is damaged (…); ${repair}`);
});

test("a folder with files and no catalog names the command that makes it", async () => {
  mkdirSync(join(stateDir, "buckets"));
  const repair = "npx playlake crawl makes it from the stored files";
  assert.is(await messageOf(openAthena({ stateDir })), `${stateDir} holds no catalog: ${repair}`);
});

test("a folder without a catalog is refused", async () => {
  assert.is(await messageOf(openAthena({ stateDir })), `${stateDir} holds no catalog: nothing has run there yet`);
});

async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "nothing was thrown",
    (error: Error) => error.message,
  );
}

test.run();
