-- What is in each playlist now: every entry of its last stored day, in order.
--
-- Reads: latest_items
select
  playlist,
  position,
  item_type,
  name,
  first_artist_or_show,
  added_at,
  item_key,
  playlist_id,
  snapshot_date
from latest_items
order by playlist, playlist_id, position
