-- What came into a playlist while it was new: tracks and episodes first stored in it at most 30 days after their release,
-- or before it. One row per playlist and item. Releases with only a month or year are left out.
-- Scans: the whole history of its tables.
--
-- Reads: playlist_items, items
-- Columns:
--   playlist_id varchar
--   item_type varchar -- track or episode
--   item_key varchar
--   name varchar
--   first_artist_or_show varchar
--   album varchar -- null for episodes
--   released_on date
--   first_date date -- the first stored day of the playlist with it
--   days_after_release bigint -- from released_on to first_date
with first_days as (
  select
    playlist_id,
    item_type,
    item_key,
    min(snapshot_date) as first_date,
    min(snapshot_day) as first_day
  from playlist_items
  where item_key is not null
  group by playlist_id, item_type, item_key
)
select
  first_days.playlist_id,
  first_days.item_type,
  first_days.item_key,
  items.name,
  items.first_artist_or_show,
  items.album,
  items.released_on,
  first_days.first_date,
  date_diff('day', items.released_on, first_days.first_date) as days_after_release
from first_days
join items
  on items.item_type = first_days.item_type
  and items.item_key = first_days.item_key
  and items.snapshot_day = first_days.first_day
where items.release_date_precision = 'day'
  and date_diff('day', items.released_on, first_days.first_date) <= 30
