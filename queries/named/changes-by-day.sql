-- How many entries came into and went out of each playlist on every day since the stored day before.
-- Counted as in came-and-went: copies count, a move is no change.
--
-- Reads: playlists, playlist_items
with days as (
  select
    playlist_id,
    name as playlist,
    snapshot_date,
    total_items,
    lag(snapshot_date) over (partition by playlist_id order by snapshot_date) as previous_date
  from playlists
),
changes as (
  select
    days.playlist_id,
    days.snapshot_date,
    count_if(playlist_items.snapshot_date = days.snapshot_date)
      - count_if(playlist_items.snapshot_date = days.previous_date) as more_copies
  from days
  join playlist_items
    on playlist_items.playlist_id = days.playlist_id
    and playlist_items.snapshot_date in (days.snapshot_date, days.previous_date)
  where days.previous_date is not null
  group by days.playlist_id, days.snapshot_date, playlist_items.item_type, playlist_items.item_key
)
select
  days.playlist,
  days.snapshot_date,
  days.previous_date,
  cast(coalesce(sum(case when changes.more_copies > 0 then changes.more_copies end), 0) as bigint) as came,
  cast(coalesce(sum(case when changes.more_copies < 0 then -changes.more_copies end), 0) as bigint) as went,
  days.total_items,
  days.playlist_id
from days
left join changes
  on changes.playlist_id = days.playlist_id
  and changes.snapshot_date = days.snapshot_date
where days.previous_date is not null
group by days.playlist, days.snapshot_date, days.previous_date, days.total_items, days.playlist_id
order by days.snapshot_date desc, days.playlist, days.playlist_id
