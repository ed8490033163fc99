-- How many entries of each kind each playlist had on each stored day: one row per playlist and day.
-- Prunes: a condition on snapshot_day or snapshot_date reads only those days; without one it scans the whole history of
-- both tables.
--
-- Reads: playlists, playlist_items
-- Columns:
--   playlist_id varchar
--   playlist varchar -- its name on that day
--   total_items bigint -- as Spotify counts them
--   entries bigint -- as served; copies count
--   distinct_items bigint -- different tracks and episodes
--   tracks bigint -- including local files
--   local_files bigint
--   episodes bigint
--   unavailable bigint
--   unreadable bigint
--   snapshot_date date
--   snapshot_day varchar -- snapshot_date as text; a condition or join on it skips other days' files
select
  playlists.playlist_id,
  playlists.name as playlist,
  playlists.total_items,
  count(playlist_items.playlist_id) as entries,
  count(distinct playlist_items.item_key) as distinct_items,
  count(case when playlist_items.item_type = 'track' then 1 end) as tracks,
  count(case when playlist_items.is_local = true then 1 end) as local_files,
  count(case when playlist_items.item_type = 'episode' then 1 end) as episodes,
  count(case when playlist_items.item_type = 'unavailable' then 1 end) as unavailable,
  count(case when playlist_items.item_type = 'unreadable' then 1 end) as unreadable,
  playlists.snapshot_date,
  playlists.snapshot_day
from playlists
left join playlist_items
  on playlist_items.playlist_id = playlists.playlist_id
  and playlist_items.snapshot_day = playlists.snapshot_day
group by
  playlists.playlist_id,
  playlists.name,
  playlists.total_items,
  playlists.snapshot_date,
  playlists.snapshot_day
