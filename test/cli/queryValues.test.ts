import { suite } from "uvu";
import * as assert from "uvu/assert";
import { askedValues, namedValues } from "../../cli/queryValues";
import type { LakeSql } from "../../lake";
import { namedQueries } from "../../queries";

const test = suite("cli/queryValues");

const sqlOf = (name: string) => namedQueries.find((query) => query.name === name)!.sql;

/** A lake in which the playlist `id` was called "Before", then "Now". */
const lake = {
  query: async () => ({
    columns: ["playlist_id", "name", "first_date", "last_date"].map((name) => ({ name, type: "varchar" })),
    rows: [
      ["id", "Before", "2026-11-01", "2026-11-03"],
      ["id", "Now", "2026-11-04", "2026-11-05"],
    ],
  }),
} as unknown as LakeSql;

/** The values for the question marks, and what was said. */
async function valuesOf(name: string, given: string[]): Promise<[values: string[], said: string[]]> {
  const said: string[] = [];
  return [await askedValues(lake, name, sqlOf(name), given, (line) => said.push(line)), said];
}

test("values are given in the order of the question marks, repeated as often", async () => {
  const given = ["last=2026-11-03", "playlist=id", "first=2026-11-01"];
  const [values, said] = await valuesOf("changes-between", given);
  assert.equal(values, ["2026-11-01", "id", "2026-11-03", "id"]);
  assert.is(sqlOf("changes-between").split("?").length - 1, values.length);
  assert.equal(said, []);
});

test("a playlist can be named, also by an earlier name, or be all of them", async () => {
  assert.equal(await valuesOf("duplicates", ["playlist=now"]), [["id", "id"], []]);
  assert.equal(await valuesOf("duplicates", ["playlist=befor"]), [["id", "id"], ['"Before" is now called "Now"']]);
  assert.equal(await valuesOf("duplicates", ["playlist=*"]), [["*", "*"], []]);
  assert.equal(await valuesOf("find-songs", ["words=now"]), [["now"], []]);
});

test("an unknown playlist is refused, with the names of those that are stored", async () => {
  const message = 'no stored playlist is called "nowhere"; there are "Now" (id)';
  const refusal = await valuesOf("duplicates", ["playlist=nowhere"]).catch((error: Error) => error.message);
  assert.is(refusal, message);
});

const refused: [name: string, given: string[], message: string][] = [
  [
    "playlist-on-day",
    [],
    "playlist-on-day asks for --param playlist=7osf69rrOvLodTvBABtqDC (the playlist's id), " +
      "--param day=2026-11-02 (the last stored day up to this one is shown)",
  ],
  [
    "find-songs",
    [],
    'find-songs asks for --param words="golden hour" (parts of a name, an artist or an ISRC, in any order)',
  ],
  [
    "playlist-log",
    ["playlist=a", "since=tomorrow"],
    'playlist-log: since: got "tomorrow", expected a day such as 2026-11-22, yesterday or "3 months ago"',
  ],
  ["digest", ["since=2026-13-01"], 'digest: since: got "2026-13-01", expected a day such as 2026-11-22'],
  ["find-songs", ["words"], 'find-songs: got "words", expected words=VALUE'],
  ["find-songs", ["word=x"], 'find-songs: "word" is not a parameter; there are words'],
  ["size-by-day", ["day=x"], 'size-by-day: "day" is not a parameter; it has none'],
];

test("missing and unknown parameters are refused in one line", () => {
  for (const [name, given, message] of refused) {
    assert.throws(
      () => namedValues(name, sqlOf(name), given),
      (error: Error) => error.message === message,
      name,
    );
  }
});

test("a query without parameters takes none", () => {
  assert.equal(namedValues("size-by-day", sqlOf("size-by-day"), []), {});
});

test.run();
