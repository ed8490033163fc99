import { suite } from "uvu";
import * as assert from "uvu/assert";
import { select } from "../../../emulator/athena/values";
import type { LakeSql } from "../../../lake";
import { listOn, otherReleases, withEarlierItems } from "../../../operations/restore/oldList";
import { type TableName, tableNames } from "../../../transforms/schema";
import { duckdbWith } from "../../support/queries/duckdb";
import type { Lake } from "../../support/queries/lake";

const test = suite("operations/restore/oldList");

let history: Awaited<ReturnType<typeof duckdbWith>>;
let lake: LakeSql;

async function put(table: TableName, snapshot_date: string, rows: readonly Record<string, string>[]): Promise<void> {
  for (const row of rows) {
    const cells = Object.entries({ ...row, snapshot_date }).map(([name, value]) => `'${value}' as ${name}`);
    await history.connection.run(`insert into csv_${table} by name select ${cells.join(", ")}`);
  }
}

const item = (position: number, item_type: string, item_key: string, added_at = "", is_local = "false") => {
  return { playlist_id: "list", position: String(position), item_type, item_key, added_at, is_local };
};
const [early, later, latest] = ["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z", "2020-01-03T00:00:00Z"];

test.before(async () => {
  const empty = Object.fromEntries(tableNames.map((table) => [table, []])) as unknown as Lake;
  history = await duckdbWith(empty);
  lake = {
    query: (sql: string, values?: readonly string[]) => select(history.connection, sql, values),
  } as Partial<LakeSql> as LakeSql;
  await put("playlists", "2026-11-01", [{ playlist_id: "list", name: "Old name" }]);
  await put("playlist_items", "2026-11-01", [
    item(0, "track", "a"),
    item(1, "track", "spotify:local:x", "", "true"),
    item(2, "episode", "e"),
    item(3, "unavailable", "", early),
    item(4, "track", "dead"),
    item(5, "track", "a", later),
    item(6, "unavailable", "", latest),
  ]);
  await put("playlist_items", "2026-10-01", [
    item(0, "track", "b", early),
    item(1, "track", "a", later),
    // Two entries were added at the same time, so it is not known which of them the later one is.
    item(2, "track", "a2", latest),
    item(3, "track", "b", latest),
  ]);
  await put("tracks", "2026-11-01", [
    { track_key: "a", name: "A", isrc: "I1" },
    { track_key: "spotify:local:x", name: "", is_local: "true" },
    { track_key: "dead", name: "", isrc: "" },
    { track_key: "a2", name: "A, again", isrc: "I1", album_key: "best" },
    { track_key: "b", name: "B", isrc: "I3" },
  ]);
  await put("episodes", "2026-11-01", [{ episode_key: "e", name: "E", show_name: "Show" }]);
  await put("playlists", "2026-11-02", [{ playlist_id: "list", name: "Empty" }]);
  // The ISRC is known from a day on which the track was there.
  await put("tracks", "2026-10-01", [{ track_key: "dead", name: "Dead", isrc: "I2" }]);
  await put("tracks", "2026-11-05", [
    { track_key: "dead2", name: "Dead, elsewhere", isrc: "I2" },
    { track_key: "dead3", name: "", isrc: "I2" },
    { track_key: "a1", name: "A, later", isrc: "I1", album_key: "single" },
  ]);
  await put("track_artists", "2026-11-05", [{ track_key: "a1", artist_key: "who", artist_position: "0" }]);
  await put("artists", "2026-11-05", [{ artist_key: "who", name: "Who" }]);
  await put("albums", "2026-11-05", [{ album_key: "single", name: "Single" }]);
});

test.after(() => history.close());

const track = (id: string) => `spotify:track:${id}`;
const isTakenDown = false;

test("the list of a day has every entry in order, with its URI and name", async () => {
  assert.equal(await listOn(lake, "list", "2026-11-01"), {
    name: "Old name",
    day: "2026-11-01",
    entries: [
      { uri: track("a"), name: "A", by: "", isTakenDown },
      { uri: "spotify:local:x", name: "", by: "", isTakenDown },
      { uri: "spotify:episode:e", name: "E", by: "Show", isTakenDown },
      { uri: "unavailable", name: "", by: "", isTakenDown },
      { uri: track("dead"), name: "", by: "", isTakenDown: true },
      { uri: track("a"), name: "A", by: "", isTakenDown },
      { uri: "unavailable", name: "", by: "", isTakenDown },
    ].map((entry, position) => ({ position, ...entry })),
  });
});

test("a day without a snapshot has the list of the last one before it", async () => {
  assert.equal(await listOn(lake, "list", "2026-12-24"), { name: "Empty", day: "2026-11-02", entries: [] });
  assert.is(await listOn(lake, "list", "2026-10-31"), undefined);
});

test("an entry without an item is what it was earlier, if its added_at is unique", async () => {
  const list = (await listOn(lake, "list", "2026-11-01"))!;
  const { entries } = await withEarlierItems(lake, "list", list);
  assert.equal(
    entries.map(({ was }) => was),
    [undefined, undefined, undefined, { uri: track("b"), name: "B", by: "" }, undefined, undefined, undefined],
  );
});

test("of other releases with the ISRC, the last one seen with a name is offered", async () => {
  const later = { uri: track("a1"), name: "A, later", by: "Who", album: "Single", lastDay: "2026-11-05" };
  assert.equal([...(await otherReleases(lake, "list"))].sort(), [
    [track("a"), later],
    [track("a2"), later],
    [track("dead"), { uri: track("dead2"), name: "Dead, elsewhere", by: "", album: "", lastDay: "2026-11-05" }],
  ]);
});

test.run();
