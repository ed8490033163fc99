-- From when until when each track or episode was in each playlist: one row per stay. A day that was not stored does not
-- end a stay; a stored day without the item does. Copies on one day count once. Entries without an item (unavailable,
-- unreadable) have no stays.
-- Scans: the whole history of both tables.
--
-- Reads: playlists, playlist_items
-- Columns:
--   playlist_id varchar
--   item_type varchar -- track or episode
--   item_key varchar
--   from_date date -- the first stored day with it
--   to_date date -- the last stored day with it
--   days bigint -- calendar days from from_date to to_date, both counted
--   stored_days bigint -- how many of them were stored
--   is_current boolean -- to_date is the playlist's last stored day
with days as (
  select
    playlist_id,
    snapshot_date,
    snapshot_day,
    row_number() over (partition by playlist_id order by snapshot_day) as day_number,
    max(snapshot_date) over (partition by playlist_id) as last_date
  from playlists
),
item_days as (
  select distinct
    days.playlist_id,
    playlist_items.item_type,
    playlist_items.item_key,
    days.snapshot_date,
    days.day_number,
    days.last_date
  from playlist_items
  join days
    on days.playlist_id = playlist_items.playlist_id
    and days.snapshot_day = playlist_items.snapshot_day
  where playlist_items.item_key is not null
),
runs as (
  select
    playlist_id,
    item_type,
    item_key,
    snapshot_date,
    last_date,
    -- The difference stays the same until a stored day is missing the item.
    day_number - row_number() over (partition by playlist_id, item_type, item_key order by day_number) as run
  from item_days
)
select
  playlist_id,
  item_type,
  item_key,
  min(snapshot_date) as from_date,
  max(snapshot_date) as to_date,
  date_diff('day', min(snapshot_date), max(snapshot_date)) + 1 as days,
  count(*) as stored_days,
  max(snapshot_date) = max(last_date) as is_current
from runs
group by playlist_id, item_type, item_key, run
