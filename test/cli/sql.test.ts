import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Terminal } from "../../cli/command";
import { completeSql, describeNames, withHint } from "../../cli/sqlNames";
import { promptForSql } from "../../cli/sqlPrompt";
import { render } from "../../cli/table";
import type { LakeSql } from "../../lake";
import { namedQueries } from "../../queries";
import { run } from "../support/terminal";

const test = suite("cli/sql");

let home: string;
test.before(() => {
  home = mkdtempSync(path.join(tmpdir(), "playlake-sql-"));
});
test.after(() => rmSync(home, { recursive: true }));

const wrong: [words: string[], message: string][] = [
  [["--json", "--format", "csv", "select 1"], "sql: --json and --format csv exclude each other"],
  [["--format", "xml", "select 1"], '--format: got "xml", expected one of table, csv, json'],
  [["select 1", "--named", "x"], "sql: give a query or --named, not both"],
  [["select 1", "select 2"], 'sql: give one query in quotes, such as "SELECT * FROM tracks"'],
  [["longest-stays"], 'sql: "longest-stays" is not a query; a named query is asked with --named longest-stays'],
  [["--tables", "--param", "x"], "sql: --param goes with a query or --named"],
  [["--tables", "--queries"], "sql: give --tables or --queries, not both"],
  [[], 'sql: give one query in quotes, such as "SELECT * FROM tracks"'],
];

test("wrong use is refused before a lake is opened", async () => {
  for (const [words, message] of wrong) {
    const { exitCode, err } = await run(["sql", ...words], { home });
    assert.equal([exitCode, err], [2, `playlake: ${message}\nSee playlake sql --help.\n`], words.join(" "));
  }
});

test("tables and queries are listed without a lake, as text or as data", async () => {
  const tables = await run(["sql", "--tables"], { home });
  assert.match(
    tables.out,
    /^playlists\n {2}Each playlist as Spotify served it on each day: one row per playlist and day\.\n/,
  );
  assert.ok(tables.out.split("\n").every((line) => line.length <= 80));
  const { out } = await run(["sql", "--queries", "--json"], { home });
  const queries = JSON.parse(out) as { name: string }[];
  assert.ok(queries.some(({ name }) => name === "came-and-went"));
});

test("a named query that is taken for a table is explained", () => {
  const hint = (name: string) =>
    `${name} is a named query: ask it with --named ${name}, or .named ${name} at the prompt`;
  const cases: [message: string, name: string][] = [
    ["Catalog Error: Table with name missing_days does not exist!\n\nLINE 1: ...\n  ^", "missing-days"],
    ["Catalog Error: Table with name Came-And-Went does not exist!", "came-and-went"],
    ["TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.playlake_prod.size_by_day' does not exist", "size-by-day"],
    ["TABLE_NOT_FOUND: Table digest does not exist", "digest"],
  ];
  for (const [message, name] of cases) {
    assert.is(withHint(new Error(message)).message, `${message}\n${hint(name)}`);
  }
  const other = new Error("Parser Error: syntax error");
  assert.is(withHint(other), other);
});

const hints: [message: string, hint: string][] = [
  [
    "Catalog Error: Table with name missing does not exist!\n\nLINE 1: ...\n  ^",
    "npx playlake sql --tables lists the tables and views; at the prompt, .tables does",
  ],
  [
    "Incorrect number of parameters: expected 1 but found 0",
    "give one --param VALUE for each ? of the query, in their order",
  ],
];

test("a missing table or value is followed by what to do", () => {
  for (const [message, hint] of hints) assert.is(withHint(new Error(message)).message, `${message}\n${hint}`);
});

test("names are described in lines of the terminal's width", () => {
  const lines = describeNames("queries", 40).split("\n");
  assert.equal(
    lines.filter((line) => line.length > 40),
    [],
  );
});

test("null and an empty text are printed differently", async () => {
  const answer = { columns: ["a", "b"].map((name) => ({ name, type: "varchar" })), rows: [[null, ""]] };
  assert.is(await render(answer, "table", 80, "NULL"), "a     b\n────  ─\nNULL\n");
});

