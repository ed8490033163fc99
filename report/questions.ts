// The report's own queries, for what no view or named query answers: the top of each playlist. Valid in Athena and
// DuckDB.
/** How many artists of each playlist the report shows. */
const mostArtists = 5;
/** How many stays of each playlist the report shows. */
export const mostStays = 8;

/** The artists with the most entries of each playlist over all its stored days, and their share on each. */
export const artistSharesSql = `with totals as (
  select playlist_id, artist_key, max_by(artist, snapshot_day) filter (where artist is not null) as artist,
    cast(sum(entries) as bigint) as entry_days
  from artist_share
  group by playlist_id, artist_key
),
placed as (
  select playlist_id, artist_key, artist,
    row_number() over (partition by playlist_id order by entry_days desc, artist, artist_key) as place
  from totals
)
select placed.playlist_id, placed.artist_key, placed.artist, placed.place, artist_share.snapshot_date,
  artist_share.entries, artist_share.share
from artist_share
join placed
  on placed.playlist_id = artist_share.playlist_id
  and placed.artist_key = artist_share.artist_key
where placed.place <= ${mostArtists}
order by 1, 4, 5`;

/**
 * The longest stays of each playlist; equally long ones in the order in which they were added, as Spotify dates them.
 */
export const longestStaysSql = `with added as (
  select playlist_id, item_type, item_key, snapshot_date, cast(min(added_at) as date) as added_on
  from playlist_items
  where item_key is not null
  group by playlist_id, item_type, item_key, snapshot_date
),
placed as (
  select stays.playlist_id, stays.item_type, stays.item_key, stays.from_date, stays.to_date, stays.days, stays.is_current,
    added.added_on,
    count(*) over (partition by stays.playlist_id) as stays,
    count(*) over (partition by stays.playlist_id, stays.days) as longest,
    row_number() over (
      partition by stays.playlist_id
      order by stays.days desc, added.added_on, stays.from_date, stays.item_type, stays.item_key
    ) as place
  from stays
  left join added
    on added.playlist_id = stays.playlist_id
    and added.item_type = stays.item_type
    and added.item_key = stays.item_key
    and added.snapshot_date = stays.to_date
)
select placed.playlist_id, items.name, items.first_artist_or_show, placed.from_date, placed.to_date, placed.days,
  placed.is_current, placed.added_on, placed.stays, placed.longest
from placed
left join items
  on items.item_type = placed.item_type
  and items.item_key = placed.item_key
  and items.snapshot_date = placed.to_date
where placed.place <= ${mostStays}
order by placed.playlist_id, placed.place`;

/**
 * For each playlist and stored day: how many entries are explicit, for how many this is known, for how many it is not,
 * and how many are unavailable.
 */
export const entryKindsSql = `with entries as (
  select playlist_items.playlist_id, playlist_items.snapshot_date, playlist_items.item_key, playlist_items.item_type,
    coalesce(tracks.is_explicit, episodes.is_explicit) as is_explicit
  from playlist_items
  left join tracks
    on tracks.track_key = case when playlist_items.item_type = 'track' then playlist_items.item_key end
    and tracks.snapshot_day = playlist_items.snapshot_day
  left join episodes
    on episodes.episode_key = case when playlist_items.item_type = 'episode' then playlist_items.item_key end
    and episodes.snapshot_day = playlist_items.snapshot_day
)
select playlist_id, snapshot_date, count(*) as entries,
  count(case when is_explicit = true then 1 end) as explicit_entries,
  count(is_explicit) as known_entries,
  count(case when item_key is not null and is_explicit is null then 1 end) as unknown_entries,
  count(case when item_type = 'unavailable' then 1 end) as unavailable
from entries
group by playlist_id, snapshot_date
order by 1, 2`;

/**
 * Every list, on each stored day on which it differs from the stored day before: one entry per line, its type, a space and
 * its key. A key never contains a line break.
 */
export const listsSql = `with lists as (
  select playlist_id, snapshot_day,
    array_join(array_agg(item_type || ' ' || coalesce(item_key, '') order by position), chr(10)) as list
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
