import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  isFileOf,
  lakeKey,
  parseRawKey,
  playlistIdOfFile,
  rawKey,
  rawPrefix,
  safeId,
  statePrefix,
} from "../../transforms/keys";

const test = suite("transforms/keys");
const id = "3cEYpjA9oz9GiPac4AsH4n";

test("builds the keys of the contract", () => {
  assert.is(rawKey("2026-11-22", id), `playlists/snapshot_date=2026-11-22/${id}.jsonl.gz`);
  assert.is(lakeKey("track_artists", "2026-11-22", id), `track_artists/snapshot_date=2026-11-22/${id}.csv`);
  assert.is(lakeKey("tracks", "2024-02-29", "my%20list"), "tracks/snapshot_date=2024-02-29/my%20list.csv");
  assert.not(statePrefix.startsWith(rawPrefix));
});

test("takes its own raw keys apart, and other file names", () => {
  const folder = "playlists/snapshot_date=2026-11-22";
  assert.equal(parseRawKey(rawKey("2026-11-22", id)), { snapshotDate: "2026-11-22", fileName: `${id}.jsonl.gz` });
  assert.equal(parseRawKey(`${folder}/my list+1.json`), { snapshotDate: "2026-11-22", fileName: "my list+1.json" });
});

const foreignKeys = [
  "",
  "playlists/",
  `playlists/${id}.json`,
  "playlists/snapshot_date=2026-11-22/",
  "playlists/snapshot_date=2026-11-22/sub/a.json",
  "playlists/snapshot_date=2026-11-31/a.json",
  "playlists/snapshot_date=2026-1-2/a.json",
  "playlists/snapshot_date=/a.json",
  "state/snapshot_date=2026-11-22/a.json",
  "x/playlists/snapshot_date=2026-11-22/a.json",
];

for (const key of foreignKeys) {
  test(`takes ${JSON.stringify(key)} for no raw key`, () => assert.is(parseRawKey(key), undefined));
}

const fileNames: [fileName: string, id: string][] = [
  [`${id}.jsonl.gz`, id],
  ["a.json", "a"],
  ["a.ndjson", "a"],
  ["a.gz", "a"],
  ["a.json.gz", "a"],
  ["a.json.json", "a.json"],
  ["a.gz.json", "a.gz"],
  ["a.txt", "a.txt"],
  ["a", "a"],
  ["my_list-1.json", "my%5Flist-1"],
  [".hidden.json", "%2Ehidden"],
  ["..json", "%2E"],
  [".json", "%2Ejson"],
  [".gz", "%2Egz"],
  ["100% é/\\.json", "100%25%20%C3%A9%2F%5C"],
  ["\ud800.json", "%EF%BF%BD"],
];

for (const [fileName, expected] of fileNames) {
  test(`makes an id of the file name ${JSON.stringify(fileName)}`, () => {
    assert.is(playlistIdOfFile(fileName), expected);
    assert.ok(lakeKey("tracks", "2026-11-22", expected));
  });
}

test("leaves an id of Spotify's as it is", () => assert.is(safeId(id), id));

test("refuses dates and ids that would make a key of another kind", () => {
  for (const date of ["2026-02-30", "26-1-1", "", "../x"]) {
    assert.throws(
      () => rawKey(date, id),
      (error: Error) => error.message === `snapshot date: got "${date}", expected e.g. "2026-11-22"`,
    );
  }
  for (const bad of ["", ".", "..", "a/b", ".a", "_a", "a b"]) {
    assert.throws(
      () => lakeKey("tracks", "2026-11-22", bad),
      (error: Error) => error.message === `playlist id: got "${bad}", expected e.g. "3cEYpjA9oz9GiPac4AsH4n"`,
    );
  }
});

test("a raw object's file is its playlist's, whose id is safe already", () => {
  const cases: [fileName: string, playlistId: string, isIts: boolean][] = [
    ["p.jsonl.gz", "p", true],
    ["p.json", "p", true],
    ["a%20list.jsonl.gz", "a%20list", true],
    ["a list.jsonl.gz", "a%20list", true],
    ["q.jsonl.gz", "p", false],
    ["p.x.gz", "p", false],
  ];
  for (const [fileName, playlistId, isIts] of cases) assert.is(isFileOf(fileName, playlistId), isIts, fileName);
});

test.run();
