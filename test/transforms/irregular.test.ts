/** Irregular entries that Spotify is known to serve, by their numbers in the list of the facts, with all their rows. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { gives, itemOf, trackRows } from "./irregularRows";
import { allRows, entry, refusal, runOne, track } from "./run";

const test = suite("transforms/irregular entries");

test("1: an item that is null is an entry without its item", async () => {
  const added = { added_at: "2021-03-04T05:06:07Z", added_by: { id: "" } };
  const row = (position: number) => ["list", `${position}`, "", "unavailable", "false", "2021-03-04T05:06:07Z", ""];
  await gives(
    [{ ...added, item: null }, { ...added, track: null }, { ...added, item: null, track: null }, added, null],
    {
      playlist_items: [row(0), row(1), row(2), row(3), ["list", "4", "", "unavailable", "false", "", ""]],
    },
  );
});

test("2: a null playlist can't be filed", async () => {
  const playlist = { type: "playlist", id: "p", tracks: [] };
  assert.match((await refusal({ p: playlist, q: null })).message, 'found a map of playlists with null under "q"');
});

test("5: the same entry twice is two rows that differ in position, and one track", async () => {
  await gives([entry(track("t")), entry(track("t"))], {
    playlist_items: [itemOf(0, "t", "track"), itemOf(1, "t", "track")],
    ...trackRows("t"),
  });
});

test("6, 7: odd dates stay as served; who added may be missing", async () => {
  const added = (at: unknown, by: unknown) => entry(track("t"), { added_at: at, added_by: by });
  await gives(
    [
      added("1970-01-01T00:00:00Z", null),
      added(null, { id: "", uri: "spotify:user:" }),
      added({}, { id: [] }),
      added("0000", 7),
    ],
    {
      playlist_items: [
        ["list", "0", "t", "track", "false", "1970-01-01T00:00:00Z", ""],
        ["list", "1", "t", "track", "false", "", ""],
        ["list", "2", "t", "track", "false", "", ""],
        ["list", "3", "t", "track", "false", "0000", ""],
      ],
      ...trackRows("t"),
    },
  );
});

test("8, 9: tombstones and dates of any precision stay as served", async () => {
  const released = (id: string, date: string, precision: string) => ({
    ...track(id, { name: "", duration_ms: 0 }),
    album: { id: `a${id}`, name: "", release_date: date, release_date_precision: precision },
  });
  const rows = allRows(
    await runOne({
      items: [
        entry(released("1", "0000", "year")),
        entry(released("2", "1962", "year")),
        entry(released("3", "1962-02", "month")),
        entry(released("4", "1962-02-01", "day")),
      ],
    }),
  );
  assert.equal(
    rows.tracks?.map((row) => [row[0], row[3], row[7]]),
    [
      ["1", "", "0"],
      ["2", "", "0"],
      ["3", "", "0"],
      ["4", "", "0"],
    ],
  );
  assert.equal(rows.albums, [
    ["a1", "a1", "", "", "0000", "year", "", ""],
    ["a2", "a2", "", "", "1962", "year", "", ""],
    ["a3", "a3", "", "", "1962-02", "month", "", ""],
    ["a4", "a4", "", "", "1962-02-01", "day", "", ""],
  ]);
});

test("12: something structured where a plain value belongs counts as missing", async () => {
  const item = track("t", {
    duration_ms: { totalMilliseconds: 1 },
    track_number: [2],
    external_ids: "x",
    explicit: null,
  });
  await gives([entry(item)], {
    playlist_items: [itemOf(0, "t", "track")],
    ...trackRows("t", { 6: "", 7: "", 8: "", 11: "" }),
  });
});

test("13: a relinked track keeps its own id, and the original's beside it", async () => {
  await gives([entry(track("t", { linked_from: { id: "original", uri: "spotify:track:original" } }))], {
    playlist_items: [itemOf(0, "t", "track")],
    ...trackRows("t", { 12: "original" }),
  });
});

test("14: a boolean `track` is no item", async () => {
  const bare = track("t", { track: true, episode: false });
  await gives([entry(track("t"), { track: true, primary_color: null, video_thumbnail: { url: null } }), bare], {
    playlist_items: [itemOf(0, "t", "track"), ["list", "1", "t", "track", "false", "", ""]],
    ...trackRows("t"),
  });
});

test("15: of several images the first is taken, be its size null; HTML stays as it is", async () => {
  const images = [
    { url: "https://one", height: null, width: null },
    { url: "https://two", height: 640, width: 640 },
  ];
  const playlist = { type: "playlist", id: "p", description: 'a &amp; <a href="x">b</a>', images, items: [] };
  const rows = allRows(await runOne(playlist));
  assert.equal(rows.playlists, [
    ["p", "", 'a &amp; <a href="x">b</a>', "", "", "", "", "", "0", "", "https://one", "", "", ""],
  ]);
  const withoutImage = { ...playlist, images: [null, { url: "https://two" }] };
  assert.is(allRows(await runOne(withoutImage)).playlists?.[0]?.[10], "");
});

test("16: names of any kind come back as they were", async () => {
  const names = [
    "Tyler, The Creator",
    'say "hi"',
    "C:\\temp\\",
    "a\r\n\nb",
    "🎧🏳️‍🌈",
    "שלום עולם\u200f",
    "\ufeffx",
    " ",
  ];
  const rows = allRows(await runOne({ items: names.map((name, index) => entry(track(`${index}`, { name }))) }));
  assert.equal(
    rows.tracks?.map((row) => row[3]),
    names.with(3, "a b"),
  );
});

test.run();
