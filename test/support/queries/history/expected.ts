/**
 * The views' expected answers, computed from the replayed lists with plain loops. Rows are in the views' column order.
 */
import { factsOf } from "./catalog";
import { playlistId } from "./lakeFolder";
import type { Entry, StoredDay } from "./replay";

/** One row; numbers are plain, dates are YYYY-MM-DD. */
export type Row = (string | number | boolean | null)[];

/** The entry's expected type in `playlist_items`. */
export function identityOf({ item, availability }: Entry): { type: string; key: string | null } {
  if (availability === "noItem") return { type: "unavailable", key: null };
  const { type, key } = factsOf(item);
  return { type, key };
}

export function nameOf({ item, availability }: Entry): string | null {
  return availability === "there" ? factsOf(item).name : null;
}

/** `added_at` as the typed views return it. */
export function instantOf({ addedAt }: Entry): string | null {
  if (addedAt === null || addedAt.startsWith("1970")) return null;
  return `${addedAt.slice(0, 19).replace("T", " ")}.000`;
}

export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

/** Each pair of consecutive stored days of each playlist, with its number. */
export function consecutive(stored: readonly StoredDay[][]): { playlist: number; before: StoredDay; now: StoredDay }[] {
  return stored.flatMap((days, playlist) => {
    return days.slice(1).map((now, i) => ({ playlist, before: days[i]!, now }));
  });
}

/** A copy that is in the list on both days. */
export interface Kept {
  type: string;
  key: string;
  occurrence: number;
  before: number;
  now: number;
}

function positionsByIdentity(day: StoredDay): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  day.entries.forEach((entry, position) => {
    const { type, key } = identityOf(entry);
    const identity = JSON.stringify([type, key]);
    positions.set(identity, [...(positions.get(identity) ?? []), position]);
  });
  return positions;
}

/** What came, what went, and the copies that could have moved. */
export function compareDays(before: StoredDay, now: StoredDay) {
  const then = positionsByIdentity(before);
  const today = positionsByIdentity(now);
  const added: { type: string; key: string | null; occurrence: number; now: number }[] = [];
  const removed: { type: string; key: string | null; occurrence: number; before: number }[] = [];
  const kept: Kept[] = [];
  for (const identity of new Set([...then.keys(), ...today.keys()])) {
    const [type, key] = JSON.parse(identity) as [string, string | null];
    const old = then.get(identity) ?? [];
    const current = today.get(identity) ?? [];
    for (let i = 0; i < Math.max(old.length, current.length); i += 1) {
      if (old[i] === undefined) added.push({ type, key, occurrence: i + 1, now: current[i]! });
      else if (current[i] === undefined) removed.push({ type, key, occurrence: i + 1, before: old[i]! });
      else if (key !== null && old.length === current.length) {
        kept.push({ type, key, occurrence: i + 1, before: old[i]!, now: current[i]! });
      }
    }
  }
  return { added, removed, kept };
}

/** An entry that is not unreadable, at its position. */
interface Placed {
  type: string;
  key: string | null;
  time: string | null;
  isNameless: boolean;
  position: number;
}

/** An entry that came, went, was lost or is back, with its position before what went or was lost, now for the others. */
export interface EntryChange {
  change: "came" | "went" | "lost" | "back";
  type: string;
  key: string | null;
  before: number | null;
  now: number | null;
}

function placed({ entries }: StoredDay): Placed[] {
  const all = entries.map((entry, position) => {
    const { type, key } = identityOf(entry);
    const isNameless = type === "track" && entry.item.kind !== "local" && nameOf(entry) === null;
    return { type, key, time: instantOf(entry), isNameless, position };
  });
  return all.filter(({ type }) => type !== "unreadable");
}

const isSameItem = (one: Placed, other: Placed) => one.key !== null && one.type === other.type && one.key === other.key;

/** Copies without those that were removed and added again: the first ones, as many as there are others. */
function withoutAgain(copies: readonly Placed[], others: readonly Placed[]): Placed[] {
  const first = [...copies].sort((a, b) => (a.time === b.time ? 0 : (a.time ?? "z") < (b.time ?? "z") ? -1 : 1));
  return copies.filter((copy) => {
    const rank = first.filter((one) => isSameItem(one, copy)).indexOf(copy);
    return rank === -1 || rank >= others.filter((other) => isSameItem(other, copy)).length;
  });
}

