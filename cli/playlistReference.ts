import { nearest } from "../components/arguments/nearest";
import type { LakeSql } from "../lake";
import { rowsOf } from "../lake/askNamed";
import { parsePlaylistId } from "../spotify/playlistId";
import { oneLine } from "./table";

/** A playlist of a lake. */
export interface StoredPlaylist {
  readonly id: string;
  /** Empty if it is not known. */
  readonly name: string;
  /** Its first stored day, YYYY-MM-DD. */
  readonly firstDay: string;
  /** Its last stored day, YYYY-MM-DD. */
  readonly lastDay: string;
}

type Known = Pick<StoredPlaylist, "id" | "name">;

const mostListed = 10;

/**
 * The playlist that the words name: by id, URI, link, name, or a part of a name that no other playlist's name contains.
 * Case, accents and outer spaces do not matter. A whole name takes precedence over a part of one.
 * @throws one line that lists the candidates, or the nearest names
 */
export function findPlaylist<T extends Known>(words: string, known: readonly T[]): T {
  const byId = known.find(({ id }) => id === words.trim());
  if (byId !== undefined) return byId;
  const linkedId = parsePlaylistId(words);
  const linked = known.find(({ id }) => id === linkedId);
  if (linked !== undefined) return linked;
  const wanted = folded(words);
  const called = known.filter(({ name }) => folded(name) === wanted);
  const found = called.length > 0 || wanted === "" ? called : known.filter(({ name }) => folded(name).includes(wanted));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) throw new Error(`"${words}" can be ${listed(found, "or")}; give an id or more of the name`);
  if (linkedId !== undefined && linkedId !== words.trim()) {
    throw new Error(`the playlist ${linkedId} is not stored; there are ${listed(known, "and")}`);
  }
  throw new Error(`no stored playlist is called "${words}"; ${suggestion(wanted, known)}`);
}

/** A text without case, accents and repeated spaces, for comparing. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
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
  const near = known.filter(({ name }) => nearest(wanted, [folded(name), ...folded(name).split(" ")]) !== undefined);
  if (near.length > 0) return `the nearest: ${listed(near, "or")}`;
  return known.length === 0 ? "no playlist is stored yet" : `there are ${listed(known, "and")}`;
}

const storedSql = `select
  playlist_id,
  max_by(name, snapshot_day) filter (where name is not null) as name,
  min(snapshot_date) as first_date,
  max(snapshot_date) as last_date
from playlists
group by playlist_id
order by playlist_id`;

/**
 * The lake's playlist that the words name.
 * @throws as `findPlaylist`
 */
export async function playlistOf(lake: LakeSql, words: string): Promise<StoredPlaylist> {
  const rows = rowsOf(await lake.query(storedSql));
  const stored = rows.map(({ playlist_id, name, first_date, last_date }) => {
    const days = { firstDay: String(first_date), lastDay: String(last_date) };
    return { id: String(playlist_id), name: String(name ?? ""), ...days };
  });
  return findPlaylist(words, stored);
}
