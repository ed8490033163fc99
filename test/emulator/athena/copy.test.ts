// The copy that local SQL queries: each file is read once, and a query sees the current files and catalog.
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { dropCopy, openAthena } from "../../../emulator/athena";
import { type Catalog, loadCatalog, saveCatalog, type Table } from "../../../emulator/glue/catalog";
import { applyDeclared } from "../../../emulator/glue/declared";
import { declaredTable, declaredView, resource } from "../../support/emulator/glue/glueResources";
import { title } from "../../support/title";

const test = suite("emulator/athena/copy");

let stateDir: string;

test.before.each(() => {
  stateDir = mkdtempSync(join(tmpdir(), "playlake-copy-"));
  const catalog: Catalog = { databases: {}, namedQueries: [] };
  const database = resource("aws:glue/catalogDatabase:CatalogDatabase", "lake", { name: "lake" });
  const view = declaredView("names", "select name from songs", [{ name: "name", type: "varchar" }]);
  applyDeclared(catalog, [database, view, ...["songs", "shows"].map((name) => declaredTable(name, ["id", "name"]))]);
  saveCatalog(stateDir, catalog);
  for (const day of ["1", "2"]) register(day);
  for (const [key, id] of Object.entries({ "songs/day=1/a": "1", "songs/day=1/b": "2", "songs/day=2/a": "3" })) {
    write(key, id, "old");
  }
});
test.after.each(() => {
  rmSync(stateDir, { recursive: true });
});

function changeTables(change: (table: Table) => void): void {
  const catalog = loadCatalog(stateDir);
  for (const table of Object.values(catalog.databases.lake!)) if (table.location !== undefined) change(table);
  saveCatalog(stateDir, catalog);
}

function register(day: string): void {
  changeTables((table) => {
    table.partitions[day] = { values: [day], location: `${table.location}day=${day}/` };
  });
}

const fileOf = (key: string) => join(stateDir, "buckets/bucket", `${key}.csv`);

function write(key: string, id: string, name: string): void {
  mkdirSync(join(fileOf(key), ".."), { recursive: true });
  writeFileSync(fileOf(key), `"id","name"\n"${id}","${name}"\n`);
}

const all = "select id, name, day from songs order by id";

async function ask(sql = all): Promise<readonly (readonly unknown[])[]> {
  const athena = await openAthena({ stateDir });
  try {
    return (await athena.query(sql)).rows;
  } finally {
    athena.close();
  }
}

/** The lake's files or folders that are read while `work` runs. */
async function readDuring(work: () => Promise<unknown>, what: "readFileSync" | "readdirSync" = "readFileSync") {
  const read: string[] = [];
  const functions = fs as unknown as Record<string, (path: string, ...rest: unknown[]) => unknown>;
  const real = functions[what]!;
  const bucket = join(stateDir, "buckets/bucket/");
  functions[what] = (path, ...rest) => {
    if (String(path).startsWith(bucket)) read.push(String(path).slice(bucket.length));
    return real(path, ...rest);
  };
  try {
    await work();
  } finally {
    functions[what] = real;
  }
  return read;
}

const rows = [
  ["1", "old", "1"],
  ["2", "old", "1"],
  ["3", "old", "2"],
];
const allFiles = ["songs/day=1/a.csv", "songs/day=1/b.csv", "songs/day=2/a.csv"];

test("each file is read once", async () => {
  assert.equal(await readDuring(async () => assert.equal(await ask(), rows)), allFiles);
  const again = await readDuring(async () => {
    for (const sql of [all, "select * from names", "select 1", "select count(*) from shows"]) await ask(sql);
  });
  assert.equal(again, []);
});

const songs = ["songs/day=1/", "songs/day=2/"];
const shows = ["shows/day=1/", "shows/day=2/"];
const lookedAt: [sql: string, folders: string[]][] = [
  [all, songs],
  ["select * from NAMES", songs],
  ["select * from awsdatacatalog.lake.songs where id = ?", songs],
  ["select word from songs cross join unnest(split(name, ' ')) as words(word)", songs],
  ["select (1, '1') in (select 1, id from shows)", shows],
  ["select count(*) from shows join names on shows.id = names.name", [...songs, ...shows]],
  ["select count(*) from query_table('so' || 'ngs')", [...songs, ...shows]],
  ["select 1", []],
];

for (const [sql, folders] of lookedAt) {
  test(title(`looks only at the files of its tables: ${sql}`), async () => {
    await ask();
    const athena = await openAthena({ stateDir });
    const values = sql.includes("?") ? ["1"] : [];
    assert.equal(await readDuring(() => athena.query(sql, values), "readdirSync"), folders);
    athena.close();
  });
}

/** Writes in place and keeps the size and time. */
function rewriteUnseen(key: string, id: string, name: string): void {
  const { atime, mtime } = statSync(fileOf(key));
  write(key, id, name);
  utimesSync(fileOf(key), atime, mtime);
}

