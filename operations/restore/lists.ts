// Lists of entries by URI, changed in memory.
import type { EntryUri } from "../../spotify/entryUri";
import type { Edit } from "../../spotify/writePlaylist";

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
