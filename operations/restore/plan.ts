import { compareLists, inBatches, longestIncreasing } from "../../lake/lists";
import { type EntryUri, isInCatalog } from "../../spotify/entryUri";
import { type Edit, mostUris } from "../../spotify/writePlaylist";
import { countUris } from "./target";

/** Above so many requests, what is in the wrong order is removed and added again, at the cost of its date. */
const mostCareful = 100;

/**
 * The requests that turn `current` into `target`. They keep an entry, with the date on which it was added, as long as that
 * takes at most a hundred requests. Entries that the API can neither add nor remove are only moved.
 *
 * @param target has those of `current`, and no others
 * @param dead URIs that could not be added again, as far as is known
 */
export function planEdits(
  current: readonly EntryUri[],
  target: readonly EntryUri[],
  dead: ReadonlySet<EntryUri> = new Set(),
): Edit[] {
  const mayGo = (uri: EntryUri) => isInCatalog(uri) && !dead.has(uri);
  const wanted = countUris(target);
  const tooMany = new Set<EntryUri>();
  for (const [uri, count] of countUris(current)) if (count > (wanted.get(uri) ?? 0)) tooMany.add(uri);
  const careful = editsWith(current, target, tooMany);
  if (careful.length <= mostCareful) return careful;
  const moved = compareLists(current, target)
    .moved.map((position) => target[position]!)
    .filter(mayGo);
  const rewriting = editsWith(current, target, new Set([...tooMany, ...moved]));
  const all = editsWith(current, target, new Set([...tooMany, ...current.filter(mayGo)]));
  return [careful, rewriting, all].reduce((best, edits) => (edits.length < best.length ? edits : best));
}

/** @param removed URIs of which every entry is removed first; those in the target are added again */
function editsWith(current: readonly EntryUri[], target: readonly EntryUri[], removed: ReadonlySet<EntryUri>): Edit[] {
  const left = current.filter((uri) => !removed.has(uri));
  const { origins } = compareLists(left, target);
  return [
    ...inBatches([...removed], mostUris).map((uris): Edit => ({ kind: "remove", uris })),
    ...moves(origins.filter((origin) => origin !== -1)),
    ...additions(target, origins),
  ];
}

/** Moves that sort a list. @param wanted the places of its entries, in the wanted order */
function moves(wanted: readonly number[]): Edit[] {
  const still = longestIncreasing(wanted);
  /** For each place, which rank its entry gets. */
  const list: number[] = [];
  for (const [rank, place] of wanted.entries()) list[place] = rank;
  const edits: Edit[] = [];
  for (let rank = 0; rank < wanted.length; rank += 1) {
    if (still.has(rank)) continue;
    const start = list.indexOf(rank);
    // What is before it is in order, so it belongs right after the entry of the next lower rank.
    const before = rank === 0 ? 0 : list.indexOf(rank - 1) + 1;
    let length = 1;
    while (!still.has(rank + length) && list[start + length] === rank + length) length += 1;
    list.splice(before > start ? before - length : before, 0, ...list.splice(start, length));
    if (before !== start) edits.push({ kind: "move", start, length, before });
    rank += length - 1;
  }
  return edits;
}

/** Additions of what has no origin, from the beginning on: each is made at the place that it keeps. */
function additions(target: readonly EntryUri[], origins: readonly number[]): Edit[] {
  const edits: { kind: "add"; uris: EntryUri[]; position: number }[] = [];
  for (const [position, uri] of target.entries()) {
    if (origins[position] !== -1) continue;
    const last = edits.at(-1);
    if (last !== undefined && last.position + last.uris.length === position && last.uris.length < mostUris) {
      last.uris.push(uri);
    } else edits.push({ kind: "add", uris: [uri], position });
  }
  return edits;
}

/** The list after an edit, as Spotify makes it. */
export function applyEdit(list: readonly EntryUri[], edit: Edit): EntryUri[] {
  if (edit.kind === "remove") {
    const removed = new Set(edit.uris);
    return list.filter((uri) => !removed.has(uri));
  }
  if (edit.kind === "add") return list.toSpliced(edit.position, 0, ...edit.uris);
  const { start, length, before } = edit;
  const moved = list.slice(start, start + length);
  return list.toSpliced(start, length).toSpliced(before > start ? before - length : before, 0, ...moved);
}
