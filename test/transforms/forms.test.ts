import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { title } from "../support/title";
import {
  allRows,
  column,
  csvText,
  entry,
  refusal,
  rowsOf,
  run,
  runOne,
  track,
} from "../support/transforms/transformed";

const test = suite("transforms/forms");

const entries = [entry(track("t")), null, { added_at: "x", track: track("u") }];
const keys = ["t", "", "u"];
const page = { href: "https://api", items: entries, limit: 50, next: null, offset: 0, previous: null, total: 3 };
const playlist = {
  type: "playlist",
  id: "p",
  uri: "spotify:playlist:p",
  name: "List",
  description: null,
  public: true,
  collaborative: false,
  followers: { href: null, total: 12 },
  owner: { id: "ann", display_name: "Ann" },
  snapshot_id: "s1",
  images: null,
};
const playlistCells = ["p", "List", "", "ann", "Ann", "true", "false", "12"];

const accepted: [what: string, form: unknown, id: string, total: string][] = [
  ["a playlist with `items`", { ...playlist, items: page }, "p", "3"],
  ["a playlist with `tracks`", { ...playlist, tracks: { ...page, total: 7 } }, "p", "7"],
  ["a playlist with both", { ...playlist, items: page, tracks: { ...page, items: [], total: 9 } }, "p", "3"],
  ["a playlist whose `items` hold no entries", { ...playlist, items: { total: 5 }, tracks: page }, "p", "5"],
  ["a playlist with plain `items`", { ...playlist, items: entries }, "p", "3"],
  ["a playlist with plain `tracks`", { ...playlist, tracks: entries }, "p", "3"],
  ["a playlist without type and snapshot id", { id: "p", items: entries }, "p", "3"],
  ["a playlist without id", { ...playlist, id: null, items: entries }, "my%5Flist", "3"],
  ["a playlist with an empty id", { ...playlist, id: "", items: entries }, "my%5Flist", "3"],
  ["a playlist whose id cannot be a file's name", { ...playlist, id: "../p", items: entries }, "%2E.%2Fp", "3"],
  ["a playlist of which `tracks` alone were asked for", { tracks: { items: entries } }, "my%5Flist", "3"],
  ["a playlist of which `items` alone were asked for", { items: { items: entries, total: 4 } }, "my%5Flist", "4"],
  ["a page", page, "my%5Flist", "3"],
  ["a page with nothing but its items", { items: entries }, "my%5Flist", "3"],
  ["a page of a longer playlist", { items: entries, total: 250 }, "my%5Flist", "250"],
  ["an array of entries", entries, "my%5Flist", "3"],
  ["an array of bare items", [track("t"), null, track("u")], "my%5Flist", "3"],
  [
    "an array of bare items without a type",
    [{ id: "t", name: "x", artists: [] }, null, { uri: "u", album: {} }],
    "my%5Flist",
    "3",
  ],
  ["a map of one playlist", { p: { ...playlist, tracks: page } }, "p", "3"],
  ["a map whose playlist has no id", { "a b": { ...playlist, id: null, tracks: page } }, "a%20b", "3"],
];

for (const [what, form, id, total] of accepted) {
  test(`takes ${what}`, async () => {
    const tables = await runOne(form, "my_list.json");
    assert.is(tables.playlistId, id);
    assert.is(tables.entries, 3);
    assert.equal(tables.itemTypes, { track: 2, episode: 0, unavailable: 1, unreadable: 0 });
    assert.equal(column(tables, "playlist_items", "playlist_id"), [id, id, id]);
    assert.equal(column(tables, "playlist_items", "position"), ["0", "1", "2"]);
    assert.equal(column(tables, "playlist_items", "item_key"), keys);
    assert.equal(column(tables, "playlists", "total_items"), [total]);
    assert.equal(column(tables, "playlists", "playlist_id"), [id]);
  });
}

test("fills the row of playlists with what is known", async () => {
  const document = await runOne({ ...playlist, items: page, images: [{ url: "https://i" }] });
  assert.equal(rowsOf(document, "playlists"), [[...playlistCells, "3", "s1", "https://i", "", "", ""]]);
  assert.equal(rowsOf(await runOne(page, "x.json"), "playlists"), [
    ["x", "", "", "", "", "", "", "", "3", "", "", "", "", ""],
  ]);
});

