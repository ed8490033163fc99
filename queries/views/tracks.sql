-- Each track that was on any playlist on a day: one row a track and day.
-- Where playlists of one day served a track differently, the row whose name, album_key and so on sort last is taken
-- whole: always the same one, and a filled value before an empty one.
--
-- Reads: csv_tracks
-- Columns:
--   track_key varchar -- the id, else the URI
--   track_id varchar -- null for local files
--   uri varchar
--   name varchar
--   album_key varchar
--   disc_number bigint
--   track_number bigint
--   duration_ms bigint
--   is_explicit boolean
--   is_local boolean
--   popularity bigint -- 0 to 100, null where the app is too new to be told
--   isrc varchar
--   linked_from_id varchar -- the id asked for, where Spotify served another one in its place
--   snapshot_date date
--   snapshot_day varchar -- snapshot_date as text; a condition or join on it spares reading other days' files
select
  track_key,
  nullif(track_id, '') as track_id,
  nullif(uri, '') as uri,
  nullif(name, '') as name,
  nullif(album_key, '') as album_key,
  case when translate(disc_number, '0123456789', '') in ('', '-') then try_cast(disc_number as bigint) end as disc_number,
  case when translate(track_number, '0123456789', '') in ('', '-') then try_cast(track_number as bigint) end as track_number,
  case when translate(duration_ms, '0123456789', '') in ('', '-') then try_cast(duration_ms as bigint) end as duration_ms,
  case is_explicit when 'true' then true when 'false' then false end as is_explicit,
  case is_local when 'true' then true when 'false' then false end as is_local,
  case when translate(popularity, '0123456789', '') in ('', '-') then try_cast(popularity as bigint) end as popularity,
  nullif(isrc, '') as isrc,
  nullif(linked_from_id, '') as linked_from_id,
  try_cast(snapshot_date as date) as snapshot_date,
  snapshot_date as snapshot_day
from (
  select
    csv_tracks.*,
    row_number() over (
      partition by track_key, snapshot_date
      order by name desc, album_key desc, popularity desc, linked_from_id desc, track_id desc, uri desc,
        disc_number desc, track_number desc, duration_ms desc, is_explicit desc, is_local desc, isrc desc
    ) as choice
  from csv_tracks
) as served
where choice = 1
