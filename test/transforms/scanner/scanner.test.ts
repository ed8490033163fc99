/** What the scanner takes itself, and what it leaves to JSON.parse. That both give the same is in compared.test.ts. */
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeStartScanner, type Scanner } from "../../../transforms/scanner/scanner";
import { artist, entry, track } from "../../support/transforms/transformed";

const test = suite("transforms/scanner/scanner");
const startScanner = makeStartScanner();

function start(take: (table: string, csv: Uint8Array) => unknown = () => void 0): Scanner {
  const scanner = startScanner("p", take);
  if (scanner === null) throw new Error("this Node cannot run the scanner's module");
  return scanner;
}

function scan(scanner: Scanner, items: string, before = "", after = "") {
  return scanner.scan(Buffer.from(`{"url":"u",${before}"body":{"items":${items},"offset":0}${after}}`));
}

/** The lists of entries whose rows are left to the caller, with the positions after them; the first entry's is 10. */
function irregularIn(items: string): [json: string, nextPosition: number][] {
  const scanner = start();
  const found: [string, number][] = [];
  assert.ok(scan(scanner, items));
  scanner.addRows(10, (json, position) => found.push([json.toString(), position]));
  scanner.finish();
  scanner.close();
  return found;
}

const good = track("a", { artists: [artist("x")], album: { id: "al", name: "Al", artists: [artist("y")] } });

const regular: [what: string, entry: unknown][] = [
  ["a track", entry(good)],
  ["a track in the shape before 2026", { track: good, is_local: false }],
  ["an entry with both shapes", { track: good, item: good }],
  ["an entry with a null item and a track", { item: null, track: good }],
  ["a track without id but with uri", entry({ ...good, id: null, uri: "spotify:track:a" })],
  ["a relinked track", entry({ ...good, linked_from: { id: "b" } })],
  ["a track without album and artists", entry({ id: "a", type: "track" })],
  ["names with quotes, backslashes and emoji", entry({ ...good, name: 'a "b" \\ 🎧' })],
  ["something structured in place of a text", entry({ ...good, name: [{}], disc_number: { a: 1 } })],
  ["an entry nested 60 deep", { item: { ...good, more: JSON.parse("[".repeat(55) + "]".repeat(55)) } }],
];

for (const [what, served] of regular) {
  test(`writes the rows of ${what}`, () => assert.equal(irregularIn(JSON.stringify([served])), []));
}

const withItem = (members: string) => `{"item":{"type":"track","id":"a",${members}}}`;
const irregular: [what: string, json: string][] = [
  ["null", "null"],
  ["a number", "7"],
  ["an entry without an item", "{}"],
  ["an item that is not an object", '{"item":[],"track":{"type":"track","id":"a"}}'],
  ["a bare track", '{"type":"track","id":"a"}'],
  ["an item without id and uri", '{"item":{"type":"track","id":""}}'],
  ["an item without a type", '{"item":{"id":"a"}}'],
  ["an episode", '{"item":{"type":"episode","id":"a"}}'],
  ["an episode by its mark", withItem('"episode":true')],
  ["a local file by its entry", '{"is_local":true,"item":{"type":"track","id":"a"}}'],
  ["a local file by its item", withItem('"is_local":true')],
  ["a local file by its URI", withItem('"uri":"spotify:local:a:b:c:1"')],
  ["a name with an escaped letter", withItem('"name":"\\u00e9"')],
  ["a name with an escaped line break", withItem('"name":"a\\nb"')],
  ["a key with an escape", withItem('"album":{"id":"a\\"b"}')],
  ["a key of 256 bytes", withItem(`"album":{"id":"${"x".repeat(256)}"}`)],
  ["a member twice", withItem('"name":"a","name":"b"')],
  ["an item twice", '{"item":{"type":"track","id":"a"},"item":{"type":"track","id":"b"}}'],
  ["a name of a member with an escape", withItem('"n\\u0061me":"b"')],
  ["a fraction", withItem('"popularity":1.5')],
  ["a number with an exponent", withItem('"popularity":1e2')],
  ["minus zero", withItem('"popularity":-0')],
  ["a number of 16 digits", withItem('"popularity":1234567890123456')],
  ["65 artists", withItem(`"artists":[${Array(65).fill('{"id":"x"}').join()}]`)],
  ["an entry of over 16 KiB", withItem(`"name":"${"x".repeat(16_384)}"`)],
];

for (const [what, json] of irregular) {
  test(`leaves ${what} to the caller`, () => {
    const around = JSON.stringify(entry(good));
    assert.equal(irregularIn(`[${around}, ${json} ,${around}]`), [[`[${json}]`, 12]]);
  });
}

test("leaves neighbouring irregular entries to the caller at once", () => {
  const around = JSON.stringify(entry(good));
  const found = irregularIn(`[null, {},${around},7 ,null]`);
  assert.equal(found, [
    ["[null, {}]", 12],
    ["[7 ,null]", 15],
  ]);
});