const changes: [what: string, change: () => void, rows: unknown[][], read: string[]][] = [
  ["a new file", () => write("songs/day=2/b", "4", "new"), [...rows, ["4", "new", "2"]], ["songs/day=2/b.csv"]],
  [
    "a file written in place, of the same size and time",
    () => rewriteUnseen("songs/day=1/b", "2", "new"),
    [rows[0]!, ["2", "new", "1"], rows[2]!],
    ["songs/day=1/b.csv"],
  ],
  [
    "a file replaced by one of the same size and time",
    () => {
      const { atime, mtime } = statSync(fileOf("songs/day=1/b"));
      write("other", "2", "new");
      utimesSync(fileOf("other"), atime, mtime);
      renameSync(fileOf("other"), fileOf("songs/day=1/b"));
    },
    [rows[0]!, ["2", "new", "1"], rows[2]!],
    ["songs/day=1/b.csv"],
  ],
  ["a removed file", () => rmSync(fileOf("songs/day=1/a")), rows.slice(1), []],
  ["a removed folder", () => rmSync(join(fileOf("songs/day=1/a"), ".."), { recursive: true }), rows.slice(2), []],
  ["a file of a day that is not registered", () => write("songs/day=3/a", "5", "unseen"), rows, []],
  [
    "a day that is registered",
    () => {
      write("songs/day=3/a", "5", "new");
      register("3");
    },
    [...rows, ["5", "new", "3"]],
    ["songs/day=3/a.csv"],
  ],
  ["a partition that is dropped", () => changeTables(({ partitions }) => delete partitions["1"]), rows.slice(2), []],
  [
    "a partition with fewer columns than its table",
    () =>
      changeTables((table) => {
        table.partitions["2"]!.columns = table.columns.slice(0, 1);
      }),
    [...rows.slice(0, 2), ["3", null, "2"]],
    ["songs/day=2/a.csv"],
  ],
];

for (const [what, change, wanted, read] of changes) {
  test(`reads only ${what}`, async () => {
    await ask();
    change();
    assert.equal(await readDuring(async () => assert.equal(await ask(), wanted)), read);
    assert.equal(await readDuring(async () => assert.equal(await ask(), wanted)), []);
  });
}

test("a new column of a table is read from all its files", async () => {
  writeFileSync(fileOf("songs/day=2/b"), '"id","name","more"\n"4","new","x"\n');
  await ask();
  changeTables(({ columns }) => void columns.push({ name: "more", type: "string" }));
  assert.equal(await ask("select id, more from songs order by id"), [
    ["1", null],
    ["2", null],
    ["3", null],
    ["4", "x"],
  ]);
});

test("an open copy stays as it was", async () => {
  const one = await openAthena({ stateDir });
  try {
    assert.equal((await one.query(all)).rows, rows);
    rmSync(fileOf("songs/day=1/a"));
    assert.equal(await ask(), rows.slice(1));
    assert.equal((await one.query(all)).rows, rows);
  } finally {
    one.close();
  }
});

test("concurrent queries of one opened copy are all answered", async () => {
  const one = await openAthena({ stateDir });
  try {
    const answers = await Promise.all([one.query(all), one.query("select 1"), one.query(all)]);
    assert.equal(
      answers.map((answer) => answer.rows),
      [rows, [[1]], rows],
    );
  } finally {
    one.close();
  }
});

const copyFile = () => join(stateDir, "sql/copy.duckdb");

const damages: [what: string, damage: () => void][] = [
  ["deleted", () => dropCopy(stateDir)],
  ["empty", () => truncateSync(copyFile(), 0)],
  ["cut off", () => truncateSync(copyFile(), 20_000)],
  ["no database", () => writeFileSync(copyFile(), "nothing of the kind".repeat(1000))],
  [
    "overwritten in the middle",
    () => {
      const bytes = readFileSync(copyFile());
      writeFileSync(copyFile(), bytes.fill(0xff, 12_288));
    },
  ],
];

for (const [what, damage] of damages) {
  test(`a damaged copy does not affect answers: ${what}`, async () => {
    await ask();
    damage();
    assert.equal(await ask(), rows);
    assert.equal(await ask(), rows);
  });
}

test("files of a killed update are not used, and are removed after an hour", async () => {
  await ask();
  const left = join(stateDir, "sql/.update-killed");
  mkdirSync(left);
  writeFileSync(join(left, "copy.duckdb"), "half");
  write("songs/day=2/b", "4", "new");
  assert.equal((await ask()).length, 4);
  assert.ok(existsSync(left));
  utimesSync(left, new Date(0), new Date(0));
  write("songs/day=2/c", "5", "new");
  assert.equal((await ask()).length, 5);
  assert.equal(readdirSync(join(stateDir, "sql")), ["copy.duckdb"]);
});

test("a read-only state can be queried", async () => {
  const real = fs.mkdtempSync;
  fs.mkdtempSync = ((prefix: string) => {
    if (!prefix.startsWith(stateDir)) return real(prefix);
    throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
  }) as typeof real;
  try {
    assert.equal(await ask(), rows);
  } finally {
    fs.mkdtempSync = real;
  }
});

test("a full disk gives one line", async () => {
  const real = fs.writeSync;
  fs.writeSync = (() => {
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  }) as typeof real;
  try {
    const message = await ask().then(String, (error: Error) => error.message);
    assert.match(message, /^\S+sql: no space left on the disk \(ENOSPC\)$/);
  } finally {
    fs.writeSync = real;
  }
  assert.equal(await ask(), rows);
});

test("a write that takes a part of the rows is continued", async () => {
  const real = fs.writeSync;
  let writes = 0;
  fs.writeSync = ((file: number, bytes: Buffer, offset: number, length: number) => {
    writes += 1;
    return real(file, bytes, offset, writes === 1 ? 4 : length);
  }) as typeof real;
  try {
    assert.equal(await ask(), rows);
  } finally {
    fs.writeSync = real;
  }
  assert.ok(writes > 1);
});

test.run();
