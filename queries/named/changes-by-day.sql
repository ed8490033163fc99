-- How many entries came into, went out of and moved within each playlist between each stored day and the stored day
-- before. Counted as in the view changes: copies count, and an entry that only shifts because of entries above it has
-- not moved.
--
-- Reads: playlists, changes
with days as (
  select
    playlist_id,
    name as playlist,
    snapshot_date,
    total_items,
    lag(snapshot_date) over (partition by playlist_id order by snapshot_date) as previous_date
  from playlists
),
counted as (
  select
    playlist_id,
    snapshot_date,
    count(case when change = 'added' then 1 end) as came,
    count(case when change = 'removed' then 1 end) as went,
    count(case when change = 'moved' then 1 end) as moved
  from changes
  group by playlist_id, snapshot_date
)
select
  days.playlist,
  days.snapshot_date,
  days.previous_date,
  coalesce(counted.came, 0) as came,
  coalesce(counted.went, 0) as went,
  coalesce(counted.moved, 0) as moved,
  days.total_items,
  days.playlist_id
from days
left join counted
  on counted.playlist_id = days.playlist_id
  and counted.snapshot_date = days.snapshot_date
where days.previous_date is not null
order by days.snapshot_date desc, days.playlist, days.playlist_id
