-- The 50 tracks and episodes that have been in one playlist for the longest time without a break, and whether they are
-- still in it. Time is counted from the playlist's first stored day.
--
-- Reads: playlists, stays, items
select
  stays.days,
  stays.from_date,
  stays.to_date,
  stays.is_current,
  items.name,
  items.first_artist_or_show,
  playlists.name as playlist,
  stays.item_key,
  stays.playlist_id
from stays
join playlists
  on playlists.playlist_id = stays.playlist_id
  and playlists.snapshot_date = stays.to_date
left join items
  on items.item_type = stays.item_type
  and items.item_key = stays.item_key
  and items.snapshot_date = stays.to_date
order by stays.days desc, stays.from_date, stays.playlist_id, stays.item_type, stays.item_key
limit 50
