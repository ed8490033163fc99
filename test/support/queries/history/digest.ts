/** What a digest of the edit log has to contain, from the replayed lists: every entry has its own id there. */
import * as assert from "uvu/assert";
import type { Athena } from "../../../../emulator/athena";
import { namedQueries } from "../../../../queries";
import { type DigestRow, type DigestState, newsOf, sinceOf, stateAfter } from "../../../../queries/digest";
import { valuesInOrder } from "../../../../queries/parameters";
import { factsOf } from "./catalog";
import { assertSameRows } from "./check";
import { consecutive, identityOf, type Row } from "./expected";
import { playlistId } from "./lakeFolder";
import type { Entry, StoredDay } from "./replay";

/** Asks the digest's query. */
export async function askDigest(athena: Athena, since: string): Promise<DigestRow[]> {
  const { sql = "" } = namedQueries.find(({ name }) => name === "digest") ?? {};
  const { columns, rows } = await athena.query(sql, valuesInOrder(sql, { since }));
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]]))) as unknown as DigestRow[];
}

interface Loss {
  /** playlist_id, day, item_key, name. */
  row: Row;
  /** Whether the lake can identify it: no other entry with its added_at changed on that day. */
  isTold: boolean;
}

/** The losses of the edit log, as far as stored days show them. */
export function lossesOf(stored: readonly StoredDay[][]): Loss[] {
  return consecutive(stored).flatMap(({ playlist, before, now }) => {
    const later = new Map(now.entries.map((entry) => [entry.id, entry]));
    const earlier = new Map(before.entries.map((entry) => [entry.id, entry]));
    const isHeard = (entry: Entry) => entry.availability === "there" && identityOf(entry).key !== null;
    const isLost = (entry: Entry) => isHeard(entry) && (later.get(entry.id)?.availability ?? "there") !== "there";
    // A change that is not a loss of this kind can hide one, or look like one.
    const isOther = (entry: Entry, other: Entry | undefined) =>
      other === undefined || identityOf(entry).key !== identityOf(other).key;
    const changed = [
      ...before.entries.filter((entry) => !isLost(entry) && isOther(entry, later.get(entry.id))),
      ...now.entries.filter((entry) => !earlier.has(entry.id)),
    ];
    const times = new Set(changed.map(timeOf));
    const keys = new Set(changed.map((entry) => identityOf(entry).key));
    return before.entries.filter(isLost).map((entry) => {
      const { key } = identityOf(entry);
      const isTold = !times.has(timeOf(entry)) && !keys.has(key);
      return { row: [playlistId(playlist), now.date, key, factsOf(entry.item).name], isTold };
    });
  });
}

/** `added_at` as the lake has it: 1970 counts as missing. */
function timeOf({ addedAt }: Entry): string | null {
  return addedAt?.startsWith("1970") ? null : addedAt;
}

/** Compares the digest of a whole history with the edit log. */
export async function checkDigest(athena: Athena, stored: readonly StoredDay[][]): Promise<void> {
  const rows = await askDigest(athena, "2025-11-01");
  const wanted = lossesOf(stored);
  const got = rows
    .filter(({ change }) => change === "lost")
    .map((row): Row => [row.playlist_id, row.snapshot_date, row.item_key, row.name]);
  const unclear = [
    ...wanted.filter(({ isTold }) => !isTold).map(({ row }) => row),
    ...got.filter((row) => row[3] === null),
  ];
  const hidden = new Set(unclear.map(([id, day]) => `${id} ${day}`));
  const isClear = ([id, day]: Row) => !hidden.has(`${id} ${day}`);
  const clear = wanted.map(({ row }) => row).filter(isClear);
  assert.ok(clear.length > wanted.length * 0.8, `${clear.length} of ${wanted.length} losses can be told`);
  assertSameRows(got.filter(isClear), clear, "losses");
  checkSizes(rows, stored);
}

/**
 * Sends a digest every so many days, of which every third fails and every fourth is repeated. Together they hold the changes of
 * the whole history, each once.
 */
export async function checkDigests(athena: Athena, stored: readonly StoredDay[][], everyDays: number): Promise<void> {
  const days = [...new Set(stored.flat().map(({ date }) => date))].sort();
  const textOf = (row: DigestRow) => JSON.stringify({ ...row, first_date: "", last_date: "", playlist: "" });
  const told: string[] = [];
  let state: DigestState = { playlists: {} };
  let digests = 0;
  for (const [i, today] of days.entries()) {
    if (i % everyDays !== everyDays - 1 && today !== days.at(-1)) continue;
    const since = digests++ === 0 ? (days[0] ?? "") : sinceOf(state, today);
    const rows = asOf(await askDigest(athena, since), stored, today);
    const news = newsOf(rows, state);
    if (digests % 3 === 0 && today !== days.at(-1)) continue;
    told.push(...news.map(textOf));
    state = stateAfter(rows, state);
    if (digests % 4 === 0) told.push(...newsOf(rows, state).map(textOf));
  }
  const all = newsOf(await askDigest(athena, days[0] ?? ""), { playlists: {} });
  assertSameRows(
    told.map((text) => [text]),
    all.map((row) => [textOf(row)]),
    `${digests} digests`,
  );
}

/** The rows as the query would have found them on a day. */
function asOf(rows: readonly DigestRow[], stored: readonly StoredDay[][], today: string): DigestRow[] {
  const lastDays = new Map(
    stored.map((days, playlist) => [playlistId(playlist), days.findLast(({ date }) => date <= today)?.date]),
  );
  return rows.flatMap((row) => {
    const last_date = lastDays.get(row.playlist_id);
    if (last_date === undefined) return [];
    return (row.snapshot_date ?? "") > today ? [{ ...row, last_date, change: null }] : [{ ...row, last_date }];
  });
}

/** On each day a list grows by what came, less what went. A loss without a name is among those that went, too. */
function checkSizes(rows: readonly DigestRow[], stored: readonly StoredDay[][]): void {
  const grown = new Map<string, number>();
  for (const { change, name, item_key: key, playlist_id: id, snapshot_date: day } of rows) {
    const unnamed = change === "lost" && name === null && key === null;
    const by = change === "came" || unnamed ? 1 : change === "went" ? -1 : 0;
    grown.set(`${id} ${day}`, (grown.get(`${id} ${day}`) ?? 0) + by);
  }
  const readable = ({ entries }: StoredDay) =>
    entries.filter((entry) => identityOf(entry).type !== "unreadable").length;
  const wanted = consecutive(stored).map(({ playlist, before, now }): Row => {
    return [playlistId(playlist), now.date, readable(now) - readable(before)];
  });
  const got = wanted.map(([id, day]): Row => [id ?? null, day ?? null, grown.get(`${id} ${day}`) ?? 0]);
  assertSameRows(got, wanted, "how lists grew");
}
