import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CrawledFile } from "../../../emulator/glue/alike";
import type { CsvFormat } from "../../../emulator/glue/csvClassifier";
import { discover, type Grouping } from "../../../emulator/glue/discovery";

const test = suite("emulator/glue/discovery");

const format = (names: string[], delimiter = ","): CsvFormat => ({
  delimiter,
  hasHeader: true,
  serde: { library: "lazy", parameters: { "field.delim": delimiter } },
  columns: names.map((name) => ({ name, type: "string" })),
});

const file = (key: string, names: string[] = ["a", "b"], changes: Partial<CrawledFile> = {}): CrawledFile => ({
  key,
  size: 10,
  compression: "none",
  format: format(names),
  ...changes,
});

const grouping: Grouping = { bucket: "my-lake", prefix: "", combine: false, tablePrefix: "" };

const findTables = (files: CrawledFile[], how: Grouping) => discover(files, how).tables;

/** The name, partition keys and number of files of each table. */
function found(files: CrawledFile[], changes: Partial<Grouping> = {}): [string, string[], number][] {
  return findTables(files, { ...grouping, ...changes }).map((table) => [
    table.name,
    table.partitionKeys,
    table.files.length,
  ]);
}

test("folders with different columns are tables, similar folders below are partitions", () => {
  const files = [
    file("one/day=1/x.csv"),
    file("one/day=2/x.csv"),
    file("two/day=1/x.csv", ["c", "d"]),
    file("two/day=1/y.csv", ["c", "d"]),
  ];
  assert.equal(found(files), [
    ["one", ["day"], 2],
    ["two", ["day"], 2],
  ]);
});

test("similar folders become partitions of one table unless the level is set", () => {
  const files = [file("one/day=1/x.csv"), file("two/day=1/x.csv")];
  assert.equal(found(files), [["my_lake", ["partition_0", "day"], 2]]);
  assert.equal(found(files, { tableLevel: 2, combine: true, tablePrefix: "csv_" }), [
    ["csv_one", ["day"], 1],
    ["csv_two", ["day"], 1],
  ]);
});

test("files less than 70 % alike are split unless schemas are combined", () => {
  const files = [file("one/day=1/x.csv", ["a", "b"]), file("one/day=2/x.csv", ["a", "z"])];
  assert.equal(found(files), [
    ["day_1", [], 1],
    ["day_2", [], 1],
  ]);
  const [table] = findTables(files, { ...grouping, tableLevel: 2, combine: true });
  assert.equal(
    table?.columns.map(({ name }) => name),
    ["a", "b", "z"],
  );
});

test("a table does not mix formats or compressions", () => {
  const piped = { format: format(["a", "b"], "|") };
  assert.equal(found([file("one/day=1/x.csv"), file("one/day=2/x.csv", [], piped)], { combine: true, tableLevel: 2 }), [
    ["day_1", [], 1],
    ["day_2", [], 1],
  ]);
  const gzip = { compression: "gzip" as const };
  assert.equal(found([file("one/x.csv"), file("one/y.csv.gz", ["a", "b"], gzip)], { combine: true, tableLevel: 2 }), [
    ["x_csv", [], 1],
    ["y_csv_gz", [], 1],
  ]);
});

test("a file beside folders is a separate table", () => {
  assert.equal(found([file("one/stray.csv"), file("one/day=1/x.csv")], { combine: true, tableLevel: 2 }), [
    ["stray_csv", [], 1],
    ["day_1", [], 1],
  ]);
});

test("an empty file does not split a table, an unrecognised one does", () => {
  const empty = file("one/day=2/x.csv", [], { size: 0, format: undefined });
  const unknown = file("one/day=2/x.csv", [], { format: undefined });
  const pinned = { combine: true, tableLevel: 2 };
  assert.equal(found([file("one/day=1/x.csv"), empty], pinned), [["one", ["day"], 2]]);
  assert.equal(found([file("one/day=1/x.csv"), unknown], pinned), [["day_1", [], 1]]);
});

test("tables with the same name get the hash of their path", () => {
  const files = [file("p/x/same/f.csv", ["a", "b"]), file("q/x/same/f.csv", ["c", "d"])];
  assert.equal(
    found(files, { tableLevel: 4, combine: true }).map(([name]) => name),
    ["same", "same_a4457b7a6425973ecd88381e8f5073ba"],
  );
});

