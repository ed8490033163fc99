-- How many of the tracks and episodes in each playlist now were released in each year, in order of years.
--
-- Reads: latest_items
select
  playlist,
  year(released_on) as release_year,
  count(*) as entries,
  playlist_id
from latest_items
where item_key is not null
group by playlist, year(released_on), playlist_id
order by playlist, playlist_id, 2
