-- What came into each playlist and what went out of it between its last stored day and the stored day before. Copies
-- are counted, so one of two equal entries can go. Moves are left out. Entries without an item (unavailable,
-- unreadable) cannot be told apart and are counted by kind.
--
-- Reads: playlists, playlist_items, items
with stored as (
  select
    playlist_id,
    snapshot_date,
    snapshot_day,
    max_by(name, case when name is not null then snapshot_day end) over (partition by playlist_id) as playlist,
    lag(snapshot_date) over (partition by playlist_id order by snapshot_day) as previous_date,
    lag(snapshot_day) over (partition by playlist_id order by snapshot_day) as previous_day,
    row_number() over (partition by playlist_id order by snapshot_day desc) as days_back
  from playlists
),
last_days as (
  select playlist_id, playlist, previous_date, previous_day, snapshot_date, snapshot_day
  from stored
  where days_back = 1 and previous_day is not null
),
counted as (
  select
    last_days.playlist,
    playlist_items.playlist_id,
    playlist_items.item_type,
    playlist_items.item_key,
    last_days.previous_date,
    last_days.snapshot_date,
    count(case when playlist_items.snapshot_day = last_days.snapshot_day then 1 end)
      - count(case when playlist_items.snapshot_day = last_days.previous_day then 1 end) as more
  from playlist_items
  join last_days
    on last_days.playlist_id = playlist_items.playlist_id
    and playlist_items.snapshot_day >= last_days.previous_day
  group by 1, 2, 3, 4, 5, 6
)
select
  counted.playlist,
  case when counted.more > 0 then 'came' else 'went' end as change,
  abs(counted.more) as copies,
  counted.item_type,
  items.name,
  items.first_artist_or_show,
  counted.item_key,
  counted.playlist_id,
  counted.previous_date,
  counted.snapshot_date
from counted
left join items
  on items.item_type = counted.item_type
  and items.item_key = counted.item_key
  and items.snapshot_date = case when counted.more > 0 then counted.snapshot_date else counted.previous_date end
where counted.more <> 0
order by 1, 8, 2, 5, 4, 7
