import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  changeCounts,
  changeLines,
  dailyChanges,
  duplicateColumns,
  entryColumns,
  entryName,
  type Paper,
  playlistColumns,
  stayColumns,
  table,
} from "../../../cli/history/print";
import type { Row } from "../../../lake/askNamed";

const test = suite("cli/history/print");

const plain: Paper = { columns: undefined, hasColours: false };

/** Rows of an answer; a missing column is null. */
function answer(columns: string, ...rows: Row[]): Row[] {
  const nulls = Object.fromEntries(columns.split(" ").map((name) => [name, null]));
  return rows.map((row) => ({ ...nulls, ...row }));
}

const none = { name: null, artists: null, item_key: null, is_local: false };

const names: [row: Record<string, unknown>, name: string][] = [
  [{ item_type: "track", item_key: "k", name: "Song", is_local: false }, "Song"],
  [{ item_type: "track", item_key: "spotify:local:a", name: "Memo", is_local: true }, "Memo (local file)"],
  [{ item_type: "track", item_key: "spotify:local:a", name: "Memo" }, "Memo (local file)"],
  [{ item_type: "episode", item_key: "e", name: "Pier", is_local: false }, "Pier (episode)"],
  [{ item_type: "track", item_key: "k", name: null, is_local: false }, "(unavailable) k"],
  [{ ...none, item_type: "unavailable" }, "(unavailable)"],
  [{ ...none, item_type: "unreadable" }, "(unreadable)"],
];

test("gone playlists are listed with their last day, nameless ones by their id", async () => {
  const columns = "playlist playlist_id entries last_change first_date last_date";
  const [now, gone] = [
    { playlist: "Now", playlist_id: "a", entries: 5n, first_date: "2026-11-01", last_date: "2026-11-03" },
    { playlist_id: "b", entries: 12n, last_change: "2026-11-02", first_date: "2026-11-01", last_date: "2026-11-02" },
  ];
  const shown = (...rows: Row[]) => table(rows, playlistColumns(rows), plain);

  assert.is(
    await shown(...answer(columns, now, gone)),
    [
      "playlist  entries  last change  since       until       id",
      "────────  ───────  ───────────  ──────────  ──────────  ──",
      "Now             5  never        2026-11-01  now         a",
      "b              12  2026-11-02   2026-11-01  2026-11-02  b",
      "",
    ].join("\n"),
  );
  assert.is((await shown(...answer(columns, now))).split("\n")[0], "playlist  entries  last change  since       id");
});

test("an entry is called by its name, and its kind if it is not a plain track", () => {
  for (const [row, name] of names) assert.is(entryName(row), name);
});

const changes = [
  { snapshot_date: "2026-11-04", previous_date: "2026-11-02", change: "came", place: 3n, item_type: "track" },
  { snapshot_date: "2026-11-04", previous_date: "2026-11-02", change: "went", previous_place: 9n, item_type: "track" },
  { snapshot_date: "2026-11-02", previous_date: "2026-11-01", change: "moved", item_type: "track" },
].map((row, i) => ({ ...row, item_key: `k${i}`, name: `Song ${i}`, artists: i === 1 ? null : "One, Two" }));
const moved = { ...changes[2]!, previous_place: 3n, place: 7n };

test("changes are listed by day, with places and the days that were missed", async () => {
  const text = await dailyChanges([changes[0]!, changes[1]!, moved], plain);
  assert.is(
    text,
    [
      "2026-11-04  1 came, 1 went, since the snapshot of 2026-11-02",
      "  + Song 0 · One, Two, at 3",
      "  - Song 1, was at 9",
      "",
      "2026-11-02  1 moved",
      "  ~ Song 2 · One, Two, moved from 3 to 7",
      "",
    ].join("\n"),
  );
});

test("a song that became unavailable or can be played again is one line", async () => {
  const song = { item_type: "track", item_key: "k", name: "Song", artists: "One" };
  const rows = [
    { ...song, change: "lost", previous_place: 3n, place: null },
    { ...none, item_type: "unavailable", change: "lost", previous_place: null, place: 5n },
    { ...song, change: "back", previous_place: null, place: 4n },
    { ...song, change: "back", previous_place: null, place: null },
  ];
  assert.equal((await changeLines(rows, plain)).split("\n"), [
    "  x Song · One, became unavailable at 3",
    "  x (one of those that went), became unavailable at 5",
    "  = Song · One, can be played again at 4",
    "  = Song · One, can be played again",
    "",
  ]);
  assert.is(changeCounts(rows), "2 became unavailable, 2 can be played again");
});

