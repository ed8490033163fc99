-- How each playlist grew and shrank, newest day first: its entries by kind on each stored day.
--
-- Reads: playlist_size
select
  playlist,
  snapshot_date,
  entries,
  distinct_items,
  tracks,
  local_files,
  episodes,
  unavailable,
  unreadable,
  total_items,
  playlist_id
from playlist_size
order by snapshot_date desc, playlist, playlist_id
