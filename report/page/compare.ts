import { compareLists } from "../../lake/lists";

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
 * Compares two states of a list, as `compareLists`.
 * @param canMove whether an item can move; others are only counted
 */
export function compare(
  before: readonly number[],
  after: readonly number[],
  canMove: (item: number) => boolean = () => true,
): Comparison {
  const { origins, removed, moved } = compareLists(before, after);
  const isMoved = new Set(moved.filter((position) => canMove(after[position] as number)));
  return {
    after: origins.map((from, i) => ({ change: from === -1 ? "added" : isMoved.has(i) ? "moved" : "kept", from })),
    removed,
  };
}
