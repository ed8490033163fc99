-- From which years the tracks and episodes are that are in each playlist now: how many of each year, in order.
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
