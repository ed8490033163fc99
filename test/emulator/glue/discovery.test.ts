import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CsvFormat } from "../../../emulator/glue/csvClassifier";
import { discover, type ReadFile } from "../../../emulator/glue/discovery";

const test = suite("emulator/glue/discovery");

const format = (names: string[], delimiter = ","): CsvFormat => ({
  serde: { library: "lazy", parameters: { "field.delim": delimiter } },
  columns: names.map((name) => ({ name, type: "string" })),
});

const file = (key: string, names: string[] = ["a", "b"], changes: Partial<ReadFile> = {}): ReadFile => ({
  key,
  size: 10,
  compression: "none",
  format: format(names),
  ...{ firstLine: "", oddities: [], classifiers: "" },
  ...changes,
});

/** A file that no classifier recognises. */
const foreign = (key: string, size = 10): ReadFile => {
  const { format: _, ...rest } = file(key);
  return { ...rest, size };
};

const grouping = { bucket: "my-lake", tableLevel: 2, tablePrefix: "" };

/** The name, partition keys and number of files of each table. */
function found(files: ReadFile[], changes: Partial<typeof grouping> = {}): [string, string[], number][] {
  const { tables } = discover(files, { ...grouping, ...changes });
  return tables.map((table) => [table.name, table.partitionKeys, table.files.length]);
}

test("each folder of the level is a table, and the folders below are its partitions", () => {
  const files = [
    file("one/day=1/x.csv"),
    file("one/day=2/x.csv"),
    file("two/day=1/x.csv", ["c", "d"]),
    file("two/day=1/y.csv", ["c", "d"]),
  ];
  assert.equal(found(files, { tablePrefix: "csv_" }), [
    ["csv_one", ["day"], 2],
    ["csv_two", ["day"], 2],
  ]);
  assert.equal(found([file("one/day=1/x.csv"), file("two/day=1/x.csv")], { tableLevel: 1 }), [
    ["my_lake", ["partition_0", "day"], 2],
  ]);
});

test("files of one format are one table, whatever their columns", () => {
  const files = [file("one/day=1/x.csv", ["a", "b"]), file("one/day=2/x.csv", ["a", "z"])];
  const [table, ...others] = discover(files, grouping).tables;
  assert.equal(others, []);
  assert.equal(
    table?.columns.map(({ name }) => name),
    ["a", "b", "z"],
  );
});

test("a table does not mix formats or compressions", () => {
  const piped = { format: format(["a", "b"], "|") };
  assert.equal(found([file("one/day=1/x.csv"), file("one/day=2/x.csv", [], piped)]), [
    ["day_1", [], 1],
    ["day_2", [], 1],
  ]);
  const gzip = { compression: "gzip" as const };
  assert.equal(found([file("one/x.csv"), file("one/y.csv.gz", ["a", "b"], gzip)]), [
    ["x_csv", [], 1],
    ["y_csv_gz", [], 1],
  ]);
});

test("a file beside folders is a separate table", () => {
  assert.equal(found([file("one/stray.csv"), file("one/day=1/x.csv")]), [
    ["stray_csv", [], 1],
    ["day_1", [], 1],
  ]);
});

test("an empty file does not split a table, an unrecognised one does", () => {
  const empty = foreign("one/day=2/x.csv", 0);
  const unknown = foreign("one/day=2/x.csv");
  assert.equal(found([file("one/day=1/x.csv"), empty]), [["one", ["day"], 2]]);
  assert.equal(found([file("one/day=1/x.csv"), unknown]), [["day_1", [], 1]]);
});

test("tables with the same name get the hash of their path", () => {
  const files = [file("p/x/same/f.csv", ["a", "b"]), file("q/x/same/f.csv", ["c", "d"])];
  assert.equal(
    found(files, { tableLevel: 4 }).map(([name]) => name),
    ["same", "same_a4457b7a6425973ecd88381e8f5073ba"],
  );
});

test("each partition has its values", () => {
  const [table] = discover([file("one/day=2026-11-22/x.csv"), file("one/day=2026-11-23/x.csv")], grouping).tables;
  assert.equal(table?.partitions, [
    { values: ["2026-11-22"], location: "s3://my-lake/one/day=2026-11-22/" },
    { values: ["2026-11-23"], location: "s3://my-lake/one/day=2026-11-23/" },
  ]);
});

test("an empty file beside folders is a table without columns and splits nothing", () => {
  const empty = foreign("one/Empty.csv", 0);
  const { tables, splits } = discover([empty, file("one/day=1/x.csv"), file("one/day=2/x.csv")], {
    ...grouping,
    tablePrefix: "csv_",
  });
  assert.equal(
    tables.map(({ name, columns, path }) => [name, columns.length, path]),
    [
      ["csv_empty_csv", 0, "one/Empty.csv"],
      ["csv_one", 2, "one/"],
    ],
  );
  assert.equal(splits, []);
});

test("a table has its folder's name in lower case, with _ for invalid characters", () => {
  assert.equal(found([file("My Songs-2026/x.csv")], { tablePrefix: "p_" }), [["p_my_songs_2026", [], 1]]);
});

const unlike: [what: string, odd: ReadFile, why: string][] = [
  ["a compression", file("t/day=3/x.csv.gz", ["a", "b"], { compression: "gzip" }), "compressions are mixed"],
  ["a delimiter", file("t/day=3/x.csv", [], { format: format(["a", "b"], "|") }), "formats are mixed"],
  ["no format", foreign("t/day=3/x.png"), "formats are mixed"],
  ["a depth", file("t/day=3/more/x.csv"), "the folders have different depths"],
  ["a place", file("t/x.csv"), "a file lies beside folders"],
];

for (const [what, odd, why] of unlike) {
  test(`a file unlike the others by ${what} splits a table, and is named`, () => {
    const { splits, tables, passedOver } = discover([file("t/day=1/x.csv"), file("t/day=2/x.csv"), odd], grouping);
    const [split] = splits;
    assert.equal([split?.root, split?.why, split?.isMishap], ["t/", why, true]);
    assert.equal(split?.odd, [odd]);
    assert.is(tables.length, odd.format === undefined ? 2 : 3);
    assert.equal(passedOver, odd.format === undefined ? [odd] : []);
  });
}

test("folders that are not named like partitions are tables without a warning", () => {
  const piped = { format: format(["c", "d"], "|") };
  const { splits } = discover([file("one/x.csv"), file("two/x.csv", [], piped)], { ...grouping, tableLevel: 1 });
  assert.equal(
    splits.map(({ root, isMishap }) => [root, isMishap]),
    [["", false]],
  );
});

test.run();