/** What came, went, was lost and is back, by the definition in the head of entry_changes.sql. */
export function entryChangesOf(before: StoredDay, now: StoredDay): EntryChange[] {
  const found: EntryChange[] = [];
  const record = (change: EntryChange["change"], { type, key }: Placed, was?: Placed, is?: Placed) =>
    found.push({ change, type, key, before: was?.position ?? null, now: is?.position ?? null });
  const gone: Placed[] = [];
  const fresh = placed(now);
  for (const was of placed(before)) {
    const at = fresh.findIndex((one) => one.type === was.type && one.key === was.key && one.time === was.time);
    const [is] = at === -1 ? [] : fresh.splice(at, 1);
    if (is === undefined) gone.push(was);
    else if (is.isNameless && !was.isNameless) record("lost", was, was);
    else if (was.isNameless && !is.isNameless) record("back", is, undefined, is);
  }
  const [went, came] = [withoutAgain(gone, fresh), withoutAgain(fresh, gone)];
  for (const was of gone.filter((one) => !went.includes(one))) {
    const is = fresh.find((one) => isSameItem(one, was))!;
    if (is.isNameless && !was.isNameless) record("lost", was, was);
    if (was.isNameless && !is.isNameless) record("back", is);
  }
  for (const time of new Set([...went, ...came].map((one) => one.time))) {
    const at = (all: readonly Placed[], isBlank: boolean) =>
      all.filter((one) => one.time === time && (one.key === null) === isBlank);
    const [itemsWent, blanksWent] = [at(went, false), at(went, true)];
    const [itemsCame, blanksCame] = [at(came, false), at(came, true)];
    const isLoss = blanksCame.length >= itemsWent.length;
    const isReturn = blanksWent.length >= itemsCame.length;
    for (const was of itemsWent) if (!isLoss || !was.isNameless) record(isLoss ? "lost" : "went", was, was);
    for (const is of itemsCame) {
      if (!isReturn || !is.isNameless) record(isReturn ? "back" : "came", is, undefined, is);
    }
    for (const is of blanksCame.slice(isLoss ? itemsWent.length : 0))
      record(isLoss ? "came" : "lost", is, undefined, is);
    for (const was of blanksWent.slice(itemsCame.length)) record("went", was, was);
  }
  return found;
}

/** Which of the kept copies moved, by the definition in the head of changes.sql. */
export function movedOf(kept: readonly Kept[]): Kept[] {
  const inOldOrder = [...kept].sort((a, b) => a.before - b.before);
  const inNewOrder = [...kept].sort((a, b) => a.now - b.now);
  const shiftOf = (copy: Kept) => Math.abs(inNewOrder.indexOf(copy) - inOldOrder.indexOf(copy));
  if (inOldOrder.every((copy, i) => inNewOrder[i] === copy)) return [];
  const byShift = inNewOrder.map((copy) => ({ copy, shift: shiftOf(copy) })).sort((a, b) => b.shift - a.shift);
  let far = 0;
  while (far < byShift.length && byShift[far]!.shift >= far + 1) far += 1;
  const moved = byShift.slice(0, far).map(({ copy }) => copy);
  const oldRest = inOldOrder.filter((copy) => !moved.includes(copy));
  const newRest = inNewOrder.filter((copy) => !moved.includes(copy));
  // Stretches: the shortest pieces of both orders that hold the same copies.
  for (let start = 0; start < newRest.length; ) {
    let end = start + 1;
    while (!sameMembers(oldRest.slice(start, end), newRest.slice(start, end))) end += 1;
    const stretch = newRest.slice(start, end);
    const before = stretch.filter((copy, i) => stretch.slice(i + 1).some((later) => later.before < copy.before));
    const behind = stretch.filter((copy, i) => stretch.slice(0, i).some((earlier) => earlier.before > copy.before));
    moved.push(...(before.length <= behind.length ? before : behind));
    start = end;
  }
  return moved;
}

function sameMembers(some: readonly Kept[], others: readonly Kept[]): boolean {
  return some.every((copy) => others.includes(copy));
}

export function expectedChanges(stored: readonly StoredDay[][]): Row[] {
  return consecutive(stored).flatMap(({ playlist, before, now }) => {
    const { added, removed, kept } = compareDays(before, now);
    const row = (change: string, copy: { type: string; key: string | null; occurrence: number }, places: Row): Row => {
      return [playlistId(playlist), change, copy.type, copy.key, copy.occurrence, ...places, before.date, now.date];
    };
    return [
      ...added.map((copy) => row("added", copy, [null, copy.now])),
      ...removed.map((copy) => row("removed", copy, [copy.before, null])),
      ...movedOf(kept).map((copy) => row("moved", copy, [copy.before, copy.now])),
    ];
  });
}

export function expectedStays(stored: readonly StoredDay[][]): Row[] {
  const rows: Row[] = [];
  stored.forEach((days, playlist) => {
    const open = new Map<string, { from: string; to: string; storedDays: number }>();
    const close = (identity: string, isCurrent: boolean) => {
      const { from, to, storedDays } = open.get(identity)!;
      const [type, key] = JSON.parse(identity) as [string, string];
      rows.push([playlistId(playlist), type, key, from, to, daysBetween(from, to) + 1, storedDays, isCurrent]);
      open.delete(identity);
    };
    for (const { date, entries } of days) {
      const there = new Set(
        entries
          .map(identityOf)
          .filter(({ key }) => key !== null)
          .map(({ type, key }) => JSON.stringify([type, key])),
      );
      for (const identity of [...open.keys()]) if (!there.has(identity)) close(identity, false);
      for (const identity of there) {
        const stay = open.get(identity);
        if (stay === undefined) open.set(identity, { from: date, to: date, storedDays: 1 });
        else Object.assign(stay, { to: date, storedDays: stay.storedDays + 1 });
      }
    }
    for (const identity of [...open.keys()]) close(identity, true);
  });
  return rows;
}

