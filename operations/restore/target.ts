import { groupedBy } from "../../lake/lists";
import { type EntryUri, isInCatalog } from "../../spotify/entryUri";
import type { ListEntry } from "../../spotify/readEntries";

/** An entry of the list as it stood. */
export interface OldEntry extends ListEntry {
  /** Spotify had taken the track down on that day: only its id was left. */
  readonly isTakenDown: boolean;
  /** What an entry without an item was on other days; absent if that is not known. */
  readonly was?: ListEntry;
}

/** Another release of a recording: another track with the same ISRC. */
export interface OtherRelease extends ListEntry {
  /** Its name; empty if it is not known. */
  readonly album: string;
  /** The last day on which the lake has it, YYYY-MM-DD. */
  readonly lastDay: string;
}

/** Why an entry cannot come back. */
export type LossReason = "local file" | "unavailable" | "unreadable" | "taken down" | "refused";

export interface Loss {
  readonly entry: OldEntry;
  readonly reason: LossReason;
  /** Another release of it in the lake; undefined if there is none. */
  readonly other: OtherRelease | undefined;
}

/** The list to be written. */
export interface Target {
  readonly uris: readonly EntryUri[];
  /** Entries of the old list that are not in it, in order. */
  readonly losses: readonly Loss[];
  /** Entries of the old list in whose place another release is, in order. */
  readonly replaced: readonly Loss[];
  /** Entries at its end that the old list did not have, and that the API cannot remove. */
  readonly leftovers: number;
}

export interface TargetOptions {
  /** URIs that Spotify refused to add. */
  readonly refused: ReadonlySet<EntryUri>;
  /** By the URI that they can replace. */
  readonly others: ReadonlyMap<EntryUri, OtherRelease>;
  /** Whether other releases take the place of what cannot come back. */
  readonly substitutes: boolean;
}

/**
 * The list that comes closest to the old one. An entry that had no item on that day, and is not in the current list, comes
 * back as what it was on other days. Local files, entries without an item, and tracks that were taken down or
 * are refused cannot be added: they are in it as often as they are in the current list, unless that has more of them than
 * the old one (removing one copy removes all). Local files and entries without
 * an item cannot be removed either: those that the old list did not have come last.
 */
export function targetOf(old: readonly OldEntry[], current: readonly EntryUri[], options: TargetOptions): Target {
  const { refused, others, substitutes } = options;
  const wanted = countUris(old.map(({ uri }) => uri));
  const left = countUris(current);
  const uris: EntryUri[] = [];
  const losses: Loss[] = [];
  const replaced: Loss[] = [];
  for (const entry of old) {
    const { uri } = entry;
    const reason = lossReason(entry, refused);
    // Removing one copy removes all, and then none can be added.
    const isGone = reason !== undefined && isInCatalog(uri) && (left.get(uri) ?? 0) > (wanted.get(uri) ?? 0);
    const here = isGone ? 0 : (left.get(uri) ?? 0);
    if (here > 0) {
      left.set(uri, here - 1);
      wanted.set(uri, (wanted.get(uri) ?? 0) - 1);
    }
    if (here > 0 || reason === undefined) {
      uris.push(uri);
      continue;
    }
    const { was } = entry;
    if (was !== undefined && isInCatalog(was.uri) && !refused.has(was.uri)) {
      uris.push(was.uri);
      continue;
    }
    const other = others.get(was?.uri ?? uri);
    const loss = { entry, reason, other };
    if (other === undefined || !substitutes || refused.has(other.uri)) losses.push(loss);
    else {
      uris.push(other.uri);
      replaced.push(loss);
    }
  }
  // The last ones of several equal entries, so that a list that was written in part stays as it is.
  const leftovers: EntryUri[] = [];
  for (const uri of [...current].reverse()) {
    const more = isInCatalog(uri) ? 0 : (left.get(uri) ?? 0);
    if (more === 0) continue;
    left.set(uri, more - 1);
    leftovers.unshift(uri);
  }
  return { uris: [...uris, ...leftovers], losses, replaced, leftovers: leftovers.length };
}

/** Why an entry cannot be added; undefined if it can, as far as is known. */
function lossReason({ uri, isTakenDown }: OldEntry, refused: ReadonlySet<EntryUri>): LossReason | undefined {
  if (uri === "unavailable" || uri === "unreadable") return uri;
  if (!isInCatalog(uri)) return "local file";
  if (refused.has(uri)) return "refused";
  return isTakenDown ? "taken down" : undefined;
}

/** How often each URI occurs. */
export function countUris(list: readonly EntryUri[]): Map<EntryUri, number> {
  return new Map([...groupedBy(list, (uri) => uri)].map(([uri, all]) => [uri, all.length]));
}
