import { nearest } from "../components/arguments/nearest";
import type { LakeSql } from "../lake";
import { type Row, rowsOf } from "../lake/askNamed";
import { groupedBy } from "../lake/lists";
import { parsePlaylistId } from "../spotify/playlistId";
import { oneLine } from "./table";

/** A playlist of a lake. */
export interface StoredPlaylist {
  readonly id: string;
  /** The last known one; empty if none is known. */
  readonly name: string;
  /** Its names on earlier days, without the present one. */
  readonly earlierNames: readonly string[];
  /** Its first stored day, YYYY-MM-DD. */
  readonly firstDay: string;
  /** Its last stored day, YYYY-MM-DD. */
  readonly lastDay: string;
}

type Known = Pick<StoredPlaylist, "id" | "name"> & Partial<Pick<StoredPlaylist, "earlierNames">>;

const mostListed = 10;

/**
 * The playlist that the words name: by id, URI, link, name, or a part of a name that no other playlist's name contains.
 * Case, accents, punctuation and outer spaces do not matter. A whole name takes precedence over a part of one, the same
 * punctuation over another, and the present names over earlier ones.
 * @throws one line that lists the candidates, or the nearest names
 */
export function findPlaylist<T extends Known>(words: string, known: readonly T[]): T {
  const linkedId = parsePlaylistId(words);
  const byId = [words.trim(), linkedId].flatMap((id) => known.filter((one) => one.id === id));
  if (byId[0] !== undefined) return byId[0];
  const wanted = folded(words);
  const now = called(wanted, known, ({ name }) => [name]);
  const found = now.length > 0 ? now : called(wanted, known, ({ earlierNames = [] }) => earlierNames);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) throw new Error(`"${words}" can be ${listed(found, "or")}; give an id or more of the name`);
  if (linkedId !== undefined && linkedId !== words.trim()) {
    throw new Error(`the playlist ${linkedId} is not stored; there are ${listed(known, "and")}`);
  }
  throw new Error(`no stored playlist is called "${words}"; ${suggestion(wanted, known)}`);
}

/**
 * The playlists with the wanted name, else those with a name that contains it.
 * @param wanted folded
 */
function called<T>(wanted: string, known: readonly T[], namesOf: (playlist: T) => readonly string[]): T[] {
  const bare = withoutPunctuation(wanted);
  const rules: ((name: string) => boolean)[] = [
    (name) => name === wanted,
    // "C++" means less than all names with a C.
    (name) => bare !== wanted && name.includes(wanted),
    (name) => bare !== "" && withoutPunctuation(name) === bare,
    (name) => bare !== "" && withoutPunctuation(name).includes(bare),
  ];
  for (const fits of rules) {
    const found = known.filter((one) => namesOf(one).some((name) => fits(folded(name))));
    if (found.length > 0) return found;
  }
  return [];
}

/** What the words once named, if they do not name the playlist as it is called now: `"Old" is now called "New"`. */
function renaming(words: string, { id, name, earlierNames }: StoredPlaylist): string | undefined {
  const wanted = folded(words);
  const among = (names: readonly string[]) => called(wanted, names, (one) => [one]).at(-1);
  const isNow = id === words.trim() || id === parsePlaylistId(words) || among([name]) !== undefined;
  const earlier = isNow ? undefined : among(earlierNames);
  return earlier === undefined ? undefined : `"${oneLine(earlier)}" is now called "${oneLine(name)}"`;
}

/** A text without case, accents and repeated spaces, for comparing. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

/** A folded text with a space for punctuation and symbols, and nothing for an apostrophe inside a word. */
function withoutPunctuation(text: string): string {
  const joined = text.replace(/(?<=\p{L})['’](?=\p{L})/gu, "");
  return joined.replace(/[\p{P}\p{S}\s]+/gu, " ").trim();
}

function listed(playlists: readonly Known[], word: "and" | "or"): string {
  const shown = playlists.slice(0, mostListed).map(({ id, name }) => `"${oneLine(name)}" (${id})`);
  const more = playlists.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  const last = shown.pop() ?? "";
  return shown.length > 0 ? `${shown.join(", ")} ${word} ${last}` : last;
}

/** The playlists whose name, or a word of it, is spelled almost like the words; all if there are none. */
function suggestion(wanted: string, known: readonly Known[]): string {
  const bare = withoutPunctuation(wanted) || wanted;
  const near = known.filter(({ name }) => {
    const own = withoutPunctuation(folded(name));
    return nearest(bare, [own, ...own.split(" ")]) !== undefined;
  });
  if (near.length > 0) return `the nearest: ${listed(near, "or")}`;
  return known.length === 0 ? "no playlist is stored yet" : `there are ${listed(known, "and")}`;
}

const storedSql = `select playlist_id, name, min(snapshot_date) as first_date, max(snapshot_date) as last_date
from playlists
group by playlist_id, name
order by playlist_id, last_date`;

/**
 * The lake's playlist that the words name.
 * @param say shows that a playlist was found by an earlier name
 * @throws as `findPlaylist`
 */
export async function playlistOf(lake: LakeSql, words: string, say: (remark: string) => void): Promise<StoredPlaylist> {
  const rows = rowsOf(await lake.query(storedSql));
  const stored = [...groupedBy(rows, ({ playlist_id }) => String(playlist_id))].map(storedOf);
  const found = findPlaylist(words, stored);
  const remark = renaming(words, found);
  if (remark !== undefined) say(remark);
  return found;
}

/** @param named a row for each name, in the order of their last days */
function storedOf([id, named]: [string, Row[]]): StoredPlaylist {
  const names = named.flatMap(({ name }) => (typeof name === "string" ? [name] : []));
  const days = named.flatMap(({ first_date, last_date }) => [String(first_date), String(last_date)]).sort();
  const [firstDay = "", lastDay = ""] = [days[0], days.at(-1)];
  return { id, name: names.at(-1) ?? "", earlierNames: names.slice(0, -1), firstDay, lastDay };
}
