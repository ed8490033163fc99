/** How two states of a list differ. Positions count from 0. */
interface Comparison {
  /** For each entry of the later list: where it came from. */
  readonly after: readonly Origin[];
  /** Positions in the earlier list of the entries that are gone, ascending. */
  readonly removed: readonly number[];
}

/** Where an entry of the later list was in the earlier one. */
export interface Origin {
  readonly change: "added" | "moved" | "kept";
  /** Its position in the earlier list; -1 if it is new. */
  readonly from: number;
}

/**
 * Compares two states of a list. Copies of an item are matched in their order: the second copy is the one that comes or
 * goes. What moved is the smallest set of entries whose removal leaves the rest in the same order.
 * @param canMove whether an item can move; others are only counted
 */
export function compare(
  before: readonly number[],
  after: readonly number[],
  canMove: (item: number) => boolean = () => true,
): Comparison {
  const waiting = new Map<number, number[]>();
  for (let position = before.length - 1; position >= 0; position -= 1) {
    const item = before[position] as number;
    const positions = waiting.get(item);
    if (positions === undefined) waiting.set(item, [position]);
    else positions.push(position);
  }
  const from = after.map((item) => waiting.get(item)?.pop() ?? -1);
  const stays = longestIncreasing(from);
  const removed = [...waiting.values()].flat().sort((a, b) => a - b);
  return {
    after: from.map((position, i) => {
      if (position === -1) return { change: "added", from: position };
      const isMoved = !stays.has(i) && canMove(after[i] as number);
      return { change: isMoved ? "moved" : "kept", from: position };
    }),
    removed,
  };
}

/** The indexes of a longest increasing subsequence of the values that are not -1. */
function longestIncreasing(values: readonly number[]): Set<number> {
  // Patience sorting: tails[n] is the index of the smallest value that ends an increasing run of n + 1 values.
  const tails: number[] = [];
  const previous = new Int32Array(values.length).fill(-1);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (value === -1) continue;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] as number] as number) < value) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[i] = tails[low - 1] as number;
    tails[low] = i;
  }
  const chosen = new Set<number>();
  for (let i = tails.at(-1) ?? -1; i !== -1; i = previous[i] as number) chosen.add(i);
  return chosen;
}