test("a line is cut before its place, by columns of the terminal", async () => {
  const rows = [
    { ...moved, name: "漢字".repeat(20) },
    { ...moved, name: "x".repeat(200) },
  ];
  const text = await changeLines(rows, { columns: 40, hasColours: false });
  assert.equal(text.split("\n"), [
    "  ~ 漢字漢字漢字漢字…, moved from 3 to 7",
    "  ~ xxxxxxxxxxxxxxxx…, moved from 3 to 7",
    "",
  ]);
});

test("control characters do not reach the terminal", async () => {
  const text = await changeLines([{ ...moved, name: "a\u001b[31mb\nc\u202ed" }], plain);
  assert.is(text, "  ~ a [31mb c d · One, Two, moved from 3 to 7\n");
});

test("colours are printed only on a terminal that takes them", async () => {
  const coloured = await dailyChanges([changes[0]!], { columns: 80, hasColours: true });
  assert.is(
    coloured,
    "\x1b[1m2026-11-04\x1b[0m  1 came, since the snapshot of 2026-11-02\n\x1b[32m  + Song 0 · One, Two, at 3\x1b[0m\n",
  );
  assert.is((await dailyChanges(changes, plain)).includes("\x1b"), false);
});

test("changes are counted by kind", () => {
  assert.is(changeCounts([...changes, moved]), "1 came, 1 went, 2 moved");
  assert.is(changeCounts([]), "");
});

const entries = answer(
  "place name artists album added_at item_type item_key is_local",
  {
    place: 1n,
    name: "Song",
    artists: "One",
    album: "LP",
    added_at: "2020-01-02 03:04:05.000",
    item_type: "track",
    item_key: "k",
  },
  { place: 12n, item_type: "unavailable" },
);

test("the entries of a list have places from 1 and days, and albums if they fit", async () => {
  assert.is(
    await table(entries, entryColumns(plain), plain),
    [
      " #  name           artists  album  added",
      "──  ─────────────  ───────  ─────  ──────────",
      " 1  Song           One      LP     2020-01-02",
      "12  (unavailable)",
      "",
    ].join("\n"),
  );
  const narrow: Paper = { columns: 80, hasColours: false };
  assert.is((await table(entries, entryColumns(narrow), narrow)).includes("album"), false);
});

test("a stay that goes on lasts until now, or until its playlist was last stored", async () => {
  const stay = { name: "S", from_date: "2026-11-01", item_key: "k", newest_date: "2026-11-03" };
  const stays = answer(
    "name artists playlist from_date to_date is_current item_type item_key newest_date",
    { ...stay, playlist: "P", to_date: "2026-11-02", is_current: false },
    { ...stay, playlist: "Q", to_date: "2026-11-03", is_current: true },
    { ...stay, playlist: "R", to_date: "2026-11-02", is_current: true },
  );
  assert.is(
    await table(stays, stayColumns, plain),
    [
      "name  artists  playlist  from        until",
      "────  ───────  ────────  ──────────  ────────────────────────",
      "S              P         2026-11-01  2026-11-02",
      "S              Q         2026-11-01  now",
      "S              R         2026-11-01  2026-11-02 (last stored)",
      "",
    ].join("\n"),
  );
});

test("duplicates name their playlist only if there are several", async () => {
  const rows = answer("playlist place name artists album reason item_type item_key", {
    ...{ playlist: "P", place: 3n, name: "S", artists: "A", album: "LP", reason: "same recording", item_key: "k" },
  });
  const lines = (withPlaylist: boolean) =>
    table(rows, duplicateColumns(withPlaylist), plain).then((text) => text.split("\n")[2]);
  assert.is(await lines(true), "P         3  S     A        LP     recording");
  assert.is(await lines(false), "3  S     A        LP     recording");
});

test.run();
