import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Athena, openAthena } from "../../emulator/athena";
import { namedQueries } from "../../queries";
import { checkViews, countNamedQueries } from "../support/queries/history/check";
import {
  checkBetween,
  checkDay,
  checkDuplicates,
  checkFound,
  checkLists,
  checkLog,
} from "../support/queries/history/checkHistory";
import { checkDigest, checkDigests } from "../support/queries/history/digest";
import { compareDays, consecutive, movedOf } from "../support/queries/history/expected";
import { writeLake } from "../support/queries/history/lakeFolder";
import { type Entry, replay, type StoredDay } from "../support/queries/history/replay";
import { simulate } from "../support/queries/history/simulate";

const test = suite("queries/history");

let stateDir: string;
let stored: StoredDay[][];
let athena: Athena;

test.before(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "playlake-history-"));
  stored = replay(simulate({ seed: 2, playlists: 4, days: 30, sizes: [8, 30] }));
  await writeLake(stored, stateDir);
  athena = await openAthena({ stateDir });
});

test.after(() => {
  athena.close();
  rmSync(stateDir, { recursive: true });
});

test("every view matches the edit log", () => checkViews(athena, stored));

test("a list on a day, its log and its differences match the edit log", async () => {
  // Days before, on, between and after the stored ones.
  const days = Array.from({ length: 12 }, (_, i) => new Date(Date.UTC(2025, 9, 31 + 3 * i)).toISOString().slice(0, 10));
  for (const [i, day] of days.entries()) await checkDay(athena, stored, i % stored.length, day);
  let rows = 0;
  for (const [playlist, own] of stored.entries()) {
    rows += await checkLog(athena, stored, playlist);
    const middle = own[own.length >> 1]!;
    await checkBetween(athena, playlist, own[0]!, own.at(-1)!);
    await checkBetween(athena, playlist, middle, middle);
  }
  assert.ok(rows > 100);
});

test("stays, lists and duplicates match the edit log", async () => {
  await checkFound(athena, stored);
  await checkLists(athena, stored);
  await checkDuplicates(athena, stored);
});

test("a song that was taken down, or is back, is its list's last change", async () => {
  const list = (number: number, days: Record<string, Entry["availability"]>): StoredDay[] =>
    Object.entries(days).map(([date, availability]) => {
      const entry: Entry = { id: 1, item: { kind: "track", number }, availability, addedAt: "2025-10-01T08:00:00Z" };
      return { date, name: "List", entries: [entry] };
    });
  const folder = mkdtempSync(join(tmpdir(), "playlake-history-"));
  const lists = [
    list(1, { "2026-11-01": "there", "2026-11-02": "takenDown", "2026-11-03": "takenDown" }),
    list(2, { "2026-11-01": "takenDown", "2026-11-03": "there" }),
    list(3, { "2026-11-01": "there", "2026-11-02": "noItem", "2026-11-03": "noItem" }),
    list(4, { "2026-11-01": "takenDown", "2026-11-02": "noItem" }),
  ];
  await writeLake(lists, folder);
  const own = await openAthena({ stateDir: folder });

  const { sql } = namedQueries.find(({ name }) => name === "playlists-now")!;
  const { rows } = await own.query(`select last_change from (${sql}) order by playlist_id`);
  own.close();
  rmSync(folder, { recursive: true });

  assert.equal(rows, [["2026-11-02"], ["2026-11-03"], ["2026-11-02"], [null]]);
});

test("a list's last change is its last move if nothing came or went after it", async () => {
  const list = (days: Record<string, string>): StoredDay[] =>
    Object.entries(days).map(([date, order]) => {
      const entries = [...order].map((letter): Entry => {
        const id = letter.charCodeAt(0);
        return { id, item: { kind: "track", number: id }, availability: "there", addedAt: "2025-10-01T08:00:00Z" };
      });
      return { date, name: "List", entries };
    });
  const folder = mkdtempSync(join(tmpdir(), "playlake-history-"));
  await writeLake(
    [
      list({ "2026-11-01": "abc", "2026-11-02": "abcd", "2026-11-03": "bcda", "2026-11-04": "bcda" }),
      list({ "2026-11-01": "abc", "2026-11-02": "cab", "2026-11-03": "cabd", "2026-11-05": "cabd" }),
      list({ "2026-11-01": "abc", "2026-11-02": "cab", "2026-11-03": "cab" }),
      list({ "2026-11-01": "abc", "2026-11-02": "bc", "2026-11-03": "bc" }),
      list({ "2026-11-01": "abc", "2026-11-03": "abc" }),
    ],
    folder,
  );
  const own = await openAthena({ stateDir: folder });

  const { sql } = namedQueries.find(({ name }) => name === "playlists-now")!;
  const { rows } = await own.query(`select last_change from (${sql}) order by playlist_id`);
  own.close();
  rmSync(folder, { recursive: true });

  assert.equal(rows, [["2026-11-03"], ["2026-11-03"], ["2026-11-02"], ["2026-11-02"], [null]]);
});

test("the digest's losses are those of the edit log", () => checkDigest(athena, stored));

test("digests tell each change once, though some fail and some are repeated", () => checkDigests(athena, stored, 3));

test("every named query is answered through the catalog", async () => {
  const counts = await countNamedQueries(athena);
  // In a small history some are empty; over the year none is.
  const filled = ["changes-by-day", "in-each-list-now", "longest-stays", "lost-entries", "new-releases", "size-by-day"];
  assert.equal(
    filled.filter((name) => counts[name] === 0),
    [],
  );
});

test("entries without a change keep their order on both days", () => {
  for (const { before, now } of consecutive(stored)) {
    const { kept } = compareDays(before, now);
    const moved = movedOf(kept);
    const rest = kept.filter((copy) => !moved.includes(copy)).sort((a, b) => a.before - b.before);
    assert.ok(rest.every((copy, place) => place === 0 || rest[place - 1]!.now < copy.now));
  }
});

/** The letters that moved when one list became another. */
function movedLetters(before: string, now: string): string {
  const kept = [...before].map((key, place) => {
    return { type: "track", key, occurrence: 1, before: place, now: now.indexOf(key) };
  });
  return movedOf(kept.filter((copy) => copy.now >= 0))
    .map(({ key }) => key)
    .sort()
    .join("");
}

const moves: [before: string, now: string, moved: string][] = [
  ["abcdef", "abcdef", ""],
  ["abcdef", "xabcdef", ""],
  ["abcdef", "bcdef", ""],
  ["abcdef", "bcdefa", "a"],
  ["abcdef", "fabcde", "f"],
  ["abcdef", "acbdef", "c"],
  ["abcdef", "cdefab", "ab"],
  ["abcdef", "efabcd", "ef"],
  ["abcdef", "fbcdea", "af"],
  ["abcdef", "badcfe", "bdf"],
  ["abcdef", "fedcba", "acdef"],
];

test("dragged entries have moved, not those they passed", () => {
  for (const [before, now, moved] of moves) assert.is(movedLetters(before, now), moved, `${before} to ${now}`);
});

test.run();
