-- What came into each playlist and what went out of it, on its last stored day since the stored day before.
-- Copies are counted, so one of two equal entries can go; a move is neither. Entries without an item (unavailable,
-- unreadable) can't be told apart: they come and go as a number of their kind.
--
-- Reads: playlists, changes, items
with last_days as (
  select playlist_id, max_by(name, snapshot_date) filter (where name is not null) as playlist, max(snapshot_date) as snapshot_date
  from playlists
  group by playlist_id
)
select
  last_days.playlist,
  case when changes.change = 'added' then 'came' else 'went' end as change,
  count(*) as copies,
  changes.item_type,
  items.name,
  items.first_artist_or_show,
  changes.item_key,
  changes.playlist_id,
  changes.previous_date,
  changes.snapshot_date
from changes
join last_days
  on last_days.playlist_id = changes.playlist_id
  and last_days.snapshot_date = changes.snapshot_date
left join items
  on items.item_type = changes.item_type
  and items.item_key = changes.item_key
  and items.snapshot_date = case when changes.change = 'added' then changes.snapshot_date else changes.previous_date end
where changes.change <> 'moved'
group by 1, 2, 4, 5, 6, 7, 8, 9, 10
order by 1, 8, 2, 5, 4, 7
