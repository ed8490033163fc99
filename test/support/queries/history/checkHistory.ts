import * as assert from "uvu/assert";
import type { Athena } from "../../../../emulator/athena";
import { namedQueries } from "../../../../queries";
import { valuesInOrder } from "../../../../queries/parameters";
import { factsOf } from "./catalog";
import { assertSameRows } from "./check";
import {
  compareDays,
  entryChangesOf,
  expectedStays,
  identityOf,
  instantOf,
  movedOf,
  nameOf,
  type Row,
} from "./expected";
import { playlistId } from "./lakeFolder";
import type { Entry, StoredDay } from "./replay";

/** Asks a named query for some columns. */
async function ask(
  athena: Athena,
  name: string,
  values: Record<string, string>,
  columns: readonly string[],
): Promise<unknown[][]> {
  const { sql } = namedQueries.find((query) => query.name === name)!;
  const answer = await athena.query(sql, valuesInOrder(sql, values));
  const places = columns.map((column) => answer.columns.findIndex((one) => one.name === column));
  return answer.rows.map((row) => places.map((place) => plain(row[place])));
}

const plain = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);

/** All artists, or the show. */
function makersOf(entry: Entry): string | null {
  const { type, key } = identityOf(entry);
  if (key === null) return null;
  const { artists, maker } = factsOf(entry.item);
  return type === "episode" ? maker : artists.map(({ name }) => name).join(", ");
}

const entryColumns = ["place", "item_type", "item_key", "name", "artists", "added_at", "is_local", "snapshot_date"];

function entryRows({ date, entries }: StoredDay): Row[] {
  if (entries.length === 0) return [[null, null, null, null, null, null, null, date]];
  return entries.map((entry, position) => {
    const { type, key } = identityOf(entry);
    const isLocal = entry.item.kind === "local";
    return [position + 1, type, key, nameOf(entry), makersOf(entry), instantOf(entry), isLocal, date];
  });
}

/** Asks for a list on a day; if that day is not stored, the list is as on the last stored day before. */
export async function checkDay(athena: Athena, stored: readonly StoredDay[][], playlist: number, day: string) {
  const shown = stored[playlist]!.filter(({ date }) => date <= day).at(-1);
  const rows = await ask(athena, "playlist-on-day", { playlist: playlistId(playlist), day }, entryColumns);
  assert.equal(rows, shown === undefined ? [] : entryRows(shown), `${playlistId(playlist)} on ${day}`);
}

const changeColumns = ["change", "previous_place", "place", "item_type", "item_key", "name", "artists"];

/** What came, went, was lost, is back and moved between two days of a list, in the queries' order. */
function changeRows(before: StoredDay, now: StoredDay): Row[] {
  const { added, removed, kept } = compareDays(before, now);
  const isUnreadable = ({ type }: { type: string }) => type === "unreadable";
  const changes: { change: string; type: string; key: string | null; before: number | null; now: number | null }[] = [
    ...entryChangesOf(before, now),
    ...added.filter(isUnreadable).map((copy) => ({ ...copy, change: "came", before: null })),
    ...removed.filter(isUnreadable).map((copy) => ({ ...copy, change: "went", now: null })),
    ...movedOf(kept).map((copy) => ({ ...copy, change: "moved" })),
  ];
  const order = ["came", "went", "lost", "back", "moved"];
  const rankOf = (one: (typeof changes)[number]) => order.indexOf(one.change) * 1e6 + (one.now ?? one.before ?? 1e5);
  const place = (position: number | null) => (position === null ? null : position + 1);
  return changes
    .sort((a, b) => rankOf(a) - rankOf(b))
    .map((one) => {
      const { entries } = ["went", "lost"].includes(one.change) ? before : now;
      const named = entries.find((entry) => one.key !== null && identityOf(entry).key === one.key);
      const called = named === undefined ? [null, null] : [nameOf(named), makersOf(named)];
      return [one.change, place(one.before), place(one.now), one.type, one.key, ...called];
    });
}