const completions: [line: string, hits: string[], replaced: string][] = [
  ["select * from latest", ["latest_items"], "latest"],
  ["select album_artists.", ["album_key", "artist_key", "artist_position", "snapshot_date", "snapshot_day"], ""],
  ["select Tracks.na", ["name"], "na"],
  ["sel", ["select"], "sel"],
  ["select zzz", [], "zzz"],
  ["select ", [], ""],
];

test("tables, columns and SQL keywords are completed", () => {
  for (const [line, hits, replaced] of completions) assert.equal(completeSql(line), [hits, replaced], line);
});

/** Types lines into a prompt. Returns the statements, and what was printed beside the answers. */
async function typed(lines: string): Promise<{ asked: string[]; err: string; out: string }> {
  const asked: string[] = [];
  const printed = { out: "", err: "" };
  const input = new PassThrough();
  const lake: LakeSql = {
    ...{ title: "the lake", engine: "an engine", close: () => undefined, exportTo: async () => undefined },
    query: async () => ({ columns: [], rows: [] }),
    namedQuery: async (name) => namedQueries.find((query) => query.name === name)?.sql ?? `named ${name}`,
    refresh: () => void asked.push("refresh"),
  };
  const terminal: Terminal = {
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
    ...{
      readInput: async () => Buffer.alloc(0),
      isInteractive: false,
      columns: 80,
      errColumns: 80,
      onStop: () => () => undefined,
    },
    ...{ directory: home, home, start: () => "npm start", env: {}, prompt: { input, output: new PassThrough() } },
  };
  input.end(lines);
  await promptForSql(
    lake,
    async (sql, values = []) => {
      asked.push(sql, ...values.map((value) => `with ${value}`));
      if (sql.includes("wrong")) throw new Error("Parser Error: no\n\nLINE 1: wrong\n        ^");
    },
    terminal,
  );
  return { asked, ...printed };
}

test("a prompt takes statements of several lines, and goes on after an error", async () => {
  const { asked, err } = await typed(
    "select 1;\n\nselect\n  2\n;\nwrong;\n.named size\n.nonsense\nselect 3; -- more\n;\n.exit\nselect 4;\n",
  );
  assert.equal(asked, [
    ...["refresh", "select 1;", "refresh", "select\n  2\n;", "refresh", "wrong;"],
    ...["named size", "refresh", "select 3; -- more\n;"],
  ]);
  assert.match(err, /^the lake, an engine\.\n/);
  assert.match(err, /Parser Error: no\n\nLINE 1: wrong\n {8}\^\n/);
  assert.match(err, /\.nonsense is not a command; there are \.tables, \.queries, \.named NAME, \.help and \.exit\n/);
});

test("the prompt's named queries take parameters, and ask for those that are missing", async () => {
  const { asked, err } = await typed(
    ".named find-songs words=golden hour\n.named changes-between playlist=a first=3 months ago\n",
  );
  const sql = namedQueries.find(({ name }) => name === "find-songs")?.sql;
  assert.equal(asked, [sql, "with golden hour"]);
  assert.match(err, /^changes-between asks for last=2026-11-03 \(the day to end with\)$/m);
});

test("the prompt knows other prompts' words for help and for the end", async () => {
  const usage = "End a statement with ; and complete names with Tab.\n";
  for (const end of ["exit", "quit;", "QUIT", ".quit"]) {
    const { asked, err } = await typed(`help\n\\d tracks\nselect\nhelp;\n${end}\nselect 1;\n`);
    assert.equal(asked, ["refresh", "select\nhelp;"], end);
    assert.is(err.split(usage).length - 1, 2, end);
    assert.match(err, /^(sql> )?\\d is not a command; there are \.tables,/m);
  }
});

test("the prompt lists tables and queries", async () => {
  const { out } = await typed(".tables\n.queries\n");
  assert.is(out, describeNames("tables", 80) + describeNames("queries", 80));
});

test.run();
