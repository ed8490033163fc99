import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { column, entry, line, refusal, rowsOf, runOne, track } from "./run";

const test = suite("transforms/rawLines");

const playlist = { type: "playlist", id: "p", name: "List", snapshot_id: "s1" };
const embedding = { ...playlist, items: { items: [entry(track("t0")), entry(track("t1"))], offset: 0, total: 3 } };
const page = (offset: number, ...ids: string[]) => ({ items: ids.map((id) => entry(track(id))), offset, total: 3 });
const [first, second, third, fourth] = ["06:00:01", "06:00:02", "06:00:03", "06:00:04"].map(
  (time) => `2026-11-22T${time}Z`,
);

const whole =
  line(embedding, first) + line(page(0, "t0", "t1"), second) + line(page(2, "t2"), third) + line(playlist, fourth);

test("reads the pages, not what the playlist embeds", async () => {
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
  test(`is_consistent is ${JSON.stringify(cell)} where the snapshot ids are ${what}`, async () => {
    const opening = { ...playlist, snapshot_id: before };
    const closing = { ...playlist, snapshot_id: after };
    const tables = await runOne(line(opening) + line(page(0, "t0")) + line(closing));
    assert.equal(column(tables, "playlists", "is_consistent"), [cell]);
  });
}

test("does without the closing response", async () => {
  const tables = await runOne(line(playlist, first) + line(page(0, "t0"), second));
  assert.equal(rowsOf(tables, "playlists")[0]?.slice(8), ["3", "s1", "", first, second, ""]);
});

test("an empty page is a page: nothing embedded counts beside it", async () => {
  const tables = await runOne(line(embedding) + line({ items: [], offset: 0, total: 0 }) + line(playlist));
  assert.is(tables.entries, 0);
});

test("without pages the embedded items are the playlist's", async () => {
  const tables = await runOne(line(embedding, first) + line(embedding, fourth));
  assert.equal(column(tables, "playlist_items", "item_key"), ["t0", "t1"]);
  assert.equal(rowsOf(tables, "playlists")[0]?.slice(8), ["3", "s1", "", first, first, "true"]);
});

test("a playlist of which Spotify serves nothing but the metadata has no entries", async () => {
  const tables = await runOne(line({ ...playlist, tracks: { total: 40 } }));
  assert.is(tables.entries, 0);
  assert.equal(column(tables, "playlists", "total_items"), ["40"]);
});

test("takes the shapes of 2020, a playlist with plain items, and a playlist without id", async () => {
  const old = { type: "playlist", id: "p", tracks: { items: [{ track: track("t0") }], total: 1 } };
  const plain = { type: "playlist", id: "p", items: [entry(track("t1"))] };
  assert.equal(column(await runOne(line(old)), "playlist_items", "item_key"), ["t0"]);
  assert.equal(column(await runOne(line(plain) + line(plain)), "playlist_items", "item_key"), ["t1"]);
  assert.is((await runOne(line({ name: "x" }) + line(page(0)), "a_b.jsonl.gz")).playlistId, "a%5Fb");
});

test("takes the total that the playlist says, else the pages', else the count", async () => {
  const total = async (...bodies: unknown[]) =>
    column(await runOne(bodies.map((body) => line(body)).join("")), "playlists", "total_items");
  assert.equal(await total({ ...playlist, items: { total: 9 } }, page(0, "t0")), ["9"]);
  assert.equal(await total(playlist, page(0, "t0")), ["3"]);
  assert.equal(await total(playlist, { items: [null, null] }), ["2"]);
});

const rawLine = 'a raw line {"url", "fetchedAt", "body"}';
const refused: [file: string, message: string][] = [
  [line(page(0, "t0")), "found an object with items, offset, total in line 1; expected the playlist's own response"],
  [line(null), "found null in line 1; expected the playlist's own response"],
  [
    line({ error: { status: 404, message: "Not found." } }),
    "found an error response (404 Not found.) in line 1; expected the playlist's own response",
  ],
  [
    line({ type: "album", id: "a" }),
    'found an object of type "album" in line 1; expected the playlist\'s own response',
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
  test(`refuses: ${message}`, async () => {
    assert.equal(await refusal(file, "x"), { code: "INVALID_RAW", message: `x: ${message}` });
  });
}

test("refuses a line that is cut off, naming it", async () => {
  const { code, message } = await refusal(whole.slice(0, -10), "x");
  assert.is(code, "INVALID_RAW");
  assert.match(
    message,
    /^x: found JSON that is broken or cut off \(\d+ characters, the last are ".*"\) in line 4; expected /,
  );
});

test.run();