const p = { ...playlist, tracks: page };
const q = { ...playlist, id: "q", items: [entry(track("t"))] };
const severals: [what: string, form: unknown, skipped: string[]][] = [
  ["a map", { p, q }, []],
  [
    "a map with nulls",
    { a: null, p, q, "": null },
    ['null under "a" in place of a playlist', 'null under "" in place of a playlist'],
  ],
  ["a list", [p, q], []],
  [
    "a list with nulls",
    [null, p, null, q],
    ["null at index 0 in place of a playlist", "null at index 2 in place of a playlist"],
  ],
  ["a list under `playlists`", { playlists: [p, null, q], albums: [] }, ["null at index 1 in place of a playlist"]],
];

for (const [what, form, skipped] of severals) {
  test(`takes ${what} of playlists, each with its own tables`, async () => {
    const lines: string[] = [];
    const all = await run(form, "x.json", { onSkipped: (line) => lines.push(line) });
    assert.equal(
      all.map(({ playlistId, entries, rows }) => ({ playlistId, entries, tracks: rows.tracks })),
      [
        { playlistId: "p", entries: 3, tracks: 2 },
        { playlistId: "q", entries: 1, tracks: 1 },
      ],
    );
    assert.equal(lines, skipped);
  });
}

test("a list's playlist without id has the file's name as id, Liked Songs `liked`", async () => {
  const liked = { name: "Liked Songs", tracks: [{ added_at: "2021-03-04T05:06:07Z", track: track("t") }] };
  const all = await run({ playlists: [liked, { ...q, id: null }] }, "backup.json");
  assert.equal(
    all.map(({ playlistId }) => playlistId),
    ["liked", "backup"],
  );
});

const empty: [what: string, form: unknown, total: string][] = [
  ["array", [], "0"],
  ["page", { items: [] }, "0"],
  ["page past the end", { items: [], offset: 100, total: 100 }, "100"],
  ["playlist", { ...playlist, items: { items: [], total: 0 } }, "0"],
];

for (const [what, form, total] of empty) {
  test(`an empty ${what} is a playlist without entries`, async () => {
    const tables = await runOne(form, "p.json");
    assert.is(tables.entries, 0);
    assert.equal(Object.keys(allRows(tables)), ["playlists"]);
    assert.equal(column(tables, "playlists", "total_items"), [total]);
    assert.is(csvText(tables, "track_artists"), '"track_key","artist_position","artist_key"\n');
    assert.equal(tables.rows, {
      playlists: 1,
      playlist_items: 0,
      tracks: 0,
      track_artists: 0,
      artists: 0,
      albums: 0,
      album_artists: 0,
      episodes: 0,
      rejected_items: 0,
    });
  });
}

const offsets: [offset: unknown, first: string][] = [
  [50, "50"],
  [0, "0"],
  [undefined, "0"],
  [null, "0"],
  ["50", "0"],
  [-1, "0"],
  [1.5, "0"],
];

for (const [offset, first] of offsets) {
  test(`counts positions from ${first} if the offset is ${JSON.stringify(offset)}`, async () => {
    const tables = await runOne({ items: [entry(track("t"))], offset });
    assert.equal(column(tables, "playlist_items", "position"), [first]);
    const embedded = await runOne({ ...playlist, tracks: { items: [entry(track("t"))], offset } });
    assert.equal(column(embedded, "playlist_items", "position"), [first]);
  });
}

test("takes unreadable entries if the page is certainly Spotify's", async () => {
  assert.equal((await runOne({ items: [7], total: 1 })).itemTypes.unreadable, 1);
  assert.equal((await runOne({ ...playlist, items: [7] })).itemTypes.unreadable, 1);
  assert.equal((await runOne([7, entry(track("t"))])).itemTypes.unreadable, 1);
});

const json = JSON.stringify({ ...playlist, items: page });
const pretty = JSON.stringify({ ...playlist, items: page }, null, 2);
const sameBytes: [what: string, file: string | Uint8Array][] = [
  ["pretty-printed", pretty],
  ["pretty-printed with CRLF", pretty.replaceAll("\n", "\r\n")],
  ["with a line feed at the end", `${json}\n`],
  ["among blank lines", `\n \r\n${json}\n\n  \n`],
  ["with a byte order mark", `\ufeff${json}`],
  ["with a byte order mark and pretty-printed", `\ufeff${pretty}`],
  ["gzipped", gzipSync(json)],
  ["gzipped with a byte order mark", gzipSync(`\ufeff${pretty}`)],
  ["gzipped in two members", Buffer.concat([gzipSync(json.slice(0, 700)), gzipSync(json.slice(700))])],
];

