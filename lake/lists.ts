// Lists: counts, sums, batches, and how one list becomes another. Runs in the report's page, too.

/** `3 playlists`, `1 playlist`. */
export function count(n: number, one: string, several = `${one}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : several}`;
}

export function sum<T>(list: readonly T[], of: (item: T) => number): number {
  return list.reduce((total, item) => total + of(item), 0);
}

/** The list in parts of at most `size`. */
export function inBatches<T>(list: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let at = 0; at < list.length; at += size) batches.push(list.slice(at, at + size));
  return batches;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export function groupedBy<T, Key>(list: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of list) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** How one list becomes another. Positions count from 0 and ascend. */
interface Difference {
  /** For each entry of the second list, its position in the first; -1 if it is new. */
  readonly origins: readonly number[];
  /** Positions in the first list. */
  readonly removed: readonly number[];
  /** Positions in the second list of what is in both, and has another order: as few as possible. */
  readonly moved: readonly number[];
}

/**
 * Compares two lists. Of an item that occurs several times, the first occurrences belong together, then the second ones,
 * and so on.
 */
export function compareLists<T>(before: readonly T[], after: readonly T[]): Difference {
  const waiting = groupedBy([...before.keys()].reverse(), (position) => before[position] as T);
  const origins = after.map((item) => waiting.get(item)?.pop() ?? -1);
  const still = longestIncreasing(origins);
  return {
    origins,
    removed: [...waiting.values()].flat().sort((a, b) => a - b),
    moved: [...after.keys()].filter((position) => origins[position] !== -1 && !still.has(position)),
  };
}

/** The indexes of a longest increasing subsequence of the values that are not -1. */
export function longestIncreasing(values: readonly number[]): Set<number> {
  /** For each length, where the subsequence of that length with the smallest end ends. */
  const ends: number[] = [];
  const previous: number[] = [];
  for (const [index, value] of values.entries()) {
    if (value === -1) continue;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[ends[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low === 0 ? -1 : ends[low - 1]!;
    ends[low] = index;
  }
  const chosen = new Set<number>();
  for (let index = ends.at(-1) ?? -1; index >= 0; index = previous[index]!) chosen.add(index);
  return chosen;
}
