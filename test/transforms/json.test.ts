import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeJsonReader } from "../../transforms/json";
import { refusalsOf } from "../../transforms/refusal";
import { allRows, entry, runOne, track } from "./run";

const test = suite("transforms/json");
const json = makeJsonReader();

const cases: [text: string, value: unknown][] = [
  ['"\\ud83c\\udfa7"', "🎧"],
  ['"\\uD83C\\uDFA7"', "🎧"],
  ['"\\ud83c"', "\ufffd"],
  ['"\\udfa7"', "\ufffd"],
  ['"\\uD83C"', "\ufffd"],
  ['"\\ud83c\\ud83c\\udfa7"', "\ufffd🎧"],
  ['"\\udfa7\\ud83c"', "\ufffd\ufffd"],
  ['"\\ud83c\\n\\udfa7"', "\ufffd\n\ufffd"],
  ['"\\ud83c🎧"', "\ufffd🎧"],
  ['"\\\\ud83c"', "\\ud83c"],
  ['"\\\\\\ud83c"', "\\\ufffd"],
  ['"\\\\\\\\ud83c\\u00e9\\ud7ff\\ue000"', "\\\\ud83cé\ud7ff\ue000"],
];

for (const [text, value] of cases) {
  test(`reads ${text}`, () => assert.is(json.parse(Buffer.from(text), refusalsOf("x")), value));
}

test("does not take a broken escape for a surrogate", () => {
  assert.throws(
    () => json.parse(Buffer.from('"\\ud8zz"'), refusalsOf("x")),
    (error: Error) => error.name === "SyntaxError",
  );
});

test("lone surrogates in names make neither an error nor two keys of one", async () => {
  const local = (name: string) =>
    `{"is_local":true,"track":{"uri":"spotify:local:${name}","artists":[{"name":"${name}"}],"album":{"name":"${name}"}}}`;
  const rows = allRows(await runOne(`{"items":[${local("\\ud800")},${local("\\udfff")}]}`));
  assert.equal(rows.artists, [["local:artist:%EF%BF%BD", "", "\ufffd", ""]]);
  assert.equal(
    rows.albums?.map((row) => row[0]),
    ["local:album:%EF%BF%BD:%EF%BF%BD"],
  );
  assert.equal(
    rows.tracks?.map((row) => row[0]),
    ["spotify:local:\ufffd"],
  );
});

test("an entry that is nested too deep to be printed is rejected all the same", async () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const file = `{"items":[{"added_at":"x","item":${deep}},${JSON.stringify(entry(track("t")))}]}`;
  const tables = await runOne(file, "p.json");
  assert.equal(tables.itemTypes, { track: 1, episode: 0, unavailable: 0, unreadable: 1 });
  assert.equal(allRows(tables).rejected_items, [["p", "0", "item is no object", ""]]);
});

test.run();
