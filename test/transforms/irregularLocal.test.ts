/** Local files, numbers 3 and 4 of the irregular entries that Spotify is known to serve. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { gives, itemOf } from "../support/transforms/irregularRows";
import { allRows, entry, runOne } from "../support/transforms/transformed";

const test = suite("transforms/irregularLocal");

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

test("3: a local file is a track whose artist and album are identified by name", async () => {
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

test("a file is local if its entry, item or URI marks it as local", async () => {
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
  const position = (index: number, uri: string) => itemOf(index, uri, "track", "true");
  const trackRow = (uri: string, albumKey: string) => {
    return [uri, "", uri, "One", albumKey, "0", "0", "185000", "false", "true", "0", "", ""];
  };
  const [both, noArtist, many] = ["local:album:A%2C%20B:", "local:album::Demo", "local:album:%7CC%7CD:x%3Ay"] as const;
  await gives(
    [
      named(["A, B"], "", "l1"),
      named([""], "Demo", "l2"),
      named(["", "C|D"], "x:y", "l3"),
      named([""], "", "l4"),
      named([], "", "l5"),
    ],
    {
      playlist_items: ["l1", "l2", "l3", "l4", "l5"].map((uri, index) => position(index, uri)),
      tracks: [
        trackRow("l1", both),
        trackRow("l2", noArtist),
        trackRow("l3", many),
        trackRow("l4", ""),
        trackRow("l5", ""),
      ],
      track_artists: [
        ["l1", "0", "local:artist:A%2C%20B"],
        ["l3", "1", "local:artist:C%7CD"],
      ],
      artists: [
        ["local:artist:A%2C%20B", "", "A, B", ""],
        ["local:artist:C%7CD", "", "C|D", ""],
      ],
      albums: [
        [both, "", "", "", "", "", "", ""],
        [noArtist, "", "Demo", "", "", "", "", ""],
        [many, "", "x:y", "", "", "", "", ""],
      ],
    },
  );
});

test.run();
