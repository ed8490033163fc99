-- Which artists each track credits, in order: one row a track, position and day.
-- Where playlists of one day credit different artists at one position, the artist_key that sorts last is taken.
--
-- Reads: csv_track_artists
-- Columns:
--   track_key varchar
--   artist_position bigint -- from 0; a gap where an artist has neither id nor name
--   artist_key varchar
--   snapshot_date date
--   snapshot_day varchar -- snapshot_date as text; a condition or join on it spares reading other days' files
select
  track_key,
  case
    when translate(artist_position, '0123456789', '') in ('', '-') then try_cast(artist_position as bigint)
  end as artist_position,
  max(artist_key) as artist_key,
  try_cast(snapshot_date as date) as snapshot_date,
  snapshot_date as snapshot_day
from csv_track_artists
group by track_key, artist_position, snapshot_date
