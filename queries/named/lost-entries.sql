-- What cannot be played now, since when, and what it was if that is known. Newest loss first.
--
-- Reads: unavailable_since
select
  since_date,
  days,
  playlist,
  position,
  last_name,
  last_date,
  item_type,
  item_key,
  last_item_key,
  playlist_id
from unavailable_since
order by since_date desc, playlist, playlist_id, position
