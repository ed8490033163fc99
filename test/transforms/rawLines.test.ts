import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isRawLine, makeRawLine } from "../../transforms/rawLines";
import { title } from "../support/title";
import { column, entry, line, refusal, rowsOf, runOne, track } from "../support/transforms/transformed";

const test = suite("transforms/rawLines");

const playlist = { type: "playlist", id: "p", name: "List", snapshot_id: "s1" };
const embedding = { ...playlist, items: { items: [entry(track("t0")), entry(track("t1"))], offset: 0, total: 3 } };
const page = (offset: number, ...ids: string[]) => ({ items: ids.map((id) => entry(track(id))), offset, total: 3 });
const [first, second, third, fourth] = ["06:00:01", "06:00:02", "06:00:03", "06:00:04"].map(
  (time) => `2026-11-22T${time}Z`,
);

const whole =
  line(embedding, first) + line(page(0, "t0", "t1"), second) + line(page(2, "t2"), third) + line(playlist, fourth);

test("pages from offset 0 on replace the embedded entries", async () => {
  const tables = await runOne(whole, "p.jsonl.gz");
  assert.is(tables.entries, 3);
  assert.equal(column(tables, "playlist_items", "position"), ["0", "1", "2"]);
  assert.equal(column(tables, "playlist_items", "item_key"), ["t0", "t1", "t2"]);
  assert.equal(rowsOf(tables, "playlists"), [
    ["p", "List", "", "", "", "", "", "", "3", "s1", "", first, third, "true"],
  ]);
});

const sameBytes: [what: string, file: string | Uint8Array][] = [
  ["gzipped", gzipSync(whole)],
  ["gzipped line by line", Buffer.concat(whole.split(/(?<=\n)/).map((text) => gzipSync(text)))],
  ["without the last line feed", whole.trimEnd()],
  ["with blank lines and a byte order mark", `\ufeff\n${whole.replaceAll("\n", "\r\n\r\n")}\n`],
];

for (const [what, file] of sameBytes) {
  test(`reads the same ${what}`, async () => assert.equal(await runOne(file), await runOne(whole)));
}

test("holds a key that two pages share once", async () => {
  const tables = await runOne(line(playlist) + line(page(0, "t0", "t1")) + line(page(2, "t0")));
  assert.equal(column(tables, "tracks", "track_key"), ["t0", "t1"]);
  assert.equal(column(tables, "playlist_items", "item_key"), ["t0", "t1", "t0"]);
  assert.equal(tables.rows.tracks, 2);
});

const consistency: [what: string, before: unknown, after: unknown, cell: string][] = [
  ["equal", "s1", "s1", "true"],
  ["different", "s1", "s2", "false"],
  ["missing at first", null, "s2", ""],
  ["missing at last", "s1", {}, ""],
];

for (const [what, before, after, cell] of consistency) {
  test(`is_consistent is ${JSON.stringify(cell)} if the snapshot ids are ${what}`, async () => {
    const opening = { ...playlist, snapshot_id: before };
    const closing = { ...playlist, snapshot_id: after };
    const tables = await runOne(line(opening) + line(page(0, "t0")) + line(closing));
    assert.equal(column(tables, "playlists", "is_consistent"), [cell]);
  });
}

test("accepts a file without the closing response", async () => {
  const tables = await runOne(line(playlist, first) + line(page(0, "t0"), second));
  assert.equal(rowsOf(tables, "playlists")[0]?.slice(8), ["3", "s1", "", first, second, ""]);
});

test("an empty page is a page: nothing embedded counts beside it", async () => {
  const tables = await runOne(line(embedding) + line({ items: [], offset: 0, total: 0 }) + line(playlist));
  assert.is(tables.entries, 0);
});

test("without pages the embedded entries are the playlist's", async () => {
  const tables = await runOne(line(embedding, first) + line(embedding, fourth));
  assert.equal(column(tables, "playlist_items", "item_key"), ["t0", "t1"]);
  assert.equal(rowsOf(tables, "playlists")[0]?.slice(8), ["3", "s1", "", first, first, "true"]);
});

