/** Reads the sample's Liked Songs each day, transforms them, and compares the views with the served lists. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { openAthena } from "../../../../emulator/athena";
import { firstSampleDay, sampleLibrary } from "../../../../standin/sampleLibrary";
import { likedId, parseRawKey } from "../../../../transforms/keys";
import { extractor, memoryTokens, startWorld } from "../../spotify/world";
import { assertSameRows } from "./check";
import { daysBetween, type Kept, movedOf, type Row } from "./expected";
import { type DayObject, writeObjects } from "./lakeFolder";

const dayMs = 86_400_000;
const library = sampleLibrary();
const user = { refreshToken: "planted" };

/** The keys of the songs served on a day, in order. */
interface ServedDay {
  date: string;
  keys: string[];
}

function servedOn(date: string): ServedDay {
  const entries = library.likedAt!(new Date(`${date}T06:00:00Z`));
  return { date, keys: entries.map((text) => (JSON.parse(text) as { track: { id: string } }).track.id) };
}

/** @throws if `changes` or `stays` differ from what follows from the served lists */
export async function checkLikedSongs(days: number): Promise<void> {
  const dates = Array.from({ length: days }, (_, day) =>
    new Date(Date.parse(firstSampleDay) + day * dayMs).toISOString().slice(0, 10),
  );
  const stateDir = mkdtempSync(join(tmpdir(), "playlake-liked-"));
  try {
    await writeObjects(await readDays(dates), stateDir);
    const athena = await openAthena({ stateDir });
    try {
      const served = dates.map(servedOn);
      assertSameRows((await athena.query("select * from changes")).rows, changesOf(served), "changes");
      assertSameRows((await athena.query("select * from stays")).rows, staysOf(served), "stays");
      const inconsistent = "select snapshot_day from playlists where is_consistent = false or name <> 'Liked Songs'";
      assert.equal((await athena.query(inconsistent)).rows, []);
    } finally {
      athena.close();
    }
  } finally {
    rmSync(stateDir, { recursive: true });
  }
}

async function readDays(dates: readonly string[]): Promise<DayObject[]> {
  const world = await startWorld({ library, refreshTokens: [{ ...user, consentedAt: "2027-10-01T00:00:00Z" }] });
  try {
    const { run, store } = extractor(world, { playlists: [likedId] }, memoryTokens(user));
    let unchanged = 0;
    for (const date of dates) {
      world.setNow(`${date}T06:00:00Z`);
      unchanged += (await run()).unchanged.length;
    }
    assert.ok(unchanged > 0, "some days reuse the last read");
    return [...store.objects].flatMap(([key, bytes]) => {
      const { snapshotDate, fileName } = parseRawKey(key) ?? {};
      return snapshotDate === undefined ? [] : [{ date: snapshotDate, fileName: fileName!, bytes }];
    });
  } finally {
    await world.close();
  }
}

function changesOf(served: readonly ServedDay[]): Row[] {
  return served.slice(1).flatMap(({ date, keys }, index) => {
    const before = served[index]!;
    const row = (change: string, key: string, was: number | null, is: number | null): Row => {
      return [likedId, change, "track", key, 1, was, is, before.date, date];
    };
    const kept: Kept[] = keys.flatMap((key, now) => {
      const position = before.keys.indexOf(key);
      return position < 0 ? [] : [{ type: "track", key, occurrence: 1, before: position, now }];
    });
    return [
      ...keys.flatMap((key, now) => (before.keys.includes(key) ? [] : [row("added", key, null, now)])),
      ...before.keys.flatMap((key, was) => (keys.includes(key) ? [] : [row("removed", key, was, null)])),
      ...movedOf(kept).map((copy) => row("moved", copy.key, copy.before, copy.now)),
    ];
  });
}

function staysOf(served: readonly ServedDay[]): Row[] {
  const rows: Row[] = [];
  const since = new Map<string, string>();
  const end = (key: string, to: string, isCurrent: boolean) => {
    const from = since.get(key)!;
    const days = daysBetween(from, to) + 1;
    rows.push([likedId, "track", key, from, to, days, days, isCurrent]);
    since.delete(key);
  };
  for (const [index, { date, keys }] of served.entries()) {
    for (const key of [...since.keys()]) if (!keys.includes(key)) end(key, served[index - 1]!.date, false);
    for (const key of keys) if (!since.has(key)) since.set(key, date);
  }
  for (const key of [...since.keys()]) end(key, served.at(-1)!.date, true);
  return rows;
}
