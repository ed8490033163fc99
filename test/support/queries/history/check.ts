import * as assert from "uvu/assert";
import type { Athena } from "../../../../emulator/athena";
import { pickNamedQuery } from "../../../../lake/askNamed";
import { namedQueries } from "../../../../queries";
import { exampleValues } from "../exampleValues";
import * as expected from "./expected";
import { playlistId } from "./lakeFolder";
import type { StoredDay } from "./replay";

/** Rows as sorted text, for comparing two answers in any order. */
export function sortedRows(rows: readonly (readonly unknown[])[]): string[] {
  return rows
    .map((row) => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? Number(value) : value)))
    .sort();
}

/** Compares as sets first: a diff of two long lists is not readable. */
export function assertSameRows(
  got: readonly (readonly unknown[])[],
  wanted: readonly (readonly unknown[])[],
  name: string,
): void {
  const [gotRows, wantedRows] = [sortedRows(got), sortedRows(wanted)];
  const [gotSet, tgotSet] = [new Set(gotRows), new Set(wantedRows)];
  const surplus = gotRows.filter((row) => !tgotSet.has(row)).slice(0, 5);
  const missing = wantedRows.filter((row) => !gotSet.has(row)).slice(0, 5);
  assert.equal({ surplus, missing, rows: gotRows.length }, { surplus: [], missing: [], rows: wantedRows.length }, name);
}

/** Queries every view over the typed views, and compares each row with the replayed lists. */
export async function checkViews(athena: Athena, stored: readonly StoredDay[][]): Promise<void> {
  const cases: Record<string, [sql: string, rows: expected.Row[]]> = {
    changes: ["select * from changes", expected.expectedChanges(stored)],
    stays: ["select * from stays", expected.expectedStays(stored)],
    playlist_size: ["select * from playlist_size", expected.expectedSizes(stored)],
    artist_share: ["select * from artist_share", expected.expectedArtistShares(stored)],
    latest_items: [
      `select playlist_id, playlist, position, item_type, item_key, name, first_artist_or_show, added_at, is_local,
         snapshot_date from latest_items`,
      expected.expectedLatest(stored),
    ],
    new_releases: [
      "select playlist_id, item_key, released_on, first_date, days_after_release from new_releases",
      expected.expectedNewReleases(stored),
    ],
  };
  for (const [name, [sql, rows]] of Object.entries(cases)) {
    assert.ok(rows.length > 0, `${name} is put to the test`);
    assertSameRows((await athena.query(sql)).rows, rows, name);
  }
  await checkUnavailable(athena, stored);
}

/** Entries with the same added_at cannot be identified apart in the lake, so only their identity is compared. */
async function checkUnavailable(athena: Athena, stored: readonly StoredDay[][]): Promise<void> {
  const { rows } = await athena.query(`select playlist_id, position, item_type, item_key, added_at, since_date, days,
    last_item_key, last_name, last_date from unavailable_since`);
  const wanted = expected.expectedUnavailable(stored);
  const places = (all: readonly (readonly unknown[])[]) => all.map((row) => row.slice(0, 5));
  assertSameRows(places(rows), places(wanted.map(({ row }) => row)), "unavailable_since: which");
  const identified = new Set(wanted.filter(({ isAlone }) => isAlone).map(({ row }) => JSON.stringify(row.slice(0, 2))));
  const tellable = sortedRows(rows)
    .map((row) => JSON.parse(row) as unknown[])
    .filter((row) => identified.has(JSON.stringify(row.slice(0, 2))));
  const truth = wanted.filter(({ isAlone }) => isAlone).map(({ row }) => row);
  assertSameRows(tellable, truth, "unavailable_since: since when, and what it was");
}

/** Values that the simulated lists have, for parameters of named queries. */
export const simulatedValues: Readonly<Record<string, string>> = {
  playlist: playlistId(1),
  day: "2025-11-20",
  since: "2025-11-12",
  first: "2025-11-10",
  last: "2025-11-20",
  words: "track",
};

/** Runs every named query. @returns the number of rows of each */
export async function countNamedQueries(athena: Athena): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name } of namedQueries) {
    const sql = pickNamedQuery(athena.namedQueries, name);
    counts[name] = (await athena.query(sql, exampleValues(sql, simulatedValues))).rows.length;
  }
  return counts;
}
