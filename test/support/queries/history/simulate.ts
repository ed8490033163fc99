/** Simulates a year of edits by people and Spotify. The same seed gives the same log. */
import type { Item } from "./catalog";

/** One event. The edits of a day happen before the day's run reads the playlists. */
export type Edit =
  | { op: "add"; playlist: number; index: number; items: Item[]; addedAt: string | null }
  | { op: "remove"; playlist: number; index: number; count: number }
  /** `to` is the position in the list without the moved entries. */
  | { op: "move"; playlist: number; index: number; count: number; to: number }
  /** The entry is served without its item from now on, or with it again. */
  | { op: "lose" | "regain"; playlist: number; index: number }
  | { op: "rename"; playlist: number; name: string }
  /** The playlist cannot be read from now on, or can be again. */
  | { op: "gone" | "back"; playlist: number }
  /** Spotify takes a track down everywhere, or puts it back. */
  | { op: "takeDown" | "putBack"; track: number }
  /** Nothing is read on this day. */
  | { op: "noRun" };

/** What happened, by day. */
export interface EditLog {
  days: { date: string; edits: Edit[] }[];
  playlists: number;
}

export interface SimulationOptions {
  seed: number;
  playlists: number;
  days: number;
  /** The sizes that playlists grow to, smallest and largest. */
  sizes: [smallest: number, largest: number];
}

interface Random {
  below(limit: number): number;
  chance(probability: number): boolean;
}

/** Mulberry32. */
function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { below: (limit) => Math.floor(next() * limit), chance: (probability) => next() < probability };
}

const firstDay = Date.UTC(2025, 10, 1);
const dayMs = 86_400_000;

/** Simulates the days from 2025-11-01 on. */
export function simulate({ seed, playlists, days, sizes }: SimulationOptions): EditLog {
  const random = makeRandom(seed);
  const lists = Array.from({ length: playlists }, (_, number) => {
    const target = sizes[0] + random.below(sizes[1] - sizes[0] + 1);
    return makeList(number, target, random);
  });
  const down = new Set<number>();
  const log: EditLog = { playlists, days: [] };
  for (let day = 0; day < days; day += 1) {
    const instant = firstDay + day * dayMs;
    const edits: Edit[] = lists.flatMap((list) => list.editsOn(day, instant));
    edits.push(...takeDowns(down, random));
    if (random.chance(0.02)) edits.push({ op: "noRun" });
    log.days.push({ date: new Date(instant).toISOString().slice(0, 10), edits });
  }
  return log;
}

function takeDowns(down: Set<number>, random: Random): Edit[] {
  const edits: Edit[] = [];
  if (random.chance(0.15)) {
    const track = random.below(600);
    if (!down.has(track)) edits.push({ op: "takeDown", track });
    down.add(track);
  }
  const [track] = down;
  if (track !== undefined && random.chance(0.05)) {
    down.delete(track);
    edits.push({ op: "putBack", track });
  }
  return edits;
}

/** A playlist during the simulation: what can happen next depends only on its length and its items. */
function makeList(playlist: number, target: number, random: Random) {
  const held: Item[] = [];
  let goneUntil = -1;
  // One playlist in six first appears later in the year.
  const born = playlist % 6 === 5 ? random.below(60) : 0;

  function newItem(): Item {
    if (held.length > 0 && random.chance(0.06)) return held[random.below(held.length)]!;
    const kinds = ["local", "episode", "squeezedEpisode", "unreadable"] as const;
    if (random.chance(0.05)) return { kind: kinds[random.below(kinds.length)]!, number: random.below(40) };
    return { kind: "track", number: random.below(1200) };
  }

  function addition(index: number, count: number, instant: number): Edit {
    const items = Array.from({ length: count }, newItem);
    held.splice(index, 0, ...items);
    const second = new Date(instant - random.below(80_000) * 1000).toISOString().slice(0, 19);
    const addedAt = random.chance(0.02) ? null : random.chance(0.02) ? "1970-01-01T00:00:00Z" : `${second}Z`;
    return { op: "add", playlist, index, items, addedAt };
  }

  function removal(count: number): Edit {
    const index = random.below(held.length - count + 1);
    held.splice(index, count);
    return { op: "remove", playlist, index, count };
  }

  function move(): Edit {
    const count = random.chance(0.6) ? 1 : 1 + random.below(Math.min(8, held.length));
    const index = random.below(held.length - count + 1);
    const moved = held.splice(index, count);
    const to = random.below(held.length + 1);
    held.splice(to, 0, ...moved);
    return { op: "move", playlist, index, count, to };
  }

  function oneEdit(instant: number): Edit {
    const dice = random.below(100);
    const isFull = held.length > target;
    if (held.length === 0 || (dice < 40 && !isFull)) {
      const index = random.chance(0.7) ? held.length : random.below(held.length + 1);
      return addition(index, random.chance(0.6) ? 1 : 1 + random.below(4), instant);
    }
    if (dice < 62) return removal(Math.min(held.length, 1 + random.below(3)));
    if (dice < 84) return move();
    if (dice < 98) return { op: random.chance(0.5) ? "lose" : "regain", playlist, index: random.below(held.length) };
    if (dice < 99) return { op: "rename", playlist, name: `Playlist ${playlist}, ${random.below(1000)}` };
    return removal(random.chance(0.1) ? held.length : 1);
  }

  return {
    editsOn(day: number, instant: number): Edit[] {
      if (day < born) return [];
      const edits: Edit[] = [];
      if (day === born) {
        edits.push({ op: "back", playlist }, { op: "rename", playlist, name: `Playlist ${playlist}` });
        // Half start with most of their entries, added in bulk; the others start empty.
        while (playlist % 2 === 0 && held.length < target * 0.8) edits.push(addition(held.length, 5, instant - dayMs));
      }
      if (goneUntil === day) edits.push({ op: "back", playlist });
      if (goneUntil < day && random.chance(0.006)) {
        goneUntil = day + 1 + random.below(12);
        edits.push({ op: "gone", playlist });
      }
      const busy = random.chance(0.45) ? 1 + random.below(4) : held.length < target * 0.8 ? 3 : 0;
      for (let n = 0; n < busy; n += 1) edits.push(oneEdit(instant));
      return edits;
    },
  };
}
