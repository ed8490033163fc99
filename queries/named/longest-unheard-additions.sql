-- The 50 entries that were added longest ago and are still in a playlist: the ones to hear again. Entries without an
-- added date or without an item are left out.
--
-- Reads: latest_items
select
  added_at,
  name,
  first_artist_or_show,
  playlist,
  position,
  item_key,
  playlist_id,
  snapshot_date
from latest_items
where added_at is not null and item_key is not null
order by added_at, playlist_id, position
limit 50
