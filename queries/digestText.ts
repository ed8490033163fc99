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
  const lists = byPlaylist(changes);
  const plural = lists.length === 1 ? "" : "s";
  const seen = first === last ? `on ${first}` : `from ${first} to ${last}`;
  const sections = [`What changed in ${lists.length} playlist${plural}, as stored ${seen}.`];
  const vanished = lost.length === 1 ? "1 song vanished" : `${lost.length} songs vanished`;
  if (lost.length > 0) {
    const what = lost.length === 1 ? "it is still in its list" : "they are still in their lists";
    sections.push(`${vanished}: ${what}, but Spotify no longer plays ${lost.length === 1 ? "it" : "them"}.`);
    for (const [name, ofList] of byPlaylist(lost)) sections.push([name, ...lostLines(ofList)].join("\n"));
  }
  for (const [name, ofList] of lists) {
    const counts = countsOf(ofList);
    if (counts.length === 0) continue;
    const lines = kinds.flatMap(({ change, mark }) =>
      linesOf(
        ofList.filter((one) => one.change === change),
        mark,
      ),
    );
    sections.push([`${name}: ${counts.join(", ")}`, ...lines].join("\n"));
  }
  const parts = [...(lost.length === 0 ? [] : [vanished]), ...countsOf(changes)];
  return { subject: `Playlake: ${parts.join(", ")}`, body: withinLimit(sections) };
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

function lostLines(lost: readonly Change[]): string[] {
  return linesOf(lost, "x", ({ other_release: key, other_album: album }) => {
    if (key === null) return "";
    const place = key.includes(":") ? key : `https://open.spotify.com/track/${key}`;
    return `\n    another release: ${place}${album === null ? "" : ` (${short(album)})`}`;
  });
}

/** A line for each change, copies in one; as many as a list shows. */
function linesOf(changes: readonly Change[], mark: string, more: (change: Change) => string = () => ""): string[] {
  const copies = new Map<string, number>();
  for (const change of changes) {
    const line = `  ${mark} ${titleOf(change)} (${change.snapshot_date})`;
    const whole = `${line}${more(change)}`;
    copies.set(whole, (copies.get(whole) ?? 0) + 1);
  }
  const lines = [...copies].map(([line, count]) =>
    count === 1 ? line : line.replace(/\)(?=\n|$)/, `, ${count} times)`),
  );
  const left = lines.length - shownNames;
  return left > 0 ? [...lines.slice(0, shownNames), `  and ${left} more`] : lines;
}

function titleOf({ change, name, first_artist_or_show: maker, item_key: key }: Change): string {
  if (name !== null) return maker === null ? short(name) : `${short(name)}, ${short(maker)}`;
  if (key !== null) return `a song that Spotify no longer names: ${key}`;
  return change === "lost" ? "one of those that went on that day; which is not known" : "an entry that is unavailable";
}

function short(name: string): string {
  return name.length > longestName ? `${[...name].slice(0, longestName).join("")}...` : name;
}

/** The sections, as many as a message takes. */
function withinLimit(sections: readonly string[]): string {
  let text = "";
  for (const [i, section] of sections.entries()) {
    const longer = `${text}${i === 0 ? "" : "\n\n"}${section}`;
    if (Buffer.byteLength(longer) > mostBytes) {
      return `${text}\n\nThis is not all: a mail holds no more. playlake digest shows the rest.\n`;
    }
    text = longer;
  }
  return `${text}\n`;
}