const page = JSON.stringify([entry(good)]);
const refused: [what: string, line: string | Buffer][] = [
  ["no entries", '{"body":{"items":{}}}'],
  ["no body", `{"items":${page}}`],
  ["two bodies", `{"body":{"items":${page}},"body":{"items":[]}}`],
  ["two lists of entries", `{"body":{"items":${page},"items":[]}}`],
  ["an escaped name of a second body", `{"body":{"items":${page}},"bod\\u0079":1}`],
  ["a byte order mark", `\ufeff{"body":{"items":${page}}}`],
  ["more behind it", `{"body":{"items":${page}}} 1`],
  ["bytes that are not UTF-8", Buffer.from(`{"body":{"items":${page},"name":"é"}}`, "latin1")],
  ["65 lists in each other", `{"body":{"items":${page},"a":${"[".repeat(65)}${"]".repeat(65)}}}`],
  ["over 4 MiB", `{"body":{"items":${page},"a":"${"x".repeat(4 * 1024 * 1024)}"}}`],
  ["more entries than it has memory for", `{"body":{"items":[${Array(20_000).fill("{}").join()}]}}`],
];

for (const [what, line] of refused) {
  test(`does not take a line with ${what}`, () => assert.is(start().scan(Buffer.from(line)), undefined));
}

const broken =
  `[1,] [,1] [1 [1}] [01] [-] [1.] [1e] [.5] [+1] [tru] [nul] [falsy] [TRUE] ["\\x"] ["\\u12g4"] ["\u0001"] ["a
{"a"} {"a":} {"a":1,} {,} {a:1} {"a":1 {"a"1} {"a":1]} {"\\x":1} {"a":1,,"b":2} [1]] 'a' undefined \\`.split(" ");

for (const json of broken) {
  test(`does not take a line with the broken JSON ${JSON.stringify(json)}`, () => {
    for (const place of [json, `{"item":${json}}`, `{"item":{"name":${json}}}`, `{"item":{"artists":[${json}]}}`]) {
      assert.is(scan(start(), `[${place}]`), undefined, place);
    }
    assert.is(scan(start(), `[${page.slice(1, -1)}${json}]`), undefined);
    assert.is(scan(start(), page, `"more":${json},`), undefined);
  });
}

test("returns the line without its entries, and their number", () => {
  const scanned = scan(start(), ` [ ${page.slice(1, -1)} , null ] `, '"a":[1],', ',"z": 1 ');
  assert.is(scanned?.rest.toString(), '{"url":"u","a":[1],"body":{"items": [] ,"offset":0},"z": 1 }');
  assert.is(scanned?.count, 2);
});

test("writes rows and appended rows in order, however many", () => {
  const taken: string[] = [];
  const scanner = start((table, csv) => table === "artists" && taken.push(csv.toString()));
  const expected: string[] = [];
  for (let round = 0; round < 40; round++) {
    const names = Array.from({ length: 50 }, (_, index) => `${round}-${index}`);
    scan(scanner, JSON.stringify(names.map((name) => entry(track(name, { artists: [artist(name)], album: {} })))));
    scanner.addRows(0, () => assert.unreachable());
    expected.push(...names.map((name) => `"${name}","${name}","Artist ${name}","spotify:artist:${name}"\n`));
    const more = `"appended ${round}"\n`.repeat(round % 10 === 0 ? 5000 : 1);
    scanner.append("artists", Buffer.from(more));
    expected.push(more);
  }
  assert.equal(scanner.finish().artists, 2000);
  assert.is(taken.join(""), expected.join(""));
});

test("begins each playlist without keys and rows of the one before", () => {
  for (let playlist = 0; playlist < 2; playlist++) {
    const scanner = start();
    assert.is(scanner.keySets.tracks("a"), true);
    scan(scanner, page);
    scanner.addRows(0, () => assert.unreachable());
    const rows = { playlist_items: 1, tracks: 0, track_artists: 0, artists: 2, albums: 1, album_artists: 1 };
    assert.equal(scanner.finish(), rows);
    scanner.close();
  }
});

function isNewInSet(keys: readonly string[]): boolean[] {
  const scanner = start();
  const found = keys.map(scanner.keySets.artists);
  scanner.close();
  return found;
}

test("its sets of keys are sets of any strings", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.constantFrom("a", "a\0", "b", "", "12345678"),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 200 }), (keys) => {
      const seen = new Set<string>();
      const expected = keys.map((key) => !seen.has(key) && seen.add(key).has(key));
      assert.equal(isNewInSet(keys), expected);
    }),
    { numRuns: 200 },
  );
});

test("its sets find each of 100,000 keys again, and keys of any length", () => {
  const many = Array.from({ length: 100_000 }, (_, index) => `spotify:track:${index.toString(36)}`);
  const long = [1, 7, 8, 9, 255, 8192, 32_768].flatMap((length) => ["x".repeat(length), "雨".repeat(length)]);
  const keys = [...many, ...long];
  assert.equal(isNewInSet([...keys, ...keys]), [...keys.map(() => true), ...keys.map(() => false)]);
});

test("its sets do not share keys", () => {
  const { tracks, artists, albums, episodes } = start().keySets;
  assert.equal(
    [tracks, artists, albums, episodes, tracks, episodes].map((add) => add("a")),
    [true, true, true, true, false, false],
  );
});

test.run();
