/** Small files that would exhaust time or memory are refused at once. */
import { Readable } from "node:stream";
import { createGzip, gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeTransform } from "../../transforms/transform";
import { line, refusal, runOne } from "../support/transforms/transformed";

const test = suite("transforms/bounds");
const transform = makeTransform();
const mib = 1024 * 1024;

/** A text repeated to a number of MiB after a beginning, gzipped as it is read, and how many MiB were read. */
function bomb(before: string, text: string, mebibytes: number) {
  const piece = Buffer.from(text.repeat(Math.ceil(mib / text.length)));
  let written = 0;
  function* plain() {
    yield Buffer.from(before);
    for (; written < mebibytes; written += 1) yield piece;
  }
  return { gzipped: Readable.from(plain()).pipe(createGzip({ level: 1 })), readMib: () => written };
}

const playlist = { type: "playlist", id: "p", name: "List" };
const bombs: [what: string, before: string, text: string, mebibytes: number, mostMib: number, found: RegExp][] = [
  ["100 MiB of line feeds", "", "\n", 100, 16, /^more than 1 MiB of blank bytes$/],
  ["3 GiB of spaces", "", " ", 3072, 16, /^more than 1 MiB of blank bytes$/],
  ["3 GiB of spaces after a document", '{"items":[]}\n', " ", 3072, 16, /^more than 1 MiB of blank bytes$/],
  ["3 GiB of line feeds after a raw line", line(playlist), "\n", 3072, 16, /^more than 1 MiB of blank bytes$/],
  // 256 MiB, and what the test's own compressor reads ahead: 27 MiB on Node 26.
  ["3 GiB of spaces within a document", '{"items":[', " ", 3072, 300, /^more than \d+ MiB of JSON in one piece$/],
  ["an id of 400 MiB", '{"id":"', "i", 400, 300, /^more than \d+ MiB of JSON in one piece$/],
  ["16 MiB of opening brackets", "", "[", 16, 16, /^more than 4 million objects and arrays in one piece$/],
  ["30 MiB of empty objects", '{"items":[', "{},", 30, 30, /^more than 4 million objects and arrays in one piece$/],
];

for (const [what, before, text, mebibytes, mostMib, found] of bombs) {
  test(`refuses ${what} at once`, async () => {
    const { gzipped, readMib } = bomb(before, text, mebibytes);
    try {
      await transform(gzipped, "x.gz");
      assert.unreachable();
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      assert.is(code, "INVALID_RAW", message);
      assert.match(/^x\.gz: found (.*); expected /.exec(message)?.[1] ?? message, found);
    }
    assert.ok(readMib() <= mostMib, `${readMib()} MiB were read`);
  });
}

const track = (more: object) => ({ track: { id: "t", uri: "spotify:track:t", ...more } });
const long = "x".repeat(32_769);
const longKeys: [what: string, entry: object][] = [
  ["track's id", track({ id: long })],
  ["track's URI", track({ id: null, uri: long })],
  ["original's id", track({ linked_from: { id: long } })],
  ["episode's id", track({ id: long, type: "episode" })],
  ["album's id", track({ album: { id: long } })],
  ["artist's id", track({ artists: [{ id: long }] })],
  ["local artist's name", { is_local: true, ...track({ artists: [{ name: "é".repeat(6000) }] }) }],
];

for (const [what, entry] of longKeys) {
  test(`refuses a ${what} too long to be a key`, async () => {
    const { code, message } = await refusal({ items: [entry], total: 1 }, "x.json");
    assert.is(code, "INVALID_RAW");
    assert.match(message, /^x\.json: found an id or name of 3[26]\d{3} characters; expected ids and texts as Spotify/);
  });
}

test("takes the longest keys, and texts of any length", async () => {
  const name = "n".repeat(5 * mib);
  const tables = await runOne({ items: [track({ id: long.slice(1), name })], total: 1 });
  assert.is(tables.rows.tracks, 1);
});

const longIds: [what: string, id: string, length: number][] = [
  ["of letters", "i".repeat(201), 201],
  ["that grows when it is encoded", "_".repeat(67), 201],
  ["of a megabyte", "i".repeat(mib), mib],
];

for (const [what, id, length] of longIds) {
  test(`refuses a playlist id ${what}`, async () => {
    const expected = {
      code: "INVALID_RAW",
      message: `x.json: found a playlist id of ${length} characters; expected at most 200`,
    };
    assert.equal(await refusal({ ...playlist, id, items: [] }, "x.json"), expected);
    assert.equal(await refusal(line({ ...playlist, id }), "x.json"), expected);
    assert.equal(await refusal({ [id]: { ...playlist, id: null, items: [] } }, "x.json"), expected);
  });
}

test("takes a playlist id of 200 characters, and refuses a file name of more", async () => {
  assert.is((await runOne({ ...playlist, id: "i".repeat(200), items: [] })).playlistId, "i".repeat(200));
  assert.match((await refusal([], `${"n".repeat(201)}.json`)).message, "found a playlist id of 201 characters");
});

test("takes blank lines up to 1 MiB between raw lines", async () => {
  const blank = "\n".repeat(mib / 2 - 10);
  const tables = await runOne(gzipSync(blank + line(playlist) + blank + line({ items: [null], offset: 0 })), "p");
  assert.is(tables.entries, 1);
});

test.run();
