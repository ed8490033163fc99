/** Each irregular entry that Spotify is known to serve, by its number in the list of the facts, with all rows it gives. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { TableName } from "../../transforms/schema";
import type { SerdeRow } from "../support/openCsvSerde";
import { allRows, entry, refusal, runOne, track } from "./run";

const test = suite("transforms/irregular entries");

type Rows = Partial<Record<TableName, SerdeRow[]>>;

const itemOf = (position: number, key: string, type: string, isLocal = "false", added = "2021-03-04T05:06:07Z") => [
  "list",
  `${position}`,
  key,
  type,
  isLocal,
  added,
  "ann",
];

/** The rows of the track that `track(id)` makes, with `cells` in place of some of the track's own. */
function trackRows(id: string, cells: Record<number, string> = {}): Rows {
  const row = [
    id,
    id,
    `spotify:track:${id}`,
    `Track ${id}`,
    `a${id}`,
    "1",
    "2",
    "180000",
    "false",
    "false",
    "",
    `ISRC${id}`,
    "",
  ];
  const artistKey = `r${id}`;
  return {
    tracks: [row.map((cell, index) => cells[index] ?? cell)],
    track_artists: [[id, "0", artistKey]],
    artists: [[artistKey, artistKey, `Artist ${artistKey}`, `spotify:artist:${artistKey}`]],
    albums: [[`a${id}`, `a${id}`, `Album ${id}`, "album", "1999-12-31", "day", "9", `https://i.scdn.co/${id}`]],
    album_artists: [[`a${id}`, "0", artistKey]],
  };
}

/** Transforms a page of these entries and holds every row but that of `playlists` to `expected`. */
async function gives(entries: unknown[], expected: Rows): Promise<void> {
  const { playlists, ...rows } = allRows(await runOne({ items: entries }, "list.json"));
  assert.equal(
    playlists?.map((row) => row[8]),
    [`${entries.length}`],
  );
  assert.equal(rows, expected);
}

const localTrack = {
  type: "track",
  id: null,
  href: null,
  uri: "spotify:local:Ann+%26+Bob:Demo:One:185",
  name: "One",
  is_local: true,
  explicit: false,
  disc_number: 0,
  track_number: 0,
  duration_ms: 185000,
  popularity: 0,
  external_ids: {},
  artists: [{ type: "artist", id: null, href: null, uri: null, name: "Ann & Bob" }],
  album: {
    type: "album",
    id: null,
    href: null,
    uri: null,
    name: "Demo",
    album_type: null,
    release_date: null,
    release_date_precision: null,
    images: [],
    artists: [],
  },
};

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

test("3: a local file is a track, its artist and album are known by their names", async () => {
  await gives([entry(localTrack, { is_local: true })], {
    playlist_items: [itemOf(0, localTrack.uri, "track", "true")],
    tracks: [
      [
        localTrack.uri,
        "",
        localTrack.uri,
        "One",
        "local:album:Ann%20%26%20Bob:Demo",
        "0",
        "0",
        "185000",
        "false",
        "true",
        "0",
        "",
        "",
      ],
    ],
    track_artists: [[localTrack.uri, "0", "local:artist:Ann%20%26%20Bob"]],
    artists: [["local:artist:Ann%20%26%20Bob", "", "Ann & Bob", ""]],
    albums: [["local:album:Ann%20%26%20Bob:Demo", "", "Demo", "", "", "", "", ""]],
  });
});

test("3: a local file is one where entry, item or URI says so", async () => {
  const silent = { ...localTrack, is_local: undefined };
  const plain = entry(silent, { is_local: undefined });
  const byEntry = entry({ ...silent, uri: "x" }, { is_local: true });
  const byItem = entry({ ...silent, uri: "y", is_local: true }, { is_local: false });
  const rows = allRows(await runOne([plain, byEntry, byItem], "list.json"));
  assert.equal(
    rows.playlist_items?.map((row) => row[4]),
    ["true", "true", "true"],
  );
  assert.equal(
    rows.tracks?.map((row) => row[9]),
    ["true", "true", "true"],
  );
});

test("4: local artists in one name stay one; empty names make no key and no row", async () => {
  const named = (artists: string[], album: string, uri: string) =>
    entry({
      ...localTrack,
      uri,
      artists: artists.map((name) => ({ id: null, name })),
      album: { ...localTrack.album, name: album },
    });
  const rows = allRows(
    await runOne(
      [
        named(["A, B"], "", "l1"),
        named([""], "Demo", "l2"),
        named(["", "C|D"], "x:y", "l3"),
        named([""], "", "l4"),
        named([], "", "l5"),
      ],
      "list.json",
    ),
  );
  assert.equal(
    rows.tracks?.map((row) => row[4]),
    ["local:album:A%2C%20B:", "local:album::Demo", "local:album:%7CC%7CD:x%3Ay", "", ""],
  );
  assert.equal(
    rows.albums?.map((row) => row[0]),
    ["local:album:A%2C%20B:", "local:album::Demo", "local:album:%7CC%7CD:x%3Ay"],
  );
  assert.equal(rows.track_artists, [
    ["l1", "0", "local:artist:A%2C%20B"],
    ["l3", "1", "local:artist:C%7CD"],
  ]);
  assert.equal(
    rows.artists?.map((row) => row[2]),
    ["A, B", "C|D"],
  );
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

test("10: an episode goes to episodes alone", async () => {
  const episode = {
    type: "episode",
    id: "e",
    uri: "spotify:episode:e",
    name: "Talk",
    release_date: "2022-05-18",
    release_date_precision: "day",
    duration_ms: 2249560,
    explicit: true,
    track: false,
    episode: true,
    show: { id: "s", name: "Show", publisher: "Pub" },
  };
  await gives([entry(episode), { ...entry(undefined), track: episode }], {
    playlist_items: [itemOf(0, "e", "episode"), itemOf(1, "e", "episode")],
    episodes: [["e", "e", "spotify:episode:e", "Talk", "s", "Show", "Pub", "2022-05-18", "day", "2249560", "true"]],
  });
});

test("11: an episode in the shape of a track takes its show's name from the album", async () => {
  const shaped = (id: string, more: object) => ({
    ...track(id, more),
    album: { type: "show", id: "s", name: "Show", artists: [{ id: null, name: null }] },
    artists: [{ type: "artist", id: null, name: null }],
  });
  await gives([entry(shaped("e", { type: "episode" })), entry(shaped("f", { type: "track", episode: true }))], {
    playlist_items: [itemOf(0, "e", "episode"), itemOf(1, "f", "episode")],
    episodes: [
      ["e", "e", "spotify:track:e", "Track e", "", "Show", "", "", "", "180000", "false"],
      ["f", "f", "spotify:track:f", "Track f", "", "Show", "", "", "", "180000", "false"],
    ],
  });
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
