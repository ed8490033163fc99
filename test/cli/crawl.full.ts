// Files that do not belong in a lake: how a crawl treats them, and what the user sees, with the real local run.
import { cpSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { homeFolder } from "../support/commandLine";
import { run } from "../support/terminal";

const test = suite("cli/crawl");
const { folder: home, remove } = homeFolder();
const catalogs = ["declared", "inferred"] as const;

test.before(async () => {
  for (const catalog of catalogs) {
    const { exitCode, err } = await run(
      ["run", "--quiet", "--state", path.join(home, catalog), "--config", `catalog=${catalog}`],
      { home },
    );
    assert.equal([exitCode, err], [0, ""], catalog);
  }
});
test.after(remove);

const warningsOf = (err: string) => err.split("\n").filter((line) => line.startsWith("! "));

interface Copy {
  state: string;
  /** The folder of the table `artists` in the lake. */
  artists: string;
}

let copies = 0;

/** A copy of a crawled lake that one test may damage. */
function copyOf(catalog: string): Copy {
  const state = path.join(home, `copy-${++copies}`);
  cpSync(path.join(home, catalog), state, { recursive: true, preserveTimestamps: true });
  return { state, artists: path.join(state, "buckets", "playlake-lake", "artists") };
}

async function crawl({ state }: Copy, catalog: string) {
  const words = ["crawl", "--json", "--state", state, "--config", `catalog=${catalog}`];
  const { exitCode, out, err } = await run(words, { home });
  assert.is(exitCode, 0, err);
  return { crawled: JSON.parse(out) as Record<string, unknown>, warnings: warningsOf(err) };
}

const day = "snapshot_date=2026-11-02";
const header = '"artist_key","artist_id","name","uri"\n';
const row = '"k","k","A","u"\n';
const put = (name: string, body: string | Buffer) => (artists: string) => writeFileSync(path.join(artists, name), body);

const folder = "s3://playlake-lake/artists/";
const file = `${folder}${day}/x.csv`;
const others = "remove it, or write it like the table's other files";
const split = (why: string, name: string) =>
  `! ${folder} became several tables: ${why} (${folder}${day}/${name}); remove what does not belong there or write it like the others, drop the new tables, crawl again`;
const byPosition = "Athena skips the line and reads the values by their position";
const gone = `! table csv_artists: nothing is left below ${folder}; the table stays in the catalog (LOG) and gives no rows. If the folder was renamed, rename it back`;
const nameBack = "it stays in the catalog and gives no rows. If the folder was renamed, rename it back";
const notBelow =
  "(csv_artists): not below snapshot_date=VALUE/, the partition keys of its table: Athena does not read it; move or remove what is there";
const empty = "the file is empty and gives no rows; remove it";
const lineBreak = "it has a line break in a value, or a quote that does not end: Athena cuts the row there";

type Told = { declared: string[]; inferred: string[] };
const both = (...warnings: string[]): Told => ({ declared: warnings, inferred: warnings });

const cases: [title: string, spoil: (artists: string) => void, told: Told][] = [
  [
    "a foreign file",
    put(`${day}/x.csv`, "Remember the milk\n"),
    {
      declared: [
        `! ${file} (csv_artists): its first line has "Remember the milk" where the table has artist_key: ${byPosition}; ${others}`,
      ],
      inferred: [
        split("formats are mixed", "x.csv"),
        `! ${file}: no classifier recognises it; playlake-csv: it has a single column; it is in no table: remove it`,
      ],
    },
  ],
  ["an empty file", put(`${day}/x.csv`, ""), both(`! ${file} (csv_artists): ${empty}`)],
  [
    "an empty file beside folders",
    put("empty.csv", ""),
    { declared: [`! ${folder}empty.csv ${notBelow}`], inferred: [`! ${folder}empty.csv (csv_empty_csv): ${empty}`] },
  ],
  [
    "a changed header",
    put(`${day}/x.csv`, `"artist_key","name","artist_id","uri"\n${row}`),
    both(`! ${file} (csv_artists): its first line has "name" where the table has artist_id: ${byPosition}; ${others}`),
  ],
  [
    "a column more",
    put(`${day}/x.csv`, '"artist_key","artist_id","name","uri","mood"\n"k","k","A","u","m"\n'),
    {
      declared: [
        `! ${file} (csv_artists): its header has "mood" after the table's last column: Athena drops what is there; ${others}`,
      ],
      // The crawler adds the column to the table.
      inferred: [],
    },
  ],
  [
    "another compression",
    put(`${day}/x.csv.gz`, gzipSync(header + row)),
    {
      declared: [
        `! ${file}.gz (csv_artists): it is gzip, and most files of the table are not: Athena reads both, a crawler that makes tables would split this one; ${others}`,
      ],
      inferred: [split("compressions are mixed", "x.csv.gz")],
    },
  ],
  ["a renamed table", (artists) => renameSync(artists, `${artists}_old`), both(gone)],
  [
    "a renamed day",
    (artists) => renameSync(path.join(artists, day), path.join(artists, "2026-11-02")),
    {
      declared: [
        `! ${folder}2026-11-02/7osf69rrOvLodTvBABtqDC.csv and 3 more beside it ${notBelow}`,
        `! table csv_artists: partition 2026-11-02 no longer has files (artists/${day}/); ${nameBack}`,
      ],
      inferred: [
        `! table csv_artists: it is partitioned by (snapshot_date), the folders below ${folder} by (partition_0): values are taken by their level; give the folders names such as snapshot_date=VALUE`,
      ],
    },
  ],
  [
    "a line break in a value",
    put(`${day}/x.csv`, `${header}"k","k","A\nB","u"\n`),
    both(`! ${file} (csv_artists): ${lineBreak}; ${others}`),
  ],
  ["a hidden file", put(`${day}/_SUCCESS`, ""), both()],
];

for (const [title, spoil, told] of cases) {
  for (const catalog of catalogs) {
    test(`${catalog}: ${title}`, async () => {
      const copy = copyOf(catalog);
      spoil(copy.artists);
      assert.equal((await crawl(copy, catalog)).warnings, told[catalog]);
    });
  }
}

test("a renamed day is a new partition, and its table stays as it is", async () => {
  for (const catalog of catalogs) {
    const copy = copyOf(catalog);
    renameSync(path.join(copy.artists, day), path.join(copy.artists, "snapshot_date=2026-12-01"));
    // A copied file may count as changed.
    const { filesRead: _, ...crawled } = (await crawl(copy, catalog)).crawled;
    assert.equal(crawled, {
      crawler: catalog === "declared" ? "playlake-crawler" : "playlake-inferring-crawler",
      ...{ status: "SUCCEEDED", tablesCreated: [], tablesUpdated: [], partitionsUpdated: [] },
      partitionsAdded: [{ table: "csv_artists", values: ["2026-12-01"] }],
      tablesDeleted: [],
      partitionsDeleted: [],
      warnings: [`table csv_artists: partition 2026-11-02 no longer has files (artists/${day}/); ${nameBack}`],
    });
  }
});

test("a lake changes its catalog, and SQL still answers for all its days", async () => {
  const sql = "select snapshot_date, count(*) as n from playlist_items group by 1 order by 1";
  for (const [catalog, other] of [catalogs, [...catalogs].reverse()]) {
    const copy = copyOf(catalog!);
    const ask = async () => (await run(["sql", sql, "--json", "--quiet", "--state", copy.state], { home })).out;
    const before = await ask();
    assert.is((JSON.parse(before) as unknown[]).length, 3);
    for (const next of [other!, catalog!]) {
      const { crawled, warnings } = await crawl(copy, next);
      assert.equal([crawled.status, warnings, await ask()], ["SUCCEEDED", [], before], `${catalog}, now ${next}`);
    }
    const executed = await run(["run", "--quiet", "--state", copy.state], { home });
    assert.equal(executed, { exitCode: 0, out: "", err: "" });
    assert.is((JSON.parse(await ask()) as unknown[]).length, 4);
  }
});

test("a plain crawl warns once for each file, and SQL reads the same files as Athena", async () => {
  const copy = copyOf("declared");
  put(`${day}/x.csv`, '"artist_key","name","artist_id","uri"\n"k","A, the ""first""","1"\n')(copy.artists);
  put(`${day}/y.csv.gz`, gzipSync(`${header}"z","z","Z","u","more"\n`))(copy.artists);
  const { exitCode, err } = await run(["crawl", "--state", copy.state], { home });
  assert.is(exitCode, 0, err);
  const told = warningsOf(err);
  assert.equal(
    told.map((line) => line.split(" (")[0]),
    [`! ${file}`, `! ${folder}${day}/y.csv.gz`],
  );
  const sql = "select artist_key, artist_id, name, uri from csv_artists where artist_key in ('k', 'z') order by 1";
  const answer = await run(["sql", sql, "--format", "json", "--state", copy.state], { home });
  assert.equal(JSON.parse(answer.out), [
    { artist_key: "k", artist_id: 'A, the "first"', name: "1", uri: null },
    { artist_key: "z", artist_id: "z", name: "Z", uri: "u" },
  ]);
});

test("local SQL reads an unclosed quote as NULL, like Athena, and goes on", async () => {
  const copy = copyOf("declared");
  put(`${day}/x.csv`, `${header}"k,"k","A","u"\n"l","l","L","u"\n`)(copy.artists);
  const sql =
    "select artist_key, artist_id, name, uri from csv_artists where artist_key = 'l' or artist_key is null order by 1";
  const { exitCode, out, err } = await run(["sql", sql, "--format", "json", "--state", copy.state], { home });
  assert.is(exitCode, 0, err);
  assert.equal(JSON.parse(out), [
    { artist_key: "l", artist_id: "l", name: "L", uri: "u" },
    { artist_key: null, artist_id: null, name: null, uri: null },
  ]);
});

test.run();