export function expectedSizes(stored: readonly StoredDay[][]): Row[] {
  return stored.flatMap((days, playlist) =>
    days.map(({ date, name, entries }) => {
      const identities = entries.map(identityOf);
      const countOf = (wanted: string) => identities.filter(({ type }) => type === wanted).length;
      const keys = new Set(identities.map(({ key }) => key).filter((key) => key !== null));
      const local = entries.filter(({ item }) => item.kind === "local").length;
      const kinds = [countOf("track"), local, countOf("episode"), countOf("unavailable"), countOf("unreadable")];
      return [playlistId(playlist), name, entries.length, entries.length, keys.size, ...kinds, date, date];
    }),
  );
}

export function expectedArtistShares(stored: readonly StoredDay[][]): Row[] {
  return stored.flatMap((days, playlist) =>
    days.flatMap(({ date, entries }) => {
      const tracks = entries.filter((entry) => identityOf(entry).type === "track");
      const counts = new Map<string, { name: string; entries: number }>();
      for (const { item } of tracks) {
        const credited = new Map(factsOf(item).artists.map(({ key, name }) => [key, name]));
        for (const [key, name] of credited) counts.set(key, { name, entries: (counts.get(key)?.entries ?? 0) + 1 });
      }
      return [...counts].map(([key, { name, entries: count }]): Row => {
        return [playlistId(playlist), key, name, count, tracks.length, count / tracks.length, date, date];
      });
    }),
  );
}

/** Rows without the columns after `first_artist_or_show`, but with the days. */
export function expectedLatest(stored: readonly StoredDay[][]): Row[] {
  return stored.flatMap((days, playlist) => {
    const last = days.at(-1);
    return (last?.entries ?? []).map((entry, position) => {
      const { type, key } = identityOf(entry);
      const maker = key === null ? null : factsOf(entry.item).maker;
      const own: Row = [playlistId(playlist), last!.name, position, type, key, nameOf(entry), maker];
      return [...own, instantOf(entry), entry.item.kind === "local", last!.date];
    });
  });
}

/** playlist_id, item_key, released_on, first_date, days_after_release. */
export function expectedNewReleases(stored: readonly StoredDay[][]): Row[] {
  return stored.flatMap((days, playlist) => {
    const first = new Map<string, { date: string; entry: Entry }>();
    for (const { date, entries } of days) {
      for (const entry of entries) {
        const { key } = identityOf(entry);
        if (key !== null && !first.has(key)) first.set(key, { date, entry });
      }
    }
    return [...first].flatMap(([key, { date, entry }]): Row[] => {
      const { release } = factsOf(entry.item);
      if (release.precision !== "day") return [];
      const age = daysBetween(release.date, date);
      return age > 30 ? [] : [[playlistId(playlist), key, release.date, date, age]];
    });
  });
}

/** Whether the entry is served with an item that has a name. */
function isHeard(entry: Entry): boolean {
  return entry.availability === "there" && identityOf(entry).key !== null;
}

/**
 * playlist_id, position, item_type, item_key, added_at, since_date, days, last_item_key, last_name, last_date, as the
 * edit log has them.
 */
export function expectedUnavailable(stored: readonly StoredDay[][]): { row: Row; isAlone: boolean }[] {
  return stored.flatMap((days, playlist) => {
    const last = days.at(-1);
    if (last === undefined) return [];
    return last.entries.flatMap((entry, position) => {
      if (entry.availability === "there") return [];
      const own = days.map(({ date, entries }) => ({ date, served: entries.find(({ id }) => id === entry.id) }));
      const { type, key } = identityOf(entry);
      let since = own.length - 1;
      const isSame = (other: Entry | undefined) => other !== undefined && other.availability === entry.availability;
      while (since > 0 && isSame(own[since - 1]!.served)) since -= 1;
      const heard = own.filter(({ served }) => served !== undefined && isHeard(served)).at(-1);
      const isAlone = days.every(
        ({ entries }) => entries.filter((other) => instantOf(other) === instantOf(entry)).length < 2,
      );
      const wasKey = heard === undefined ? null : identityOf(heard.served!).key;
      const wasName = heard === undefined || identityOf(heard.served!).type !== "track" ? null : nameOf(heard.served!);
      const from = own[since]!.date;
      const row = [playlistId(playlist), position, type, key, instantOf(entry), from, daysBetween(from, last.date) + 1];
      return [{ row: [...row, wasKey, wasName, heard?.date ?? null], isAlone: isAlone && instantOf(entry) !== null }];
    });
  });
}
