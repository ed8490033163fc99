-- Each artist of a track or album that was on any playlist on a day: one row an artist and day.
-- Where playlists of one day served an artist differently, the row whose name, artist_id and uri sort last is taken.
--
-- Reads: csv_artists
-- Columns:
--   artist_key varchar -- the id, else the URI
--   artist_id varchar -- null for artists of local files
--   name varchar
--   uri varchar
--   snapshot_date date
--   snapshot_day varchar -- snapshot_date as text; a condition or join on it spares reading other days' files
select
  artist_key,
  nullif(artist_id, '') as artist_id,
  nullif(name, '') as name,
  nullif(uri, '') as uri,
  try_cast(snapshot_date as date) as snapshot_date,
  snapshot_date as snapshot_day
from (
  select
    csv_artists.*,
    row_number() over (
      partition by artist_key, snapshot_date
      order by name desc, artist_id desc, uri desc
    ) as choice
  from csv_artists
) as served
where choice = 1
