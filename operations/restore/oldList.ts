import type { LakeSql } from "../../lake";
import { plainText } from "../../lake/answer";
import { askNamed, type Row, rowsOf } from "../../lake/askNamed";
import { type EntryUri, entryUri } from "../../spotify/entryUri";
import type { OldEntry, OtherRelease } from "./target";

/** A playlist as a stored day has it. */
export interface OldList {
  /** The playlist's name on that day; empty if it is not known. */
  readonly name: string;
  /** The stored day, YYYY-MM-DD. */
  readonly day: string;
  readonly entries: readonly (OldEntry & { readonly position: number })[];
}

/**
 * The list of the last stored day up to `day`.
 * @param day YYYY-MM-DD
 * @returns undefined if the playlist was not stored by then
 */
export async function listOn(lake: LakeSql, playlistId: string, day: string): Promise<OldList | undefined> {
  const rows = rowsOf(await askNamed(lake, "playlist-on-day", { playlist: playlistId, day }));
  const [first] = rows;
  if (first === undefined) return undefined;
  // An empty list is one row without a place.
  const entries = rows.filter(({ place }) => place !== null).map(oldEntry);
  return { name: plainText(first.playlist), day: plainText(first.snapshot_date), entries };
}

function oldEntry({ place, item_type, item_key, is_local, name, artists }: Row): OldList["entries"][number] {
  const isTakenDown = item_type === "track" && name === null && is_local !== true;
  const uri = entryUri(plainText(item_type), plainText(item_key));
  return { position: Number(place) - 1, uri, name: plainText(name), by: plainText(artists), isTakenDown };
}

/**
 * What a day's entries without an item were on other days. Such an entry is known by its added_at alone, so that must be
 * its own on every day.
 */
const earlierItemsSql = `with entries as (
  select
    snapshot_day,
    position,
    item_type,
    item_key,
    added_at,
    count(*) over (partition by snapshot_day, added_at) as sharing
  from playlist_items
  where playlist_id = ? and added_at is not null
),
known as (
  select
    added_at,
    max(item_type) filter (where item_key is not null) as item_type,
    max(item_key) as item_key
  from entries
  group by added_at
  having max(sharing) = 1 and count(distinct item_key) = 1
)
select
  entries.position,
  known.item_type,
  known.item_key,
  max_by(items.name, items.snapshot_day) filter (where items.name is not null) as name,
  max_by(items.first_artist_or_show, items.snapshot_day) filter (where items.name is not null) as made_by
from entries
join known on known.added_at = entries.added_at
left join items
  on items.item_type = known.item_type
  and items.item_key = known.item_key
where entries.snapshot_day = ? and entries.item_type = 'unavailable'
group by entries.position, known.item_type, known.item_key`;

/** The list with what its entries without an item were on other days, as far as the lake shows it. */
export async function withEarlierItems(lake: LakeSql, playlistId: string, list: OldList): Promise<OldList> {
  if (!list.entries.some(({ uri }) => uri === "unavailable")) return list;
  const rows = rowsOf(await lake.query(earlierItemsSql, [playlistId, list.day]));
  const known = new Map(
    rows.map(({ position, item_type, item_key, name, made_by }) => {
      const uri = entryUri(plainText(item_type), plainText(item_key));
      return [Number(position), { uri, name: plainText(name), by: plainText(made_by) }] as const;
    }),
  );
  const entries = list.entries.map((entry) => {
    const was = entry.uri === "unavailable" ? known.get(entry.position) : undefined;
    return was === undefined ? entry : { ...entry, was };
  });
  return { ...list, entries };
}

/** For each track that was ever in a playlist, the other track with its ISRC that the lake saw last with a name. */
const otherReleasesSql = `with recordings as (
  select track_key, max(isrc) as isrc
  from tracks
  where isrc is not null and track_key in (
    select item_key from playlist_items where playlist_id = ? and item_type = 'track' and is_local = false
  )
  group by track_key
),
others as (
  select
    recordings.track_key,
    tracks.track_key as other_key,
    tracks.name,
    tracks.snapshot_day,
    row_number() over (
      partition by recordings.track_key
      order by tracks.snapshot_day desc, tracks.track_key
    ) as choice
  from recordings
  join tracks on tracks.isrc = recordings.isrc and tracks.track_key <> recordings.track_key
  where tracks.name is not null and tracks.is_local is distinct from true
)
select
  others.track_key,
  others.other_key,
  others.name,
  items.first_artist_or_show,
  items.album,
  others.snapshot_day
from others
join items
  on items.item_type = 'track'
  and items.item_key = others.other_key
  and items.snapshot_day = others.snapshot_day
where others.choice = 1`;

/** Other releases of what was ever in a playlist, by the URI that they can replace. */
export async function otherReleases(lake: LakeSql, playlistId: string): Promise<Map<EntryUri, OtherRelease>> {
  const rows = rowsOf(await lake.query(otherReleasesSql, [playlistId]));
  return new Map(
    rows.map((row) => [
      entryUri("track", plainText(row.track_key)),
      {
        uri: entryUri("track", plainText(row.other_key)),
        name: plainText(row.name),
        by: plainText(row.first_artist_or_show),
        album: plainText(row.album),
        lastDay: plainText(row.snapshot_day),
      },
    ]),
  );
}
