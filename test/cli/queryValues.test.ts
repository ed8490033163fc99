import { suite } from "uvu";
import * as assert from "uvu/assert";
import { namedValues } from "../../cli/queryValues";
import { namedQueries } from "../../queries";

const test = suite("cli/queryValues");

const sqlOf = (name: string) => namedQueries.find((query) => query.name === name)!.sql;

test("values are given in the order of the question marks, repeated as often", () => {
  const given = ["last=2026-11-03", "playlist=it's = a", "first=2026-11-01"];
  const values = namedValues("changes-between", sqlOf("changes-between"), given);
  assert.equal(values, ["2026-11-01", "it's = a", "2026-11-03", "it's = a"]);
  assert.is(sqlOf("changes-between").split("?").length - 1, values.length);
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
  assert.equal(namedValues("size-by-day", sqlOf("size-by-day"), []), []);
});

test.run();