/** Asks for the whole log of a list. @returns its number of rows */
export async function checkLog(athena: Athena, stored: readonly StoredDay[][], playlist: number): Promise<number> {
  const days = stored[playlist]!;
  const values = { playlist: playlistId(playlist), since: "0001-01-01" };
  const rows = await ask(athena, "playlist-log", values, ["snapshot_date", ...changeColumns]);
  const expected = days.slice(1).flatMap((now, i) => changeRows(days[i]!, now).map((row) => [now.date, ...row]));
  const newestFirst = expected.sort((a, b) => (String(a[0]) < String(b[0]) ? 1 : a[0] === b[0] ? 0 : -1));
  assert.equal(rows, newestFirst, `the log of ${playlistId(playlist)}`);
  return rows.length;
}

/** Compares two stored days of a list. */
export async function checkBetween(athena: Athena, playlist: number, before: StoredDay, now: StoredDay) {
  const values = { playlist: playlistId(playlist), first: before.date, last: now.date };
  const rows = await ask(athena, "changes-between", values, [...changeColumns, "first_date", "last_date"]);
  const changes = before === now ? [] : changeRows(before, now);
  const expected = changes.length === 0 ? [[null, null, null, null, null, null, null]] : changes;
  assert.equal(
    rows,
    expected.map((row) => [...row, before.date, now.date]),
    `${playlistId(playlist)} from ${before.date} to ${now.date}`,
  );
}

/** Finds every stay, and compares them with the stays of the edit log. */
export async function checkFound(athena: Athena, stored: readonly StoredDay[][]): Promise<void> {
  const known = new Set<unknown>();
  for (const entry of stored.flat().flatMap(({ entries }) => entries)) {
    if (nameOf(entry) !== null) known.add(identityOf(entry).key);
  }
  const columns = ["playlist_id", "item_type", "item_key", "from_date", "to_date", "days", "is_current"];
  // Each simulated track has a t in its name, and no episode has one.
  const tracks = await ask(athena, "find-songs", { words: "T" }, columns);
  const rows = [...tracks, ...(await ask(athena, "find-songs", { words: "episode show" }, columns))];
  const stays = expectedStays(stored).filter(([, , key]) => known.has(key));
  assertSameRows(
    rows,
    stays.map((row) => row.filter((_, i) => i !== 6)),
    "find-songs",
  );
}

/** Lists the playlists. */
export async function checkLists(athena: Athena, stored: readonly StoredDay[][]): Promise<void> {
  const columns = ["playlist_id", "playlist", "entries", "last_change", "first_date", "last_date"];
  const expected = stored.flatMap((days, playlist) => {
    const [first, last] = [days[0], days.at(-1)];
    if (first === undefined || last === undefined) return [];
    const changed = days.filter((now, i) => i > 0 && changeRows(days[i - 1]!, now).length > 0);
    const lastChange = changed.at(-1)?.date ?? null;
    return [[playlistId(playlist), last.name, last.entries.length, lastChange, first.date, last.date]];
  });
  assertSameRows(await ask(athena, "playlists-now", {}, columns), expected, "playlists-now");
}

/** Finds what each list holds twice. The simulated tracks have no ISRC. */
export async function checkDuplicates(athena: Athena, stored: readonly StoredDay[][]): Promise<number> {
  const expected = stored.flatMap((days, playlist) => {
    const identities = (days.at(-1)?.entries ?? []).map(identityOf);
    return identities.flatMap(({ key }, i) => {
      const isTwice = key !== null && identities.filter((other) => other.key === key).length > 1;
      return isTwice ? [[playlistId(playlist), "same track", i + 1, key]] : [];
    });
  });
  const columns = ["playlist_id", "reason", "place", "item_key"];
  assertSameRows(await ask(athena, "duplicates", { playlist: "*" }, columns), expected, "duplicates");
  return expected.length;
}
