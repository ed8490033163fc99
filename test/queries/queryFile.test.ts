import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseQueryFile } from "../../queries/queryFile";

const test = suite("queries: files");

test("a view's file", () => {
  const text = [
    "-- What it answers,",
    "-- in two lines.",
    "--",
    "-- Reads: csv_a, csv_b",
    "-- Columns:",
    "--   key varchar",
    "--   added_at timestamp(3) -- a remark",
    "select key, -- a comment of the statement",
    "  added_at from csv_a;",
    "",
  ].join("\n");
  assert.equal(parseQueryFile(text, "x.sql"), {
    description: "What it answers, in two lines.",
    reads: ["csv_a", "csv_b"],
    columns: [
      { name: "key", type: "varchar" },
      { name: "added_at", type: "timestamp(3)", note: "a remark" },
    ],
    sql: "select key, -- a comment of the statement\n  added_at from csv_a",
  });
});

const refused: Record<string, [text: string, message: string]> = {
  "no head comment": [
    "select 1\n",
    'x.sql: expected a head comment with a description and "-- Reads: ...", then a statement',
  ],
  "no statement": [
    "-- What\n-- Reads: a\n",
    'x.sql: expected a head comment with a description and "-- Reads: ...", then a statement',
  ],
  "a column without a type": [
    "-- What\n-- Reads: a\n-- Columns:\n--   key\nselect 1",
    'x.sql: got the column line "--   key", expected e.g. "--   position bigint -- from 0"',
  ],
};

for (const [label, [text, message]] of Object.entries(refused)) {
  test(`refused: ${label}`, () => {
    assert.throws(
      () => parseQueryFile(text, "x.sql"),
      (error: Error) => error.message === message,
    );
  });
}

test.run();
