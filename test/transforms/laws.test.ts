/** Properties that hold for any playlist. */
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { tableNames, tables } from "../../transforms/schema";
import { makeTransform } from "../../transforms/transform";
import {
  artist,
  column,
  csvText,
  entry,
  line,
  rowsOf,
  runOne,
  streamOf,
  track,
} from "../support/transforms/transformed";

const test = suite("transforms/laws");

const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(null, "", 0, true, "1970-01-01T00:00:00Z"));
const fields = ["type", "id", "uri", "name", "artists", "album", "is_local", "duration_ms", "episode", "track", "show"];
const id = fc.constantFrom("a", "b", "c", "d", "");
const brokenTrack = fc
  .tuple(id, fc.dictionary(fc.constantFrom(...fields), anything, { maxKeys: 3 }), fc.array(id, { maxLength: 3 }))
  .map(([name, more, artists]) => track(name, { artists: artists.map(artist), ...more }));
const anyEntry = fc.oneof(
  brokenTrack.map((item) => entry(item)),
  brokenTrack.map((item) => ({ ...entry(undefined), track: item })),
  brokenTrack,
  fc.dictionary(fc.constantFrom("item", "track", "added_at", "added_by", "is_local", ...fields), anything),
  anything,
);
const anyEntries = fc.array(anyEntry, { maxLength: 12 });

test("every entry served is one row; every table is well formed", async () => {
  await fc.assert(
    fc.asyncProperty(anyEntries, async (entries) => {
      const playlist = await runOne({ items: entries, total: entries.length }, "p.json");
      assert.is(playlist.entries, entries.length);
      assert.equal(
        column(playlist, "playlist_items", "position"),
        entries.map((_, position) => `${position}`),
      );
      const types = column(playlist, "playlist_items", "item_type");
      for (const [type, count] of Object.entries(playlist.itemTypes)) {
        assert.is(types.filter((found) => found === type).length, count);
      }
      for (const table of tableNames) {
        assert.match(csvText(playlist, table), /^(?:"(?:[^"\\\r\n]|""|\\\\)*"[,\n])*$/);
        assert.is(rowsOf(playlist, table).length, playlist.rows[table], table);
        assert.is(csvText(playlist, table).split("\n")[0], tables[table].map((name) => `"${name}"`).join(","));
      }
    }),
    { numRuns: 300 },
  );
});

test("keys are unique, never empty, and every reference leads to its row", async () => {
  const references: [
    from: "playlist_items" | "track_artists" | "album_artists" | "tracks",
    name: string,
    to: string,
  ][] = [
    ["track_artists", "track_key", "tracks"],
    ["track_artists", "artist_key", "artists"],
    ["album_artists", "album_key", "albums"],
    ["album_artists", "artist_key", "artists"],
    ["tracks", "album_key", "albums"],
  ];
  await fc.assert(
    fc.asyncProperty(anyEntries, async (entries) => {
      const playlist = await runOne({ items: entries, total: 1 });
      const keys: Record<string, Set<unknown>> = {};
      for (const table of ["tracks", "artists", "albums", "episodes"] as const) {
        const found = column(playlist, table, tables[table][0] as string);
        keys[table] = new Set(found);
        assert.is(keys[table].size, found.length, table);
        assert.not(keys[table].has(""));
      }
      for (const [from, name, to] of references) {
        for (const key of column(playlist, from, name)) assert.ok(key === "" || keys[to]?.has(key), `${from}: ${key}`);
      }
      const items = new Set(column(playlist, "playlist_items", "item_key").filter((key) => key !== ""));
      assert.equal(new Set([...(keys.tracks ?? []), ...(keys.episodes ?? [])]), items);
    }),
    { numRuns: 300 },
  );
});

test("paged or whole, plain or gzip, in pieces of any length: the same bytes", async () => {
  const transform = makeTransform();
  await fc.assert(
    fc.asyncProperty(
      anyEntries,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 999 }),
      async (entries, pageLength, chunkBytes) => {
        const playlist = { type: "playlist", id: "p", snapshot_id: "s" };
        const whole = await runOne({ ...playlist, items: entries });
        let raw = line(playlist, "");
        for (let offset = 0; offset < entries.length; offset += pageLength) {
          raw += line({ items: entries.slice(offset, offset + pageLength), offset }, "");
        }
        for (const file of [Buffer.from(raw), gzipSync(raw)]) {
          const [paged] = await transform(streamOf(file, chunkBytes), "x");
          for (const table of tableNames) assert.is(csvText(paged!, table), csvText(whole, table), table);
        }
      },
    ),
    { numRuns: 100 },
  );
});

test("large documents, read in slices, keep their positions and keys", async () => {
  const entries = Array.from({ length: 2500 }, (_, index) => entry(track(`${index % 2400}`)));
  const playlist = await runOne({ items: entries, offset: 100 });
  assert.equal(
    column(playlist, "playlist_items", "position"),
    entries.map((_, index) => `${index + 100}`),
  );
  assert.is(playlist.rows.tracks, 2400);
  assert.is(new Set(column(playlist, "tracks", "track_key")).size, 2400);
});

test("several files at a time do not mix", async () => {
  const transform = makeTransform();
  const files = ["a", "b", "c"].map((name) => JSON.stringify({ items: [entry(track(name)), entry(track("shared"))] }));
  const together = await Promise.all(files.map((file, index) => transform(streamOf(file, 10), `${index}.json`)));
  assert.equal(together, await Promise.all(files.map(async (file, index) => [await runOne(file, `${index}.json`)])));
});

test.run();
