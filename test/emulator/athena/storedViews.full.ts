// The views whose rows the copy of a large lake stores: they answer as their SQL does, whatever has changed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openAthena } from "../../../emulator/athena";
import { type Catalog, loadCatalog, saveCatalog } from "../../../emulator/glue/catalog";
import { applyDeclared } from "../../../emulator/glue/declared";
import { declaredTable, declaredView, resource } from "../../support/emulator/glue/glueResources";

const test = suite("emulator/athena/storedViews");

/** Rows of a table that make the lake large. */
const manyRows = 20_000;

const storable: Record<string, string> = {
  counts: "select name, count(*) as files, day from songs group by name, day",
  firsts:
    "select id, name, day from (select songs.*, row_number() over (partition by id, day order by name) as nth from songs) as numbered where nth = 1",
  // Reads two stored views.
  joined:
    "select firsts.id, counts.files, firsts.day from firsts left join counts on counts.name = firsts.name and counts.day = firsts.day",
  numbers: "select cast(id as integer) as number, name, day from songs",
  with_constants: "select id, day from songs union all select 'none', 'never'",
};
const notStorable: Record<string, string> = {
  across_days: "select id, lag(name) over (partition by id order by day) as name, day from songs",
  any_two: "select id, day from songs order by id limit 2",
  dated: "select id, day from songs where day < cast(current_date as varchar)",
  fixed_day: "select id, day from songs union all select id, 'fixed' from songs",
  key_from_outer_side:
    "select songs.id, shows.day from songs left join shows on shows.id = songs.id and shows.day = songs.day",
  last_day: "select id, day from songs where day in (select max(day) from songs)",
  other_days: "select songs.id, songs.day from songs join shows on shows.id = songs.id",
};
const views = { ...storable, ...notStorable };

function columnsOf(name: string) {
  const types: Record<string, string> = { files: "bigint", number: "integer" };
  const names = {
    counts: ["name", "files", "day"],
    joined: ["id", "files", "day"],
    numbers: ["number", "name", "day"],
  };
  const own = names[name as keyof typeof names] ?? (/name/.test(views[name]!) ? ["id", "name", "day"] : ["id", "day"]);
  return own.map((column) => ({ name: column, type: types[column] ?? "varchar" }));
}

let stateDir: string;

test.before.each(() => {
  stateDir = mkdtempSync(join(tmpdir(), "playlake-stored-"));
  const catalog: Catalog = { databases: {}, namedQueries: [] };
  applyDeclared(catalog, [
    resource("aws:glue/catalogDatabase:CatalogDatabase", "lake", { name: "lake" }),
    ...["songs", "shows", "bulk"].map((name) => declaredTable(name, ["id", "name"])),
    ...Object.entries(views).map(([name, sql]) => declaredView(name, sql, columnsOf(name))),
  ]);
  saveCatalog(stateDir, catalog);
  for (const day of ["1", "2"]) register(day);
  write("songs/day=1/a", ["1", "one"], ["1", "other"], ["2", "two"]);
  write("songs/day=1/b", ["1", "one"]);
  write("songs/day=2/a", ["1", "one"]);
  write("shows/day=2/a", ["1", "show"], ["2", "show"]);
  write("bulk/day=1/a", ...Array.from({ length: manyRows }, (_, i): [string, string] => [String(i), ""]));
});
test.after.each(() => {
  rmSync(stateDir, { recursive: true });
});

function changePartitions(change: (partitions: Record<string, object>, location: string) => void): void {
  const catalog = loadCatalog(stateDir);
  for (const { location, partitions } of Object.values(catalog.databases.lake!)) {
    if (location !== undefined) change(partitions, location);
  }
  saveCatalog(stateDir, catalog);
}

function register(day: string): void {
  changePartitions((partitions, location) => {
    partitions[day] = { values: [day], location: `${location}day=${day}/` };
  });
}

const fileOf = (key: string) => join(stateDir, "buckets/bucket", `${key}.csv`);

function write(key: string, ...rows: [id: string, name: string][]): void {
  mkdirSync(join(fileOf(key), ".."), { recursive: true });
  writeFileSync(fileOf(key), `"id","name"\n${rows.map(([id, name]) => `"${id}","${name}"\n`).join("")}`);
}

async function ask(...statements: string[]): Promise<string[][]> {
  const athena = await openAthena({ stateDir });
  try {
    const answers: string[][] = [];
    for (const sql of statements) answers.push((await athena.query(sql)).rows.map(String).sort());
    return answers;
  } finally {
    athena.close();
  }
}

const storedNames = async () => (await ask("select name from awsdatacatalog.copied.stored"))[0];

const changes: [what: string, change: () => void][] = [
  ["nothing", () => undefined],
  ["a new file", () => write("songs/day=2/b", ["2", "two"], ["1", "a"])],
  ["a file with other rows", () => write("songs/day=1/a", ["2", "two"])],
  ["a removed file", () => rmSync(fileOf("songs/day=1/a"))],
  ["the last file of a table's day", () => rmSync(fileOf("songs/day=2/a"))],
  [
    "a new day",
    () => {
      write("songs/day=3/a", ["1", "three"]);
      register("3");
    },
  ],
  ["a partition that is dropped", () => changePartitions((partitions) => delete partitions["2"])],
  ["a lake that is no longer large", () => rmSync(fileOf("bulk/day=1/a"))],
];

for (const [what, change] of changes) {
  test(`stored rows are as computed after ${what}`, async () => {
    await ask("select count(*) from bulk");
    change();
    const stored = await ask(...Object.keys(views).map((name) => `select * from ${name}`));
    assert.equal(stored, await ask(...Object.values(views)));
  });
}

test("only views whose rows of a partition come from its files are stored", async () => {
  await ask("select count(*) from bulk");
  assert.equal(await storedNames(), Object.keys(storable));
});

test("the copy of a small lake stores no rows of views", async () => {
  rmSync(fileOf("bulk/day=1/a"));
  await ask("select count(*) from songs");
  assert.equal(await storedNames(), []);
});

test("a view whose rows cannot be computed reports why and affects no other", async () => {
  await ask("select count(*) from bulk");
  write("songs/day=2/b", ["x", "two"]);
  const message = await ask("select * from numbers").then(String, (error: Error) => error.message);
  assert.match(message, /^Conversion Error: Could not convert string 'x' to INT32/);
  assert.equal(await ask("select sum(files) from counts"), [["6"]]);
  write("songs/day=2/b", ["7", "two"]);
  assert.equal(await ask("select max(number) from numbers"), [["7"]]);
});

test.run();