test("a playlist with metadata only has no entries", async () => {
  const tables = await runOne(line({ ...playlist, tracks: { total: 40 } }));
  assert.is(tables.entries, 0);
  assert.equal(column(tables, "playlists", "total_items"), ["40"]);
});

test("accepts the shapes of 2020, plain items, and a playlist without id", async () => {
  const old = { type: "playlist", id: "p", tracks: { items: [{ track: track("t0") }], total: 1 } };
  const plain = { type: "playlist", id: "p", items: [entry(track("t1"))] };
  assert.equal(column(await runOne(line(old)), "playlist_items", "item_key"), ["t0"]);
  assert.equal(column(await runOne(line(plain) + line(plain)), "playlist_items", "item_key"), ["t1"]);
  assert.is((await runOne(line({ name: "x" }) + line(page(0)), "a_b.jsonl.gz")).playlistId, "a%5Fb");
});

test("the total is the playlist's, else the pages', else the count", async () => {
  const total = async (...bodies: unknown[]) =>
    column(await runOne(bodies.map((body) => line(body)).join("")), "playlists", "total_items");
  assert.equal(await total({ ...playlist, items: { total: 9 } }, page(0, "t0")), ["9"]);
  assert.equal(await total(playlist, page(0, "t0")), ["3"]);
  assert.equal(await total(playlist, { items: [null, null] }), ["2"]);
});

const rawLine = 'a raw line {"url", "fetchedAt", "body"}';
const refused: [file: string, message: string][] = [
  [
    line(page(0, "t0")),
    "found an object with items, offset, total in line 1; expected the playlist's own response, or the user's for liked songs",
  ],
  [line(null), "found null in line 1; expected the playlist's own response, or the user's for liked songs"],
  [
    line({ error: { status: 404, message: "Not found." } }),
    "found an error response (404 Not found.) in line 1; expected the playlist's own response, or the user's for liked songs",
  ],
  [
    line({ type: "album", id: "a" }),
    "found an object of type \"album\" in line 1; expected the playlist's own response, or the user's for liked songs",
  ],
  [line(playlist) + line(7), "found a JSON number in line 2; expected a page or the playlist once more"],
  [line(playlist) + line({ ...playlist, id: "q" }), 'found playlist "q" in line 2; expected playlist "p" once more'],
  [
    line(playlist) + line(playlist) + line(page(0)),
    "found more in line 3; expected nothing after the closing response",
  ],
  [`${line(playlist)}\n{"a":1}\n`, `found an object with a in line 3; expected ${rawLine}`],
  [`${line(playlist)}[]\n`, `found an empty list in line 2; expected ${rawLine}`],
];

for (const [file, message] of refused) {
  test(title(`refuses: ${message}`), async () => {
    assert.equal(await refusal(file, "x"), { code: "INVALID_RAW", message: `x: ${message}` });
  });
}

test("refuses a line that is cut off, naming it", async () => {
  const { code, message } = await refusal(whole.slice(0, -10), "x");
  assert.is(code, "INVALID_RAW");
  assert.match(message, /^x: found JSON that is cut off after character \d+ in line 4; expected /);
});

test("embedded entries are the first page, and pages follow", async () => {
  const raw = line(embedding, first) + line(page(2, "t2"), third) + line(playlist, fourth);
  const tables = await runOne(raw, "p.jsonl.gz", { isStored: true });
  assert.equal(column(tables, "playlist_items", "position"), ["0", "1", "2"]);
  assert.equal(column(tables, "playlist_items", "item_key"), ["t0", "t1", "t2"]);
  assert.equal(rowsOf(tables, "playlists")[0]?.slice(8), ["3", "s1", "", first, third, "true"]);
});

