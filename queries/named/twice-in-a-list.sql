-- Tracks and episodes that are in one playlist more than once now, with the positions of the first and the last copy.
--
-- Reads: latest_items
select
  playlist,
  max(name) as name,
  max(first_artist_or_show) as first_artist_or_show,
  count(*) as copies,
  min(position) as first_position,
  max(position) as last_position,
  item_key,
  playlist_id
from latest_items
where item_key is not null
group by playlist, item_type, item_key, playlist_id
having count(*) > 1
order by playlist, playlist_id, 5, item_key
