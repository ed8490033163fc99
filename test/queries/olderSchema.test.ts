import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Athena, openAthena } from "../../emulator/athena";
import { tableNames, tables } from "../../transforms/schema";
import { checkViews } from "../support/queries/history/check";
import { writeLake } from "../support/queries/history/lakeFolder";
import { writeAsOlderSchema } from "../support/queries/history/olderSchema";
import { replay, type StoredDay } from "../support/queries/history/replay";
import { simulate } from "../support/queries/history/simulate";

const test = suite("queries/olderSchema");

const firstNewDay = "2025-11-11";
let stateDir: string;
let stored: StoredDay[][];
let athena: Athena;

test.before(async () => {
  stored = replay(simulate({ seed: 3, playlists: 4, days: 20, sizes: [8, 30] }));
  stateDir = mkdtempSync(join(tmpdir(), "playlake-older-"));
  await writeLake(stored, stateDir);
  const [lake = ""] = readdirSync(join(stateDir, "buckets"));
  writeAsOlderSchema(join(stateDir, "buckets", lake), firstNewDay);
  athena = await openAthena({ stateDir });
});

test.after(() => {
  athena.close();
  rmSync(stateDir, { recursive: true });
});

test("today's views over it match the edit log", async () => {
  await checkViews(athena, stored);
});

test("columns missing in older files are null, others have values", async () => {
  const sql = `select snapshot_day < '${firstNewDay}' as is_old, count(*) > 0, count(is_consistent) > 0, count(name) > 0
    from playlists group by 1 order by 1`;
  assert.equal((await athena.query(sql)).rows, [
    [false, true, true, true],
    [true, true, false, true],
  ]);
});

/**
 * A new column goes at the end, and no column ever changes its name or place: years of files and queries depend on it.
 */
const frozen: Record<string, string> = {
  playlists:
    "playlist_id name description owner_id owner_name is_public is_collaborative followers total_items spotify_snapshot_id image_url extracted_at items_fetched_at is_consistent",
  playlist_items: "playlist_id position item_key item_type is_local added_at added_by_id",
  tracks:
    "track_key track_id uri name album_key disc_number track_number duration_ms is_explicit is_local popularity isrc linked_from_id",
  track_artists: "track_key artist_position artist_key",
  artists: "artist_key artist_id name uri",
  albums: "album_key album_id name album_type release_date release_date_precision total_tracks image_url",
  album_artists: "album_key artist_position artist_key",
  episodes:
    "episode_key episode_id uri name show_id show_name show_publisher release_date release_date_precision duration_ms is_explicit",
  rejected_items: "playlist_id position reason entry",
};

test("tables keep their names, and columns their names and order", () => {
  assert.equal(Object.keys(frozen), [...tableNames]);
  for (const table of tableNames) {
    const columns = frozen[table]!.split(" ");
    assert.equal(tables[table].slice(0, columns.length), columns, table);
  }
});

test.run();
