import { compareLists } from "../../lake/lists";
import type { Item, PlaylistHistory } from "./history";

/** One line of the list as it is shown: an entry of the day, or one that is gone since the day compared with. */
export interface Line {
  /** From 0, in the list that is shown; undefined for an entry that is gone. */
  readonly position: number | undefined;
  readonly item: Item;
  readonly change: "added" | "removed" | "moved" | "kept";
  /** For `moved` and `removed`: the position on the day compared with. */
  readonly from: number | undefined;
  /** The first stored day of the stay; undefined if it began on the first stored day, or before. */
  readonly since: string | undefined;
}

/** The list of a day, with what changed since another one (undefined: nothing is marked). */
export function linesOf(history: PlaylistHistory, items: readonly Item[], day: number, other?: number): Line[] {
  const after = history.listOn(day);
  const before = other === undefined ? after : history.listOn(other);
  const itemOf = (index: number) => items[index] as Item;
  const { origins, removed, moved } = compareLists(before, after);
  const isMoved = new Set(moved.filter((position) => hasName(itemOf(after[position] as number))));
  const sinceOf = (index: number, on: number) => {
    const from = history.stayOn(index, on)?.from ?? 0;
    return from === 0 ? undefined : history.days[from];
  };
  const lines = after.map((index, position): Line => {
    const change = origins[position] === -1 ? "added" : isMoved.has(position) ? "moved" : "kept";
    const from = change === "moved" ? origins[position] : undefined;
    return { position, item: itemOf(index), change, from, since: sinceOf(index, day) };
  });
  const gone = removed.map((from): Line => {
    const index = before[from] as number;
    return { position: undefined, item: itemOf(index), change: "removed", from, since: sinceOf(index, other ?? day) };
  });
  // An entry that is gone is shown after the one that it followed.
  const shown: Line[] = [];
  for (const [position, line] of lines.entries()) {
    const upTo = line.change === "kept" ? origins[position]! : 0;
    while (gone.length > 0 && gone[0]!.from! < upTo) shown.push(gone.shift()!);
    shown.push(line);
  }
  return [...shown, ...gone];
}

/** Every day with changes, the newest first, with the changed lines. */
export function logOf(history: PlaylistHistory, items: readonly Item[]) {
  return history.versions
    .slice(1)
    .map(({ day }) => ({
      day,
      lines: linesOf(history, items, day, day - 1).filter(({ change }) => change !== "kept"),
    }))
    .reverse();
}

/** Entries without an item cannot be told apart, so they are never shown as moved. */
function hasName([, , , kind]: Item): boolean {
  return kind === "track" || kind === "episode";
}

/** What an entry is called. */
export function titleOf([name, , , kind]: Item): string {
  if (kind === "unavailable") return "no longer available on Spotify";
  if (kind === "unreadable") return "an entry that could not be read";
  return name === "" ? "no name" : name;
}

/** Text to search in: lower case, without accents. */
export function searchable(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
}
