-- What each item_key was called on each day: one row per track or episode and day, with the columns that most questions
-- need.
-- Prunes: a condition on snapshot_day or snapshot_date reads only those days.
--
-- Reads: tracks, track_artists, artists, albums, episodes
-- Columns:
--   item_type varchar -- track or episode
--   item_key varchar -- track_key or episode_key
--   name varchar
--   first_artist_or_show varchar
--   album varchar -- null for episodes
--   released_on date -- of the album or episode; the first day if only a month or year is known
--   release_date_precision varchar -- year, month or day
--   duration_ms bigint
--   is_explicit boolean
--   snapshot_date date
--   snapshot_day varchar -- snapshot_date as text; a condition or join on it skips other days' files
select
  cast('track' as varchar) as item_type,
  tracks.track_key as item_key,
  tracks.name,
  artists.name as first_artist_or_show,
  albums.name as album,
  albums.released_on,
  albums.release_date_precision,
  tracks.duration_ms,
  tracks.is_explicit,
  tracks.snapshot_date,
  tracks.snapshot_day
from tracks
left join track_artists
  on track_artists.track_key = tracks.track_key
  and track_artists.snapshot_day = tracks.snapshot_day
  and track_artists.artist_position = 0
left join artists
  on artists.artist_key = track_artists.artist_key
  and artists.snapshot_day = tracks.snapshot_day
left join albums
  on albums.album_key = tracks.album_key
  and albums.snapshot_day = tracks.snapshot_day
union all
select
  cast('episode' as varchar) as item_type,
  episode_key as item_key,
  name,
  show_name as first_artist_or_show,
  cast(null as varchar) as album,
  released_on,
  release_date_precision,
  duration_ms,
  is_explicit,
  snapshot_date,
  snapshot_day
from episodes