test("each partition has its values and columns", () => {
  const [table] = findTables([file("one/day=2026-11-22/x.csv"), file("one/day=2026-11-23/x.csv")], {
    ...grouping,
    prefix: "one/",
  });
  assert.equal(table?.partitions, [
    { values: ["2026-11-22"], path: "one/day=2026-11-22/", columns: format(["a", "b"]).columns },
    { values: ["2026-11-23"], path: "one/day=2026-11-23/", columns: format(["a", "b"]).columns },
  ]);
});

test("more than 70 % alike is one table, 70 % is not", () => {
  const names = (n: number, last: string) => [...Array.from({ length: n }, (_, i) => `c${i}`), last];
  // Of 4 columns 3 are shared with 3: 75 %. Of 10 and 7: 70 %.
  assert.is(found([file("t/day=1/x.csv", names(2, "z")), file("t/day=2/x.csv", [...names(2, "z"), "y"])]).length, 1);
  const seven = Array.from({ length: 7 }, (_, i) => `c${i}`);
  const ten = [...seven, "x", "y", "z"];
  assert.equal(found([file("t/day=1/x.csv", seven), file("t/day=2/x.csv", ten)]), [
    ["day_1", [], 1],
    ["day_2", [], 1],
  ]);
});

test("five schemas are one table, six are not, combined ones always", () => {
  const shared = Array.from({ length: 20 }, (_, i) => `c${i}`);
  const files = (n: number) => Array.from({ length: n }, (_, i) => file(`t/day=${i}/x.csv`, [...shared, `own${i}`]));
  assert.is(found(files(5)).length, 1);
  assert.is(found(files(6)).length, 6);
  assert.is(found(files(6), { combine: true }).length, 1);
});

test("an empty file beside folders is a table without columns and splits nothing", () => {
  const empty = file("one/Empty.csv", [], { size: 0, format: undefined });
  const { tables, splits } = discover([empty, file("one/day=1/x.csv"), file("one/day=2/x.csv")], {
    ...grouping,
    tableLevel: 2,
    tablePrefix: "csv_",
  });
  assert.equal(
    tables.map(({ name, columns, grouping: why }) => [name, columns.length, why]),
    [
      ["csv_empty_csv", 0, "an empty file beside folders is a table"],
      ["csv_one", 2, "the files at level 2 are alike"],
    ],
  );
  assert.equal(splits, []);
});

test("a table has its folder's name in lower case, with _ for invalid characters", () => {
  assert.equal(found([file("My Songs-2026/x.csv")], { tablePrefix: "p_", tableLevel: 2 }), [
    ["p_my_songs_2026", [], 1],
  ]);
});

const unlike: [what: string, odd: CrawledFile, why: string][] = [
  ["a compression", file("t/day=3/x.csv.gz", ["a", "b"], { compression: "gzip" }), "compressions are mixed"],
  ["a delimiter", file("t/day=3/x.csv", [], { format: format(["a", "b"], "|") }), "formats are mixed"],
  ["no format", file("t/day=3/x.png", [], { format: undefined }), "formats are mixed"],
  ["a header", file("t/day=3/x.csv", ["c", "d"]), "schemas are not more than 70 % alike"],
  ["a depth", file("t/day=3/more/x.csv"), "the folders are not of one depth"],
  ["a place", file("t/x.csv"), "a file lies beside folders"],
];

for (const [what, odd, why] of unlike) {
  test(`a file unlike the others by ${what} splits a table, and is named`, () => {
    const { splits, tables, passedOver } = discover([file("t/day=1/x.csv"), file("t/day=2/x.csv"), odd], {
      ...grouping,
      tableLevel: 2,
    });
    const [split] = splits;
    assert.equal([split?.root, split?.why, split?.isMishap], ["t/", why, true]);
    assert.equal(split?.odd, [odd]);
    assert.is(tables.length, odd.format === undefined ? 2 : 3);
    assert.equal(passedOver, odd.format === undefined ? [odd] : []);
  });
}

test("folders that are not named like partitions are tables without a warning", () => {
  const { splits } = discover([file("one/x.csv"), file("two/x.csv", ["c", "d"])], grouping);
  assert.equal(
    splits.map(({ root, isMishap }) => [root, isMishap]),
    [["", false]],
  );
});

test.run();
