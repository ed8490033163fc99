-- What came into each playlist, went, was lost, is back and moved, day by day, with names. Moves and unreadable entries
-- are those of the view changes, the rest is as in entry_changes. Places count from 1: what went or was lost has the one on
-- the day before, what came or is back the one on the day.
--
-- Reads: playlists, playlist_items, tracks, track_artists, artists, episodes
with places as (
  select
    playlist_id,
    snapshot_day,
    item_type,
    coalesce(item_key, '') as item_key,
    coalesce(cast(added_at as varchar), '') as added_at,
    position,
    row_number() over (
      partition by playlist_id, snapshot_day, item_type, item_key, added_at
      order by position
    ) as occurrence
  from playlist_items
  where playlist_id in (select playlist_id from playlists)
    and snapshot_day in (select snapshot_day from playlists)
),
changed as (
  select
    playlist_id,
    case change when 'added' then 'came' when 'removed' then 'went' else change end as change,
    item_type,
    item_key,
    cast(null as timestamp(3)) as added_at,
    cast(null as bigint) as occurrence,
    previous_position,
    position,
    cast(previous_date as varchar) as previous_day,
    cast(snapshot_date as varchar) as snapshot_day,
    cast(snapshot_date as varchar) as named_day
  from {changes} as moves
  where change = 'moved' or item_type = 'unreadable'
  union all
  select
    entries.playlist_id,
    entries.change,
    entries.item_type,
    entries.item_key,
    entries.added_at,
    entries.occurrence,
    case when entries.named_day = entries.previous_day then places.position end as previous_position,
    case when entries.named_day = entries.snapshot_day then places.position end as position,
    entries.previous_day,
    entries.snapshot_day,
    entries.named_day
  from {entry_changes} as entries
  left join places
    on places.playlist_id = entries.playlist_id
    and places.snapshot_day = entries.named_day
    and places.item_type = entries.item_type
    and places.item_key = coalesce(entries.item_key, '')
    and places.added_at = coalesce(cast(entries.added_at as varchar), '')
    and places.occurrence = entries.occurrence
)
-- Credits are collected last: each time that Athena reads changed, it computes it again.
select
  changed.playlist_id,
  changed.change,
  case changed.change when 'came' then 1 when 'went' then 2 when 'lost' then 3 when 'back' then 4 else 5 end as change_order,
  changed.previous_position + 1 as previous_place,
  changed.position + 1 as place,
  changed.item_type,
  coalesce(tracks.name, episodes.name) as name,
  coalesce(
    nullif(array_join(array_agg(artists.name order by track_artists.artist_position), ', '), ''),
    episodes.show_name
  ) as artists,
  changed.item_key,
  changed.previous_day,
  changed.snapshot_day
from changed
left join tracks
  on tracks.track_key = case when changed.item_type = 'track' then changed.item_key end
  and tracks.snapshot_day = changed.named_day
left join track_artists
  on track_artists.track_key = tracks.track_key
  and track_artists.snapshot_day = tracks.snapshot_day
left join artists
  on artists.artist_key = track_artists.artist_key
  and artists.snapshot_day = track_artists.snapshot_day
left join episodes
  on episodes.episode_key = case when changed.item_type = 'episode' then changed.item_key end
  and episodes.snapshot_day = changed.named_day
group by
  changed.playlist_id,
  changed.change,
  changed.item_type,
  changed.item_key,
  changed.added_at,
  changed.occurrence,
  changed.previous_position,
  changed.position,
  changed.previous_day,
  changed.snapshot_day,
  tracks.name,
  episodes.name,
  episodes.show_name
