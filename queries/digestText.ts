// A digest as a mail: plain text within SNS's limits.
import type { Change } from "./digest";

/** A digest's text. */
export interface DigestText {
  /** ASCII, under 100 characters. */
  readonly subject: string;
  readonly body: string;
}

/** A list of names shows this many. */
const shownNames = 100;
const longestName = 200;
/** SNS takes 262,144 bytes. */
const mostBytes = 250_000;

/** How each kind of change is counted and marked. */
const kinds = [
  { change: "came", mark: "+", counted: "came" },
  { change: "went", mark: "-", counted: "went" },
  { change: "back", mark: "=", counted: "can be played again" },
] as const;

/** The text of a digest. @param changes at least one; see `newsOf` */
export function digestText(changes: readonly Change[]): DigestText {
  const lost = changes.filter(({ change }) => change === "lost");
  const days = changes.map(({ snapshot_date: day }) => day).sort();
  const [first, last] = [days[0], days.at(-1)];
  const isOneDay = first === last;
  const seen = isOneDay ? `on ${first}` : `from ${first} to ${last}`;
  const lists = byPlaylist(changes);
  const vanished = lost.length === 0 ? [] : [songs(lost.length)];
  return {
    subject: `Playlake: ${[...vanished, ...countsOf(changes)].join(", ")}`,
    body: withinLimit([
      `What changed in ${lists.length} playlist${lists.length === 1 ? "" : "s"}, as stored ${seen}.`,
      ...lostSections(lost, isOneDay),
      ...lists.flatMap(([name, ofList]) => listSection(name, ofList, isOneDay)),
    ]),
  };
}

function songs(count: number): string {
  return `${count} ${count === 1 ? "song" : "songs"} vanished`;
}

function lostSections(lost: readonly Change[], isOneDay: boolean): string[] {
  if (lost.length === 0) return [];
  const isOne = lost.length === 1;
  const what = isOne ? "it is still in its list" : "they are still in their lists";
  const lists = byPlaylist(lost).map(([name, ofList]) => [name, ...linesOf(ofList, "x", isOneDay)].join("\n"));
  return [`${songs(lost.length)}: ${what}, but Spotify no longer plays ${isOne ? "it" : "them"}.`, ...lists];
}

/** What came and went in a list; none if it only lost songs. */
function listSection(name: string, changes: readonly Change[], isOneDay: boolean): string[] {
  const counts = countsOf(changes);
  if (counts.length === 0) return [];
  const lines = kinds.flatMap(({ change, mark }) => {
    const ofKind = changes.filter((one) => one.change === change);
    return linesOf(ofKind, mark, isOneDay);
  });
  return [[`${name}: ${counts.join(", ")}`, ...lines].join("\n")];
}

/** Such as `12 came`, `5 went`. */
function countsOf(changes: readonly Change[]): string[] {
  return kinds.flatMap(({ change, counted }) => {
    const count = changes.filter((one) => one.change === change).length;
    return count === 0 ? [] : [`${count} ${counted}`];
  });
}

/** Each playlist's changes, with its name, in the order in which they come. */
function byPlaylist(changes: readonly Change[]): [name: string, changes: Change[]][] {
  const found = new Map<string, Change[]>();
  for (const change of changes) {
    const ofList = found.get(change.playlist_id);
    if (ofList === undefined) found.set(change.playlist_id, [change]);
    else ofList.push(change);
  }
  return [...found].map(([id, ofList]) => [short(ofList[0]?.playlist ?? id), ofList]);
}

/** A line for each change, copies in one; as many as a list shows. The day is left out if all changes have the same. */
function linesOf(changes: readonly Change[], mark: string, isOneDay: boolean): string[] {
  const found = new Map<string, { change: Change; copies: number }>();
  for (const change of changes) {
    const key = JSON.stringify([change.snapshot_date, change.item_key, titleOf(change)]);
    found.set(key, { change, copies: (found.get(key)?.copies ?? 0) + 1 });
  }
  const lines = [...found.values()].map(({ change, copies }) => {
    const notes = [...(isOneDay ? [] : [change.snapshot_date]), ...(copies === 1 ? [] : [`${copies} copies`])];
    const inBrackets = notes.length === 0 ? "" : ` (${notes.join(", ")})`;
    return `  ${mark} ${titleOf(change)}${inBrackets}${otherRelease(change)}`;
  });
  const left = lines.length - shownNames;
  return left > 0 ? [...lines.slice(0, shownNames), `  and ${left} more`] : lines;
}

function otherRelease({ other_release: key, other_album: album }: Change): string {
  if (key === null) return "";
  const address = key.includes(":") ? short(key) : `https://open.spotify.com/track/${short(key)}`;
  return `\n    another release: ${address}${album === null ? "" : ` (${short(album)})`}`;
}

function titleOf({ change, name, first_artist_or_show: maker, item_key: key }: Change): string {
  if (name !== null) return maker === null ? short(name) : `${short(name)} by ${short(maker)}`;
  if (key !== null) return `a song that Spotify no longer names: ${short(key)}`;
  return change === "lost"
    ? "a song whose name is not known: one of those that went that day"
    : "an entry that is unavailable";
}

/** A name on one line. SNS does not deliver control characters to a queue, and a mail would break the line there. */
function short(name: string): string {
  const letters = [...name.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]+/gu, " ")];
  return letters.length > longestName ? `${letters.slice(0, longestName).join("")}...` : letters.join("");
}

/** The sections, as many as a message takes. */
function withinLimit(sections: readonly string[]): string {
  let text = "";
  for (const [i, section] of sections.entries()) {
    const longer = `${text}${i === 0 ? "" : "\n\n"}${section}`;
    if (Buffer.byteLength(longer) > mostBytes) {
      return `${text}\n\nThis is not all: a mail holds no more. npx playlake digest shows the rest.\n`;
    }
    text = longer;
  }
  return `${text}\n`;
}
