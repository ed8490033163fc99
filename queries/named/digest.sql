-- What changed in each playlist from a day on, entry by entry: what came, what went, what was lost (it became
-- unavailable) and what is back (it can be played again), each with the stored day on which that is seen. Each list
-- starts as it stood on its first stored day from that day on. An entry without an item (unavailable) is identified by
-- its added_at: if more entries with that added_at are gone than are newly unavailable, the lost row has no name, and all
-- that are gone have gone. A track that was removed and added again has not changed. A playlist without a change has one
-- row without a change.
--
-- Reads: playlists, playlist_items, tracks, items
-- Parameters:
--   since '2026-11-01' -- the first day
with playlists as (
  select * from playlists where snapshot_day >= :since
),
playlist_items as (
  select * from playlist_items where snapshot_day >= :since
),
tracks as (
  select * from tracks where snapshot_day >= :since
),
lists as (
  select
    playlist_id,
    max_by(name, snapshot_day) filter (where name is not null) as playlist,
    min(snapshot_date) as first_date,
    max(snapshot_date) as last_date
  from playlists
  group by playlist_id
),
changed as {entry_changes},
called as (
  select item_type, item_key, name, first_artist_or_show, snapshot_day
  from items
  where snapshot_day >= :since
),
recordings as (
  select upper(isrc) as isrc, track_key, max(snapshot_day) as last_day
  from tracks
  where isrc is not null and name is not null
  group by upper(isrc), track_key
),
-- Served with a name when the lost one was not.
others as (
  select
    lost.item_key,
    lost.snapshot_day,
    recordings.track_key,
    items.album,
    row_number() over (
      partition by lost.item_key, lost.snapshot_day order by recordings.last_day desc, recordings.track_key
    ) as choice
  from (select distinct item_key, previous_day, snapshot_day from changed where change = 'lost') as lost
  join tracks
    on tracks.track_key = lost.item_key
    and tracks.snapshot_day = lost.previous_day
  join recordings
    on recordings.isrc = upper(tracks.isrc)
    and recordings.track_key <> lost.item_key
    and recordings.last_day >= lost.snapshot_day
  join items
    on items.item_type = 'track'
    and items.item_key = recordings.track_key
    and items.snapshot_day = recordings.last_day
    and items.snapshot_day >= :since
)
select
  lists.playlist,
  changed.change,
  try_cast(changed.snapshot_day as date) as snapshot_date,
  changed.item_type,
  called.name,
  called.first_artist_or_show,
  changed.added_at,
  others.track_key as other_release,
  others.album as other_album,
  changed.item_key,
  lists.playlist_id,
  lists.first_date,
  lists.last_date
from lists
left join changed
  on changed.playlist_id = lists.playlist_id
left join called
  on called.item_type = changed.item_type
  and called.item_key = changed.item_key
  and called.snapshot_day = changed.named_day
left join others
  on others.item_key = case when changed.change = 'lost' then changed.item_key end
  and others.snapshot_day = changed.snapshot_day
  and others.choice = 1
order by
  lists.playlist,
  lists.playlist_id,
  changed.snapshot_day,
  changed.change,
  called.name,
  changed.item_key,
  changed.added_at
