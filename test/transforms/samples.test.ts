import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { tableNames } from "../../transforms/schema";
import { column, csvText, rowsOf, run, samples } from "../support/transforms/transformed";

const test = suite("transforms/samples");

/** Entries that a response embeds, counted without the transform. */
function countEntries(value: unknown): number {
  const { items, tracks } = value as { items?: unknown; tracks?: unknown };
  const holder = items ?? tracks;
  if (Array.isArray(holder)) return holder.length;
  if (holder != null) return countEntries(holder);
  return Object.values(value as object).reduce((sum: number, member) => sum + countEntries(member), 0);
}

/** Playlists, entries, and their types, of each sample. */
const expected: Record<string, [playlists: number, tracks: number, episodes: number]> = {
  "2026-playlist_1.json": [1, 1, 0],
  "2026-playlist_2.json": [1, 2, 0],
  "2026-playlist_3.json": [1, 2, 1],
  "2026-playlist_items.json": [1, 1, 0],
  "nine-playlists.json": [9, 416, 0],
  "page-with-episodes.json": [1, 2, 2],
};

for (const { fileName, bytes } of samples()) {
  test(`${fileName}: rows of playlist_items are the entries served`, async () => {
    const all = await run(bytes, fileName);
    const sum = (type: "track" | "episode") => all.reduce((total, { itemTypes }) => total + itemTypes[type], 0);
    assert.equal([all.length, sum("track"), sum("episode")], expected[fileName]);
    const rows = all.flatMap((playlist) => rowsOf(playlist, "playlist_items"));
    assert.is(rows.length, countEntries(JSON.parse(bytes.toString())));
    assert.is(rows.length, sum("track") + sum("episode"));
    assert.ok(rows.every((row) => row.every((cell) => cell !== null)));
  });

  test(`${fileName}: gzipped and printed otherwise it gives the same bytes`, async () => {
    const plain = await run(bytes, fileName);
    const other = await run(gzipSync(JSON.stringify(JSON.parse(bytes.toString()), null, 1)), `${fileName}.gz`);
    for (const table of tableNames) {
      assert.equal(
        other.map((playlist) => csvText(playlist, table)),
        plain.map((playlist) => csvText(playlist, table)),
      );
    }
  });
}

if (samples().length > 0) {
  test("nine-playlists.json: 416 entries, nine playlists, 394 items", async () => {
    const { bytes } = samples().find(({ fileName }) => fileName === "nine-playlists.json")!;
    const all = await run(bytes, "nine-playlists.json");
    const keys = all.flatMap((playlist) => column(playlist, "playlist_items", "item_key"));
    assert.equal([keys.length, all.length, new Set(keys).size], [416, 9, 394]);
  });
}

// A clone has no samples, and a suite without tests prints a line that looks like a failure.
if (samples().length > 0) {
  test.run();
}
