-- What cannot be played now and since when: the entries of each playlist's last stored day that have no item
-- (unavailable), or a track without a name (Spotify took it down). A day that was not stored does not end the period; a
-- stored day on which the entry is available or not in the list does. An entry without an item is identified by its
-- added_at alone; several with the same added_at are told apart by their order. What it was is given only if no two
-- entries of the playlist shared that added_at on any day.
-- Scans: the whole history of its tables.
--
-- Reads: playlists, playlist_items, tracks
-- Columns:
--   playlist_id varchar
--   playlist varchar -- its name on its last stored day
--   position bigint -- on the last stored day
--   item_type varchar -- unavailable or track
--   item_key varchar -- null if there is no item
--   added_at timestamp(3) -- UTC, null if Spotify does not know
--   since_date date -- the first stored day on which it was unavailable
--   days bigint -- calendar days from since_date to snapshot_date, both counted
--   last_item_key varchar -- the track or episode it was
--   last_name varchar -- its name, null for episodes
--   last_date date -- the last stored day on which it was available
--   snapshot_date date -- the playlist's last stored day
with days as (
  select
    playlist_id,
    name as playlist,
    snapshot_day,
    row_number() over (partition by playlist_id order by snapshot_day) as day_number,
    row_number() over (partition by playlist_id order by snapshot_day desc) as days_back
  from playlists
),
entries as (
  select
    playlist_items.playlist_id,
    days.playlist,
    playlist_items.position,
    playlist_items.item_type,
    playlist_items.item_key,
    playlist_items.added_at,
    tracks.name,
    playlist_items.snapshot_date,
    days.day_number,
    days.days_back,
    case
      when playlist_items.item_type = 'unavailable' then true
      when playlist_items.item_type = 'track' and playlist_items.is_local = false then tracks.name is null
      else false
    end as is_lost,
    count(*) over (
      partition by playlist_items.playlist_id, playlist_items.snapshot_day, playlist_items.added_at
    ) as sharing
  from playlist_items
  join days
    on days.playlist_id = playlist_items.playlist_id
    and days.snapshot_day = playlist_items.snapshot_day
  left join tracks
    on tracks.track_key = playlist_items.item_key
    and tracks.snapshot_day = playlist_items.snapshot_day
),
lost as (
  select
    entries.*,
    row_number() over (
      partition by playlist_id, day_number, item_type, item_key, added_at
      order by position
    ) as occurrence
  from entries
  where is_lost = true
),
runs as (
  select
    lost.*,
    day_number - row_number() over (
      partition by playlist_id, item_type, item_key, added_at, occurrence
      order by day_number
    ) as run
  from lost
),
since as (
  select
    runs.*,
    min(snapshot_date) over (
      partition by playlist_id, item_type, item_key, added_at, occurrence, run
    ) as since_date
  from runs
),
known as (
  select
    playlist_id,
    added_at,
    max_by(item_key, day_number) filter (where is_lost = false and item_key is not null) as last_item_key,
    max(snapshot_date) filter (where is_lost = false and item_key is not null) as last_date,
    max_by(name, day_number) filter (where is_lost = false and name is not null) as last_name
  from entries
  where added_at is not null
  group by playlist_id, added_at
  having max(sharing) = 1
)
select
  since.playlist_id,
  since.playlist,
  since.position,
  since.item_type,
  since.item_key,
  since.added_at,
  since.since_date,
  date_diff('day', since.since_date, since.snapshot_date) + 1 as days,
  known.last_item_key,
  known.last_name,
  known.last_date,
  since.snapshot_date
from since
left join known
  on known.playlist_id = since.playlist_id
  and known.added_at = since.added_at
where since.days_back = 1
