/** Irregular entries that Spotify is known to serve, by their numbers in the list of the facts, with all their rows. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { gives, itemOf, together, trackRows } from "../support/transforms/irregularRows";
import { allRows, entry, run, runOne, track } from "../support/transforms/transformed";

const test = suite("transforms/irregular");

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

test("2: a null playlist costs only itself", async () => {
  const skipped: string[] = [];
  const playlist = { type: "playlist", id: "p", tracks: [] };
  const all = await run({ p: playlist, q: null }, "x.json", { onSkipped: (line) => skipped.push(line) });
  assert.equal(
    all.map(({ playlistId }) => playlistId),
    ["p"],
  );
  assert.equal(skipped, ['null under "q" in place of a playlist']);
});

test("5: the same entry twice is two rows that differ in position, and one track", async () => {
  await gives([entry(track("t")), entry(track("t"))], {
    playlist_items: [itemOf(0, "t", "track"), itemOf(1, "t", "track")],
    ...trackRows("t"),
  });
});

test("6: the time of an addition can be missing or odd, and stays as served", async () => {
  const times: [addedAt: unknown, cell: string][] = [
    ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"],
    [null, ""],
    [undefined, ""],
    ["0000", "0000"],
    [{}, ""],
  ];
  await gives(
    times.map(([addedAt]) => entry(track("t"), { added_at: addedAt })),
    {
      playlist_items: times.map(([, cell], position) => itemOf(position, "t", "track", "false", cell)),
      ...trackRows("t"),
    },
  );
});

test("7: the user who added an entry can be missing", async () => {
  const nobody = [null, undefined, { id: "", uri: "spotify:user:" }, { id: [] }, 7];
  await gives(
    nobody.map((by) => entry(track("t"), { added_by: by })),
    {
      playlist_items: nobody.map((_, position) => itemOf(position, "t", "track").with(6, "")),
      ...trackRows("t"),
    },
  );
});

test("8: a tombstone is a track with an id and without a name", async () => {
  const tombstone = track("t", { name: "", duration_ms: 0 });
  const album = { ...(tombstone.album as object), name: "", release_date: "0000", release_date_precision: "year" };
  await gives([entry({ ...tombstone, album })], {
    playlist_items: [itemOf(0, "t", "track")],
    ...trackRows("t", { 3: "", 7: "0" }, { 2: "", 4: "0000", 5: "year" }),
  });
});

test("9: a release date keeps its precision", async () => {
  const dates = [
    ["1962", "year"],
    ["1962-02", "month"],
    ["1962-02-01", "day"],
  ] as const;
  const released = dates.map(([date, precision]) => {
    const { album, ...rest } = track(precision);
    return entry({ ...rest, album: { ...(album as object), release_date: date, release_date_precision: precision } });
  });
  await gives(
    released,
    together(
      ...dates.map(([date, precision], position) => ({
        playlist_items: [itemOf(position, precision, "track")],
        ...trackRows(precision, {}, { 4: date, 5: precision }),
      })),
    ),
  );
});

test("12: an object or array in place of a plain value counts as missing", async () => {
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

test("13: a relinked track has the original's id as key, and its own beside it", async () => {
  const relinked = (id: string) => entry(track(id, { linked_from: { id: "original", uri: "spotify:track:original" } }));
  const rows = trackRows("t", { 0: "original", 12: "original" });
  await gives([relinked("t")], {
    playlist_items: [itemOf(0, "original", "track")],
    ...rows,
    track_artists: [["original", "0", "rt"]],
  });
  await gives([entry(track("t", { linked_from: { id: "", uri: "" } })), entry(track("u", { linked_from: {} }))], {
    playlist_items: [itemOf(0, "t", "track"), itemOf(1, "u", "track")],
    ...together(trackRows("t"), trackRows("u")),
  });
});

test("14: a boolean `track` is not an item", async () => {
  const bare = track("t", { track: true, episode: false });
  await gives([entry(track("t"), { track: true, primary_color: null, video_thumbnail: { url: null } }), bare], {
    playlist_items: [itemOf(0, "t", "track"), ["list", "1", "t", "track", "false", "", ""]],
    ...trackRows("t"),
  });
});

test("15: the first image is taken, whatever its size; HTML stays", async () => {
  const images = [
    { url: "https://one", height: null, width: null },
    { url: "https://two", height: 640, width: 640 },
  ];
  const playlist = { type: "playlist", id: "p", description: 'a &amp; <a href="x">b</a>', images, items: [] };
  const rows = allRows(await runOne(playlist));
  const row = ["p", "", 'a &amp; <a href="x">b</a>', "", "", "", "", "", "0", "", "https://one", "", "", ""];
  assert.equal(rows, { playlists: [row] });
  const withoutImage = { ...playlist, images: [null, { url: "https://two" }] };
  assert.equal(allRows(await runOne(withoutImage)), { playlists: [row.with(10, "")] });
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
  const isShown = (name: string) => name.replace("\r\n\n", " ");
  await gives(
    names.map((name, index) => {
      const named = track(`${index}`, { name, artists: [{ id: `r${index}`, uri: `spotify:artist:r${index}`, name }] });
      return entry({ ...named, album: { ...(named.album as object), name } });
    }),
    together(
      ...names.map((name, index) => {
        const key = `${index}`;
        const rows = trackRows(key, { 3: isShown(name) }, { 2: isShown(name) });
        return {
          playlist_items: [itemOf(index, key, "track")],
          ...rows,
          artists: rows.artists!.map((row) => row.with(2, isShown(name))),
        };
      }),
    ),
  );
});

test("each number has its test", () => {
  const files = readdirSync(__dirname).filter((name) => /^irregular.*\.test\.ts$/.test(name));
  const texts = files.map((name) => readFileSync(join(__dirname, name), "utf8"));
  const numbers = texts.flatMap((text) => [...text.matchAll(/^test\("(\d+): /gm)].map(([, number]) => Number(number)));
  assert.equal(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
});

test.run();
