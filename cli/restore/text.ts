// The texts of `playlake restore`.
import { compareLists, count, groupedBy } from "../../lake/lists";
import type { OldList } from "../../operations/restore/oldList";
import type { Loss, LossReason, Target, TargetOptions } from "../../operations/restore/target";
import type { ListEntry } from "../../spotify/readEntries";
import { oneLine } from "../table";

/** What is about to be written. */
interface Plan extends Omit<TargetOptions, "refused"> {
  /** The playlist's name. */
  readonly name: string;
  /** The new playlist's name; undefined if the playlist itself is written. */
  readonly newName: string | undefined;
  /** The list that the target is compared with. */
  readonly now: readonly ListEntry[];
  /** What that list is, such as `2026-11-22, the last stored day`. */
  readonly nowIs: string;
  readonly old: Pick<OldList, "day" | "entries">;
  readonly target: Target;
}

const mostNames = 5;

const reasons: Readonly<Record<LossReason, readonly [one: string, several: string]>> = {
  "local file": ["local file", "local files"],
  unavailable: ["entry without an item", "entries without an item"],
  unreadable: ["unreadable entry", "unreadable entries"],
  "taken down": ["track that Spotify took down", "tracks that Spotify took down"],
  refused: ["item that Spotify refuses", "items that Spotify refuses"],
};

/** An entry as people know it. */
function entryName({ uri, name, by }: ListEntry): string {
  if (uri === "unavailable" || uri === "unreadable") return reasons[uri][0];
  const shown = name === "" ? uri : name;
  return oneLine(by === "" ? shown : `${shown} (${by})`);
}

/** A number of entries, and the names of the first ones. @param names of those that have one */
function some(sign: string, n: number, what: string, names: readonly string[]): string {
  if (n === 0) return "";
  const more = names.length - mostNames;
  const lines = names.slice(0, mostNames).map((name) => `      ${name}\n`);
  const others = more > 0 ? `      and ${more.toLocaleString("en-US")} more\n` : "";
  return `  ${sign} ${n.toLocaleString("en-US")} ${what}\n${lines.join("")}${others}`;
}

/** The difference that is written, and what cannot come back. */
export function planText({ name, newName, now, nowIs, old, target, others, substitutes }: Plan): string {
  const was = old.entries.flatMap((entry) => entry.was ?? []);
  const names = new Map([...now, ...others.values(), ...was, ...old.entries].map((entry) => [entry.uri, entry]));
  const nameOf = (uri: string) => entryName(names.get(uri) ?? { uri, name: "", by: "" });
  // A new playlist is compared as if all of the old list came back: what does not is listed below.
  const then = newName === undefined ? target.uris : old.entries.map(({ uri, was }) => was?.uri ?? uri);
  const { origins, removed, moved } = compareLists(
    now.map(({ uri }) => uri),
    then,
  );
  const added = [...then.keys()].filter((position) => origins[position] === -1);
  const isSame = added.length + removed.length + moved.length === 0;
  return [
    `"${oneLine(name)}" as it stood on ${old.day}: ${entriesText(old.entries.length)}\n`,
    newName === undefined ? "Into the playlist itself\n" : `Into a new private playlist: "${oneLine(newName)}"\n`,
    `Compared with ${nowIs}:\n`,
    isSame ? "  no difference\n" : "",
    some(
      "+",
      added.length,
      "added",
      added.map((place) => nameOf(then[place]!)),
    ),
    some(
      "-",
      removed.length,
      "removed",
      removed.map((place) => entryName(now[place]!)),
    ),
    some(
      "~",
      moved.length,
      "moved",
      moved.map((place) => nameOf(then[place]!)),
    ),
    lossesText(target, substitutes),
  ].join("");
}

/** How a written list begins. */
export function beginningText(entries: readonly ListEntry[]): string {
  return some("=", entries.length, "entries now", entries.map(entryName));
}

/** What cannot come back, what takes its place, and what cannot be removed; empty if there is nothing of it. */
export function lossesText({ losses, replaced, leftovers }: Target, substitutes: boolean): string {
  const offers = losses.filter(({ other }) => other !== undefined).length;
  return [
    ...(losses.length === 0 ? [] : [`Cannot come back: ${entriesText(losses.length)}\n`]),
    ...[...groupedBy(losses, ({ reason }) => reason)].map(([reason, those]) => {
      const named = those.filter(({ entry }) => entry.was !== undefined || !(entry.uri in reasons));
      return some("!", those.length, reasons[reason][those.length === 1 ? 0 : 1], named.map(lossName));
    }),
    some("=", replaced.length, "replaced by another release", replaced.map(lossName)),
    offers > 0 && !substitutes ? `--substitute puts the other release in the place of ${offers} of them.\n` : "",
    leftovers > 0
      ? `Today's list has ${entriesText(leftovers)} that Spotify's API cannot remove (local files, entries without an item): they stay, at the end.\n`
      : "",
  ].join("");
}

function lossName({ entry, other }: Loss): string {
  const name = entryName(entry.was ?? entry);
  if (other === undefined) return name;
  const album = other.album === "" ? "" : `, from "${oneLine(other.album)}"`;
  return `${name}: the same recording is ${other.uri}${album}`;
}

/** `1 entry`, `3 entries`. */
export function entriesText(n: number): string {
  return count(n, "entry", "entries");
}
