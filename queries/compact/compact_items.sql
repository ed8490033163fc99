-- The history in one table: one row per playlist, position and day, with the columns that most questions need. The same
-- rows as playlist_items joined with playlists and items. A playlist without entries has no rows.
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
--   is_local boolean -- a file on the owner's disk, unknown to Spotify
--   added_at timestamp(6) -- UTC, null if Spotify does not know
--   added_by_id varchar
--   snapshot_date date
select
  playlist_items.playlist_id,
  playlists.name as playlist,
  playlist_items.position,
  playlist_items.item_type,
  playlist_items.item_key,
  items.name,
  items.first_artist_or_show,
  items.album,
  items.released_on,
  items.duration_ms,
  items.is_explicit,
  playlist_items.is_local,
  cast(playlist_items.added_at as timestamp(6)) as added_at,
  playlist_items.added_by_id,
  playlist_items.snapshot_date
from playlist_items
left join playlists
  on playlists.playlist_id = playlist_items.playlist_id
  and playlists.snapshot_day = playlist_items.snapshot_day
left join items
  on items.item_type = playlist_items.item_type
  and items.item_key = playlist_items.item_key
  and items.snapshot_day = playlist_items.snapshot_day
where playlist_items.snapshot_day >= :since