for (const [what, file] of sameBytes) {
  test(`reads a document ${what} like a plain one`, async () => {
    const expected = await runOne(json);
    assert.equal(await runOne(file), expected);
    assert.is(expected.entries, 3);
  });
}

const accountData = [
  "Spotify's account data",
  "responses of its Web API: npx playlake import FOLDER reads account data (playlists with items, and YourLibrary.json)",
] as const;
const forms =
  "a playlist with its items, a page or an array of entries, a map of playlist id to playlist, a list of playlists, " +
  'or raw lines {"url", "fetchedAt", "body"}';
const refused: [file: unknown, found: string, expected?: string][] = [
  ["", "an empty file"],
  [" \n\ufeff\r\n", "an empty file"],
  [gzipSync(""), "an empty file"],
  ["<!DOCTYPE html>\n<html>", 'text that is not JSON: "<!DOCTYPE html>\\n<html>"'],
  [`name,artist\n${"x".repeat(99)}`, `text that is not JSON: "name,artist\\n${"x".repeat(28)}…"`],
  ['{"items": [', "JSON that is cut off after character 11"],
  ['{"items": []}}', 'broken JSON: "}" at character 14'],
  [Buffer.from("\ufeff[]", "utf16le"), "UTF-16 text", "UTF-8"],
  ["null", "null"],
  ["42", "a JSON number"],
  ['"text"', "a JSON string"],
  ["true", "a JSON boolean"],
  ["{}", "an empty object"],
  [[1, 2, 3], "a list in which nothing is an entry"],
  [[{ id: "left-pad" }], "a list in which nothing is an entry"],
  [[playlist, null, { ...playlist, id: "q" }], "a list of playlists without their items"],
  [
    { playlists: [{ name: "Mix", lastModifiedDate: "2026-01-01", items: [{ track: { trackName: "x" } }] }] },
    ...accountData,
  ],
  [{ name: "Mix", lastModifiedDate: "2026-01-01", items: [] }, ...accountData],
  [{ tracks: [{ artist: "x", album: "y", track: "z", uri: "spotify:track:t" }], bannedTracks: [] }, ...accountData],
  [
    [
      { ...playlist, items: page },
      { ...playlist, id: "q" },
    ],
    "a playlist without its items at index 1 among playlists",
  ],
  [{ playlists: [] }, "an object with playlists"],
  [{ playlists: [{ ...playlist, items: page }, 5] }, "a JSON number at index 1 among playlists"],
  [{ items: [playlist, playlist], total_count: 2 }, "a page of playlists"],
  [{ items: [null, playlist], limit: 20, offset: 0, total: 2 }, "a page of playlists"],
  [{ total_count: 1, items: [{ id: 1, name: "x" }] }, "an object with total_count, items"],
  [{ name: "left-pad", version: "1", items: ["x"] }, "an object with name, version, items"],
  [{ a: 1, b: 2, c: 3, d: 4, e: 5 }, "an object with a, b, c, d, …"],
  [{ error: { status: 404, message: "Not found." } }, "an error response (404 Not found.)"],
  [{ error: "invalid_grant" }, "an error response (invalid_grant)"],
  [playlist, "a playlist without its items"],
  [{ ...playlist, tracks: { href: "https://api", total: 3 } }, "a playlist without its items"],
  [{ type: "album", id: "a", name: "A", tracks: page }, 'an object of type "album"'],
  [{ tracks: page, artists: page }, "an object with tracks, artists"],
  [{ p: { ...playlist, items: page }, q: 5 }, 'a JSON number under "q" among playlists'],
  [{ q: { a: 1 }, p: { ...playlist, items: page } }, 'an object with a under "q" among playlists'],
  [{ p: { ...playlist, items: [] }, q: { ...playlist, items: [] } }, "playlist p twice", "each playlist once"],
  [
    `${JSON.stringify(page)}\n${JSON.stringify(page)}\n`,
    "several JSON documents, one per line",
    "one document, or raw lines as the extractor writes them",
  ],
];

for (const [file, found, expected] of refused) {
  test(title(`refuses ${found}`), async () => {
    assert.equal(await refusal(file, "x.json"), {
      code: "INVALID_RAW",
      message: `x.json: found ${found}; expected ${expected ?? forms}`,
    });
  });
}

test("a refusal is one line, whatever the file's name", async () => {
  assert.is((await refusal("{}", "a\r\nb\u0000.json")).message, `a b .json: found an empty object; expected ${forms}`);
});

test.run();
