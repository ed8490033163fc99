import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeJsonReader } from "../../transforms/json";
import { refusalsOf } from "../../transforms/refusal";
import { allRows, entry, runOne, track } from "../support/transforms/transformed";

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

const broken: [text: string, found: string][] = [
  ['{"a": NaN}', 'broken JSON: "NaN" at character 7'],
  ['\ufeff  {"a": NaN}', 'broken JSON: "NaN" at character 9'],
  ['{\n "a": [1, -Infinity]}', 'broken JSON: "-Infinity" at character 13'],
  ['{"a": 01}', 'broken JSON: "01" at character 7'],
  ['{"a": 1.}', 'broken JSON: "1." at character 7'],
  ['{"a": undefined}', 'broken JSON: "undefined" at character 7'],
  ["{'a': 1}", 'broken JSON: "\'" at character 2'],
  ['{"a": 1,}', 'broken JSON: "}" at character 9'],
  ["[1, 2,]", 'broken JSON: "]" at character 7'],
  ["[1 2]", 'broken JSON: "2" at character 4'],
  ['{"a" 1}', 'broken JSON: "1" at character 6'],
  ['{"a": {"b": []}]', 'broken JSON: "]" at character 16'],
  ["[] []", 'broken JSON: "[" at character 4'],
  ['["a\nb"]', 'broken JSON: "\\n" at character 4'],
  ['["a\\x"]', 'broken JSON: "\\\\" at character 4'],
  ['["\\ud83"]', 'broken JSON: "\\\\" at character 3'],
  ['[{"a": "🎧é", "b": tru}]', 'broken JSON: "tru" at character 20'],
  ['{"a": [1, 2', "JSON that is cut off after character 11"],
  ['{"a": "tex', "JSON that is cut off after character 10"],
  ['{"a":  \n', "JSON that is cut off after character 5"],
  ["[{},[],", "JSON that is cut off after character 7"],
];

for (const [text, found] of broken) {
  test(`names the place: ${found}`, () => {
    assert.throws(
      () => json.parseOrRefuse(Buffer.from(text), "", refusalsOf("x")),
      (error: Error) => error.message.startsWith(`x: found ${found}; expected`) || assert.is(error.message, found),
    );
  });
}

test("finds a place in whatever JSON.parse rejects", () => {
  const pieces = fc.array(
    fc.constantFrom('"a"', ":", ",", "{", "}", "[", "]", "1", "-", "null", "NaN", " ", '"', "\\"),
  );
  fc.assert(
    fc.property(pieces, (some) => {
      const text = `[${some.join("")}`;
      try {
        JSON.parse(text);
      } catch {
        const place = /(?:at|after) character (\d+);/;
        assert.throws(
          () => json.parseOrRefuse(Buffer.from(text), "", refusalsOf("x")),
          (error: Error) => Number(place.exec(error.message)?.[1]) <= text.length,
        );
      }
    }),
    { numRuns: 2000 },
  );
});

test("lone surrogates in names are one key and no error", async () => {
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

test("an entry nested too deep to be printed is rejected", async () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const file = `{"items":[{"added_at":"x","item":${deep}},${JSON.stringify(entry(track("t")))}]}`;
  const tables = await runOne(file, "p.json");
  assert.equal(tables.itemTypes, { track: 1, episode: 0, unavailable: 0, unreadable: 1 });
  // From Node 26 on, JSON of any depth is printed. Lambda's Node 24 and earlier ones throw.
  const printed = Number(process.versions.node.split(".")[0]) < 26 ? "" : `{"added_at":"x","item":${deep}}`;
  assert.equal(allRows(tables).rejected_items, [["p", "0", "item is not an object", printed]]);
});

test.run();