const single: [what: string, url: string, total: unknown, cell: string][] = [
  ["every entry", "https://u", 2, "true"],
  ["more entries than the total", "https://u", 1, "true"],
  ["too few entries", "https://u", 3, ""],
  ["no total", "https://u", null, ""],
  ["every entry, from an unknown source", "", 2, ""],
];

for (const [what, url, total, cell] of single) {
  test(`is_consistent is ${JSON.stringify(cell)} for a single line with ${what}`, async () => {
    const alone = { ...playlist, items: { items: [entry(track("t0")), entry(track("t1"))], total } };
    const tables = await runOne(line(alone, first, url));
    assert.equal(column(tables, "playlist_items", "position"), ["0", "1"]);
    assert.equal(rowsOf(tables, "playlists")[0]?.slice(11), [first, first, cell]);
  });
}

const positions: [offsets: unknown[], positions: number[]][] = [
  [
    [0, 2, 4],
    [0, 1, 2, 3, 4, 5],
  ],
  [
    [100, 102, 104],
    [100, 101, 102, 103, 104, 105],
  ],
  [
    [0, 50, 100],
    [0, 1, 50, 51, 100, 101],
  ],
  [
    [0, 0, 0],
    [0, 1, 2, 3, 4, 5],
  ],
  [
    [0, 1, 2],
    [0, 1, 2, 3, 4, 5],
  ],
  [
    [4, 2, 0],
    [4, 5, 6, 7, 8, 9],
  ],
  [
    [0, "2", null],
    [0, 1, 2, 3, 4, 5],
  ],
  [
    [0, -2, 2.5],
    [0, 1, 2, 3, 4, 5],
  ],
  [
    [0, 2, 9007199254740991],
    [0, 1, 2, 3, 4, 5],
  ],
];

for (const [offsets, expected] of positions) {
  test(`pages at offsets ${JSON.stringify(offsets)} have distinct positions`, async () => {
    const pages = offsets.map((offset) => line({ items: [entry(track("t0")), null], offset }));
    const tables = await runOne(line(playlist) + pages.join(""));
    assert.equal(column(tables, "playlist_items", "position"), expected.map(String));
  });
}

test("refuses raw lines of another playlist than their key's", async () => {
  const { code, message } = await refusal(whole, "q.jsonl.gz", { isStored: true });
  assert.is(code, "INVALID_RAW");
  assert.is(message, "q.jsonl.gz: found raw lines of playlist p; expected those of the playlist that the key names");
});

test("inserts the body unchanged", () => {
  const body = '{\r\n  "big": 12345678901234567890, "one": 1.0,\n "a": 1, "a": 2, "text": "x\\ny"\n}';
  const printed = makeRawLine()("https://h/?a=1&b=%22", "2026-11-22T06:00:00.000Z", body);
  const inOneLine = '{    "big": 12345678901234567890, "one": 1.0,  "a": 1, "a": 2, "text": "x\\ny" }';
  assert.is(printed, `{"url":"https://h/?a=1&b=%22","fetchedAt":"2026-11-22T06:00:00.000Z","body":${inOneLine}}\n`);
});

test("is one line that parses to what went in, for any JSON however it is printed", () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), fc.constantFrom("", " ", "\t", "\r\n"), (url, body, indent) => {
      const printed = makeRawLine()(url, "t", JSON.stringify(body, null, indent).replaceAll("\n", "\r\n"));
      assert.is(printed.indexOf("\n"), printed.length - 1);
      assert.not(printed.includes("\r"));
      assert.equal(JSON.stringify(JSON.parse(printed)), JSON.stringify({ url, fetchedAt: "t", body }));
    }),
  );
});

test("distinguishes raw lines from other values", () => {
  assert.ok(isRawLine({ url: "u", fetchedAt: "t", body: null }));
  for (const value of [null, 1, "body", [], {}, { body: 1 }, { url: "u", fetchedAt: "t" }]) {
    assert.not(isRawLine(value));
  }
});

test.run();
