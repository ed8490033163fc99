-- What is in each playlist now: every entry of its last stored day, in order, with its name.
-- Scans: all of playlists, to find the last days; all of track_artists and artists; of the rest only those days, as far
-- as the engine's dynamic filters are ready in time. With a condition on snapshot_day it reads other days of playlists
-- only: snapshot_day = '2026-11-22' if every playlist was stored on that day.
--
-- Reads: playlists, playlist_items, items
-- Columns:
--   playlist_id varchar
--   playlist varchar -- its name on that day
--   position bigint -- from 0
--   item_type varchar -- track, episode, unavailable or unreadable
--   item_key varchar -- track_key or episode_key, null if there is no item
--   name varchar
--   first_artist_or_show varchar
--   album varchar -- null for episodes
--   released_on date
--   duration_ms bigint
--   is_explicit boolean
--   is_local boolean
--   added_at timestamp(3) -- UTC, null if Spotify does not know
--   added_by_id varchar
--   snapshot_date date -- the last day stored of this playlist
--   snapshot_day varchar -- snapshot_date as text; a condition or join on it skips other days' files
with last_days as (
  select playlist_id, playlist, snapshot_day
  from (
    select
      playlist_id,
      name as playlist,
      snapshot_day,
      row_number() over (partition by playlist_id order by snapshot_day desc) as days_back
    from playlists
  ) as stored
  where days_back = 1
),
items_then as (
  select
    item_type,
    item_key,
    name,
    first_artist_or_show,
    album,
    released_on,
    duration_ms,
    is_explicit,
    snapshot_day
  from items
  where snapshot_day in (select snapshot_day from last_days)
)
select
  last_days.playlist_id,
  last_days.playlist,
  playlist_items.position,
  playlist_items.item_type,
  playlist_items.item_key,
  items_then.name,
  items_then.first_artist_or_show,
  items_then.album,
  items_then.released_on,
  items_then.duration_ms,
  items_then.is_explicit,
  playlist_items.is_local,
  playlist_items.added_at,
  playlist_items.added_by_id,
  playlist_items.snapshot_date,
  playlist_items.snapshot_day
from playlist_items
join last_days
  on last_days.playlist_id = playlist_items.playlist_id
  and last_days.snapshot_day = playlist_items.snapshot_day
left join items_then
  on items_then.item_type = playlist_items.item_type
  and items_then.item_key = playlist_items.item_key
  and items_then.snapshot_day = playlist_items.snapshot_day
