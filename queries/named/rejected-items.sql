-- Entries that could not be read, newest day first, with the reason and what Spotify served.
--
-- Reads: playlists, rejected_items
select
  rejected_items.snapshot_date,
  playlists.name as playlist,
  rejected_items.position,
  rejected_items.reason,
  rejected_items.entry,
  rejected_items.playlist_id
from rejected_items
left join playlists
  on playlists.playlist_id = rejected_items.playlist_id
  and playlists.snapshot_day = rejected_items.snapshot_day
order by rejected_items.snapshot_date desc, rejected_items.playlist_id, rejected_items.position
