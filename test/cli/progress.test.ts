import { suite } from "uvu";
import * as assert from "uvu/assert";
import { labelled, messageText, warn } from "../../cli/progress";

const test = suite("cli/progress");

const long = "playlake: the file history.json cannot be read (EACCES); give another file";
const statement = "Parser Error: syntax error at or near the word that comes next\n\nLINE 1: selec\n        ^";
const config = "the settings are wrong:\n  playlake:catalog: got magic, expected declared or inferred";

const messages: readonly [name: string, message: string, columns: number | undefined, shown: string][] = [
  ["a pipe", long, undefined, long],
  ["a wide terminal", long, 80, long],
  ["a narrow terminal", long, 40, "playlake: the file history.json cannot\n  be read (EACCES); give another file"],
  ["three lines", long, 30, "playlake: the file\n  history.json cannot be read\n  (EACCES); give another file"],
  [
    "an indented line",
    "lost:\n  ! a track (A Band): the same recording is here",
    30,
    "lost:\n  ! a track (A Band): the same\n    recording is here",
  ],
  [
    "a command to copy",
    "playlake: report needs packages that are not installed; run: npm install @observablehq/plot linkedom",
    80,
    "playlake: report needs packages that are not installed; run:\n  npm install @observablehq/plot linkedom",
  ],
  ["a caret below a statement", statement, 20, statement],
  ["several lines", config, 60, config],
];

for (const [name, message, columns, shown] of messages) {
  test(`a message for ${name}`, () => assert.is(messageText(message, columns), shown));
}

test("a warning is yellow on a terminal, and one plain line in a pipe", () => {
  const printed: string[] = [];
  const err = (text: string) => void printed.push(text);
  warn("one two three", { err, isInteractive: true, errColumns: 10 });
  warn("one two three", { err, isInteractive: false, errColumns: undefined });
  assert.equal(printed, ["\x1b[33m! one two\n  three\x1b[0m\n", "! one two three\n"]);
});

test("a label that is too wide keeps a space before its text", () => {
  assert.is(labelled("short", "one two", 8, 12), "short   one\n        two\n");
  assert.is(labelled("crawlSchedule", "one two", 8, 12), "crawlSchedule one\n        two\n");
});

test.run();
