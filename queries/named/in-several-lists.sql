-- Tracks and episodes that are in more than one playlist now, those in the most playlists first.
--
-- Reads: latest_items
select
  max(name) as name,
  max(first_artist_or_show) as first_artist_or_show,
  count(distinct playlist_id) as playlists,
  count(*) as entries,
  item_type,
  item_key
from latest_items
where item_key is not null
group by item_type, item_key
having count(distinct playlist_id) > 1
order by 3 desc, 4 desc, 1, 6, 5
