-- Each playlist as Spotify served it on each day: one row a playlist and day.
--
-- Reads: csv_playlists
-- Columns:
--   playlist_id varchar
--   name varchar
--   description varchar -- may hold HTML
--   owner_id varchar
--   owner_name varchar
--   is_public boolean
--   is_collaborative boolean
--   followers bigint
--   total_items bigint -- as Spotify counts, unavailable entries included
--   spotify_snapshot_id varchar -- equal ids mean equal contents
--   image_url varchar -- may expire within a day
--   extracted_at timestamp(3) -- UTC, when the playlist itself was read
--   items_fetched_at timestamp(3) -- UTC, when its last page was read
--   is_consistent boolean -- false where the playlist was edited while it was read
--   snapshot_date date
--   snapshot_day varchar -- snapshot_date as text; a condition or join on it spares reading other days' files
select
  playlist_id,
  nullif(name, '') as name,
  nullif(description, '') as description,
  nullif(owner_id, '') as owner_id,
  nullif(owner_name, '') as owner_name,
  case is_public when 'true' then true when 'false' then false end as is_public,
  case is_collaborative when 'true' then true when 'false' then false end as is_collaborative,
  case when translate(followers, '0123456789', '') in ('', '-') then try_cast(followers as bigint) end as followers,
  case when translate(total_items, '0123456789', '') in ('', '-') then try_cast(total_items as bigint) end as total_items,
  nullif(spotify_snapshot_id, '') as spotify_snapshot_id,
  nullif(image_url, '') as image_url,
  case
    when extracted_at like '____-__-__T__:__:__%' and substr(extracted_at, 12, 2) <> '24'
      and translate(extracted_at, '0123456789', '') in ('--T::Z', '--T::.Z')
      then try_cast(replace(replace(extracted_at, 'T', ' '), 'Z', '') as timestamp(3))
  end as extracted_at,
  case
    when items_fetched_at like '____-__-__T__:__:__%' and substr(items_fetched_at, 12, 2) <> '24'
      and translate(items_fetched_at, '0123456789', '') in ('--T::Z', '--T::.Z')
      then try_cast(replace(replace(items_fetched_at, 'T', ' '), 'Z', '') as timestamp(3))
  end as items_fetched_at,
  case is_consistent when 'true' then true when 'false' then false end as is_consistent,
  try_cast(snapshot_date as date) as snapshot_date,
  snapshot_date as snapshot_day
from csv_playlists
