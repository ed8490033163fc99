import { suite } from "uvu";
import * as assert from "uvu/assert";
import { executionParameter, parametersOf, valuesInOrder } from "../../queries/parameters";
import { parseQueryFile } from "../../queries/queryFile";

const test = suite("queries/queryFile");

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
    parameters: [],
    sql: "select key, -- a comment of the statement\n  added_at from csv_a",
  });
});

test("a named query's parameters become question marks, named in a comment", () => {
  const text = [
    "-- What it answers.",
    "--",
    "-- Reads: a",
    "-- Parameters:",
    "--   day '2026-11-03' -- the day",
    "--   id 'it''s' -- the id",
    "select ':day', x::day from a where day <= :day and id = :id and other > :day",
  ].join("\n");
  const refused = () => parseQueryFile(text, "x.sql");
  assert.throws(refused, /got the parameter line "-- {3}id 'it''s' -- the id"/);

  const { parameters, sql } = parseQueryFile(text.replace("it''s", "its"), "x.sql");

  assert.equal(parameters, [
    { name: "day", example: "2026-11-03", note: "the day" },
    { name: "id", example: "its", note: "the id" },
  ]);
  const comment = [
    "-- Parameters, as text, in the order of the question marks: day, id, day",
    "--   day '2026-11-03' -- the day",
    "--   id 'its' -- the id",
  ];
  assert.is(sql, [...comment, "select ':day', x::day from a where day <= ? and id = ? and other > ?"].join("\n"));
  assert.equal(parametersOf(sql), parameters);
  assert.equal(valuesInOrder(sql, { id: "7", day: "8" }), ["8", "7", "8"]);
  assert.throws(
    () => valuesInOrder(sql, { day: "8" }),
    (error: Error) => error.message === "the query's parameter id has no value",
  );
});

test("a query without a comment of parameters has none", () => {
  for (const sql of ["select 1", "-- a remark\nselect ?"]) {
    assert.equal([parametersOf(sql), valuesInOrder(sql, {})], [[], []]);
  }
});

test("an execution parameter is an SQL literal", () => {
  for (const value of ["", "a", "it's", "''", "?; --"]) {
    const literal = executionParameter(value);
    assert.is(literal.slice(1, -1).replaceAll("''", "'"), value);
    assert.is(literal.slice(1, -1).replaceAll("''", "").includes("'"), false);
  }
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
  "a parameter that is not used": [
    "-- What\n-- Reads: a\n-- Parameters:\n--   day 'x' -- the day\nselect :days from a",
    "x.sql: the parameter day is not used",
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
