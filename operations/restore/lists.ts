// Lists of entries by URI, compared and changed in memory.
import type { EntryUri } from "../../spotify/entryUri";
import type { Edit } from "../../spotify/writePlaylist";

/** How one list becomes another. */
interface Difference {
  /** Positions in the second list. */
  readonly added: readonly number[];
  /** Positions in the first list. */
  readonly removed: readonly number[];
  /** Positions in the second list of what is in both, and has another order: as few as possible. */
  readonly moved: readonly number[];
}

/** How often each URI occurs. */
export function countUris(list: readonly EntryUri[]): Map<EntryUri, number> {
  const counts = new Map<EntryUri, number>();
  for (const uri of list) counts.set(uri, (counts.get(uri) ?? 0) + 1);
  return counts;
}

/** The list after an edit, as Spotify makes it. */
export function applyEdit(list: readonly EntryUri[], edit: Edit): EntryUri[] {
  if (edit.kind === "remove") {
    const removed = new Set(edit.uris);
    return list.filter((uri) => !removed.has(uri));
  }
  if (edit.kind === "add") return [...list.slice(0, edit.position), ...edit.uris, ...list.slice(edit.position)];
  const { start, length, before } = edit;
  const moved = list.slice(start, start + length);
  const others = [...list.slice(0, start), ...list.slice(start + length)];
  const to = before > start ? before - length : before;
  return [...others.slice(0, to), ...moved, ...others.slice(to)];
}

/**
 * The entries that both lists have: pairs of positions, ordered by the second one. Of a URI that occurs several times, the
 * first occurrences belong together, then the second ones, and so on.
 */
export function pairUp(from: readonly EntryUri[], to: readonly EntryUri[]): [from: number, to: number][] {
  const places = new Map<EntryUri, number[]>();
  for (const [position, uri] of from.entries()) {
    const known = places.get(uri);
    if (known === undefined) places.set(uri, [position]);
    else known.push(position);
  }
  const next = new Map<EntryUri, number>();
  return to.flatMap((uri, position): [number, number][] => {
    const occurrence = next.get(uri) ?? 0;
    next.set(uri, occurrence + 1);
    const place = places.get(uri)?.[occurrence];
    return place === undefined ? [] : [[place, position]];
  });
}

export function compareLists(from: readonly EntryUri[], to: readonly EntryUri[]): Difference {
  const pairs = pairUp(from, to);
  const still = longestIncreasing(pairs.map(([place]) => place));
  const [kept, found] = [new Set(pairs.map(([place]) => place)), new Set(pairs.map(([, position]) => position))];
  return {
    added: [...to.keys()].filter((position) => !found.has(position)),
    removed: [...from.keys()].filter((position) => !kept.has(position)),
    moved: pairs.flatMap(([, position], index) => (still.has(index) ? [] : [position])),
  };
}

/** The places of a longest increasing subsequence of distinct numbers. */
export function longestIncreasing(numbers: readonly number[]): Set<number> {
  /** For each length, where the subsequence of that length with the smallest end ends. */
  const ends: number[] = [];
  const previous: number[] = [];
  for (const [place, value] of numbers.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[ends[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    previous.push(low === 0 ? -1 : ends[low - 1]!);
    ends[low] = place;
  }
  const places = new Set<number>();
  for (let place = ends.at(-1) ?? -1; place >= 0; place = previous[place]!) places.add(place);
  return places;
}
