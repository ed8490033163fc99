-- Each podcast episode that was on any playlist on a day: one row an episode and day.
-- Where playlists of one day served an episode differently, the row whose name, show_name and so on sort last is taken
-- whole: always the same one, and a filled value before an empty one.
--
-- Reads: csv_episodes
-- Columns:
--   episode_key varchar -- the id, else the URI
--   episode_id varchar
--   uri varchar
--   name varchar
--   show_id varchar
--   show_name varchar
--   show_publisher varchar
--   release_date varchar -- as served: a year, a month or a day; null where unknown (Spotify serves 0000 for some)
--   release_date_precision varchar -- year, month or day
--   released_on date -- the first day of release_date
--   duration_ms bigint
--   is_explicit boolean
--   snapshot_date date
--   snapshot_day varchar -- snapshot_date as text; a condition or join on it spares reading other days' files
select
  episode_key,
  nullif(episode_id, '') as episode_id,
  nullif(uri, '') as uri,
  nullif(name, '') as name,
  nullif(show_id, '') as show_id,
  nullif(show_name, '') as show_name,
  nullif(show_publisher, '') as show_publisher,
  case when substr(release_date, 1, 4) <> '0000' then nullif(release_date, '') end as release_date,
  nullif(release_date_precision, '') as release_date_precision,
  case
    when substr(release_date, 1, 4) = '0000' or translate(release_date, '0123456789', '') not in ('', '-', '--') then null
    when release_date like '____-__-__' then try_cast(release_date as date)
    when release_date like '____-__' then try_cast(release_date || '-01' as date)
    when release_date like '____' then try_cast(release_date || '-01-01' as date)
  end as released_on,
  case when translate(duration_ms, '0123456789', '') in ('', '-') then try_cast(duration_ms as bigint) end as duration_ms,
  case is_explicit when 'true' then true when 'false' then false end as is_explicit,
  try_cast(snapshot_date as date) as snapshot_date,
  snapshot_date as snapshot_day
from (
  select
    csv_episodes.*,
    row_number() over (
      partition by episode_key, snapshot_date
      order by name desc, show_name desc, show_publisher desc, show_id desc, release_date desc,
        release_date_precision desc, duration_ms desc, is_explicit desc, episode_id desc, uri desc
    ) as choice
  from csv_episodes
) as served
where choice = 1
