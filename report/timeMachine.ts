// What the page's time machine holds: every state of every list, as differences, with the names of all items.
import { gzipSync } from "node:zlib";
import { groupedBy } from "../lake/lists";
import { type Item, type ItemKind, type PageData, type PlaylistData, type Version, versionOf } from "./page/history";

/** A list of entries on a day. Only days on which it differs from the stored day before. */
export interface ListRow {
  playlistId: string;
  day: string;
  /** One entry per line: a letter for its type, then its key. */
  list: string;
}

/** The last known name of an item. */
export interface NameRow {
  type: string;
  key: string;
  name: string | null;
  artist: string | null;
  album: string | null;
}

/** A playlist on a stored day. */
interface StoredDay {
  playlistId: string;
  playlist: string | null;
  day: string;
}

const letters: Readonly<Record<ItemKind, string>> = { track: "t", episode: "e", unavailable: "u", unreadable: "r" };

const letter = `case item_type ${Object.entries(letters)
  .map(([kind, short]) => `when '${kind}' then '${short}'`)
  .join(" ")} end`;

/** Every list, on each stored day on which it differs from the stored day before. A key never contains a line break. */
export const listsSql = `with lists as (
  select playlist_id, snapshot_day,
    array_join(array_agg(${letter} || coalesce(item_key, '') order by position), chr(10)) as list
  from playlist_items
  group by playlist_id, snapshot_day
),
stored as (
  select playlists.playlist_id, playlists.snapshot_day, coalesce(lists.list, '') as list,
    lag(coalesce(lists.list, '')) over (partition by playlists.playlist_id order by playlists.snapshot_day) as previous
  from playlists
  left join lists on lists.playlist_id = playlists.playlist_id and lists.snapshot_day = playlists.snapshot_day
)
select playlist_id, snapshot_day, list
from stored
where previous is null or previous <> list
order by playlist_id, snapshot_day`;

/** What each track and episode was called when it was last named. */
export const namesSql = `select item_type, item_key,
  max_by(name, snapshot_day) filter (where name is not null) as name,
  max_by(first_artist_or_show, snapshot_day) filter (where first_artist_or_show is not null) as artist,
  max_by(album, snapshot_day) filter (where album is not null) as album
from items
group by item_type, item_key`;

const spotifyId = /^[0-9A-Za-z]{22}$/;

/** Makes the page's data from the lake's answers. The same answers give the same data. */
export function pageData(
  days: readonly StoredDay[],
  lists: readonly ListRow[],
  names: readonly NameRow[],
): Omit<PageData, "tables"> {
  const nameOf = new Map(names.map((row) => [`${letters[row.type as ItemKind]}${row.key}`, row]));
  const items: Item[] = [];
  const indexes = new Map<string, number>();
  const kinds = new Map(Object.entries(letters).map(([kind, short]) => [short, kind as ItemKind]));
  const indexOf = (line: string): number => {
    const known = indexes.get(line);
    if (known !== undefined) return known;
    const { name, artist, album } = nameOf.get(line) ?? {};
    const kind = kinds.get(line.slice(0, 1)) ?? "unreadable";
    const key = line.slice(1);
    indexes.set(line, items.length);
    return items.push([name ?? "", artist ?? "", album ?? "", kind, spotifyId.test(key) ? key : ""]) - 1;
  };

  const listsOf = groupedBy(lists, ({ playlistId }) => playlistId);
  const playlists = [...groupedBy(days, ({ playlistId }) => playlistId)].map(([id, stored]): PlaylistData => {
    const ordered = [...stored].sort((a, b) => (a.day < b.day ? -1 : 1));
    const dayNames = ordered.map(({ day }) => day);
    return {
      id,
      name: ordered.findLast(({ playlist }) => playlist !== null && playlist !== "")?.playlist ?? id,
      days: dayNames,
      versions: versionsOf(listsOf.get(id) ?? [], dayNames, indexOf),
    };
  });
  return { items, playlists: playlists.sort((a, b) => a.name.localeCompare(b.name, "en") || (a.id < b.id ? -1 : 1)) };
}

function versionsOf(rows: readonly ListRow[], days: readonly string[], indexOf: (line: string) => number): Version[] {
  let before: number[] = [];
  return rows.map(({ day, list }) => {
    const after = list === "" ? [] : list.split("\n").map(indexOf);
    const version = versionOf(days.indexOf(day), before, after);
    before = after;
    return version;
  });
}

/** The data as embedded in the page: JSON, gzip, base64. */
export function packed(data: PageData): string {
  return gzipSync(JSON.stringify(data), { level: 9 }).toString("base64");
}
