import { suite } from "uvu";
import * as assert from "uvu/assert";
import { title } from "../support/title";
import { allRows, artist, entry, runOne, track } from "../support/transforms/transformed";

const test = suite("transforms/entries");

const unreadable: [served: unknown, reason: string][] = [
  [7, "entry is a number"],
  ["spotify:track:x", "entry is a string"],
  [false, "entry is a boolean"],
  [[track("x")], "entry is an array"],
  [{}, "entry without an item"],
  [{ track: true }, "entry without an item"],
  [{ type: "playlist", id: "p", uri: "spotify:playlist:p" }, "entry without an item"],
  [entry({}), "item without id and uri"],
  [entry({ type: "track", id: "", uri: "", name: "x" }), "item without id and uri"],
  [entry({ id: {}, uri: [] }), "item without id and uri"],
  [entry("spotify:track:x"), "item is not an object"],
  [entry([]), "item is not an object"],
  [entry(false), "item is not an object"],
  [{ type: "episode", name: "x" }, "item without id and uri"],
];

for (const [served, reason] of unreadable) {
  test(title(`rejected alone: ${JSON.stringify(served)}`), async () => {
    const { playlist_items, rejected_items, tracks } = allRows(
      await runOne({ items: [entry(track("t")), served, entry(track("u"))] }, "list.json"),
    );
    assert.equal(
      playlist_items?.map((row) => [row[1], row[2], row[3]]),
      [
        ["0", "t", "track"],
        ["1", "", "unreadable"],
        ["2", "u", "track"],
      ],
    );
    assert.equal(
      tracks?.map((row) => row[0]),
      ["t", "u"],
    );
    assert.equal(rejected_items, [["list", "1", reason, JSON.stringify(served)]]);
  });
}

test("keeps the other fields of an unreadable entry", async () => {
  const served = entry({ is_local: true });
  assert.equal(allRows(await runOne([served], "list.json")).playlist_items, [
    ["list", "0", "", "unreadable", "true", "2021-03-04T05:06:07Z", "ann"],
  ]);
});

test("prefers `item` and ids, and leaves a gap for an artist without a key", async () => {
  const withUri = track("t", {
    id: null,
    artists: [null, { name: "x" }, artist("r"), { id: "", uri: "spotify:artist:q" }],
  });
  const { tracks, track_artists } = allRows(await runOne([{ ...entry(withUri), track: track("u") }]));
  assert.equal(
    tracks?.map((row) => [row[0], row[1]]),
    [["spotify:track:t", ""]],
  );
  assert.equal(track_artists, [
    ["spotify:track:t", "2", "r"],
    ["spotify:track:t", "3", "spotify:artist:q"],
  ]);
});

test("holds each key once, as first served, over all pages' entries", async () => {
  const later = track("t", {
    name: "Later",
    artists: [artist("r2"), artist("rt")],
    album: { id: "a2", name: "Other" },
  });
  const rows = allRows(await runOne([entry(track("t")), entry(later)]));
  assert.equal(
    rows.tracks?.map((row) => [row[0], row[3], row[4]]),
    [["t", "Track t", "at"]],
  );
  assert.equal(rows.track_artists, [["t", "0", "rt"]]);
  assert.equal(
    rows.artists?.map((row) => row[0]),
    ["rt", "r2"],
  );
  assert.equal(
    rows.albums?.map((row) => row[0]),
    ["at", "a2"],
  );
});

test.run();
