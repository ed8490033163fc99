-- Each album of a track that was on any playlist on a day: one row an album and day.
-- Where playlists of one day served an album differently, the row whose name, release_date and so on sort last is taken
-- whole: always the same one, and a filled value before an empty one.
--
-- Reads: csv_albums
-- Columns:
--   album_key varchar -- the id, else the URI
--   album_id varchar -- null for albums of local files
--   name varchar
--   album_type varchar -- album, single or compilation
--   release_date varchar -- as served: a year, a month or a day; null where unknown (Spotify serves 0000 for some)
--   release_date_precision varchar -- year, month or day
--   released_on date -- the first day of release_date
--   total_tracks bigint
--   image_url varchar
--   snapshot_date date
--   snapshot_day varchar -- snapshot_date as text; a condition or join on it spares reading other days' files
select
  album_key,
  nullif(album_id, '') as album_id,
  nullif(name, '') as name,
  nullif(album_type, '') as album_type,
  case when substr(release_date, 1, 4) <> '0000' then nullif(release_date, '') end as release_date,
  nullif(release_date_precision, '') as release_date_precision,
  case
    when substr(release_date, 1, 4) = '0000' or translate(release_date, '0123456789', '') not in ('', '-', '--') then null
    when release_date like '____-__-__' then try_cast(release_date as date)
    when release_date like '____-__' then try_cast(release_date || '-01' as date)
    when release_date like '____' then try_cast(release_date || '-01-01' as date)
  end as released_on,
  case when translate(total_tracks, '0123456789', '') in ('', '-') then try_cast(total_tracks as bigint) end as total_tracks,
  nullif(image_url, '') as image_url,
  try_cast(snapshot_date as date) as snapshot_date,
  snapshot_date as snapshot_day
from (
  select
    csv_albums.*,
    row_number() over (
      partition by album_key, snapshot_date
      order by name desc, release_date desc, release_date_precision desc, album_type desc, total_tracks desc,
        album_id desc, image_url desc
    ) as choice
  from csv_albums
) as served
where choice = 1
