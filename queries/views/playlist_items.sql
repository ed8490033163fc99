-- Every entry of every playlist, in order: one row a playlist, position and day.
-- Join tracks or episodes on item_key and snapshot_date.
--
-- Reads: csv_playlist_items
-- Columns:
--   playlist_id varchar
--   position bigint -- from 0
--   item_key varchar -- track_key or episode_key, null where there is no item
--   item_type varchar -- track, episode, unavailable or unreadable
--   is_local boolean -- a file of the owner's, unknown to Spotify
--   added_at timestamp(3) -- UTC, null where Spotify does not know (it serves 1970 for some)
--   added_by_id varchar
--   snapshot_date date
--   snapshot_day varchar -- snapshot_date as text; a condition or join on it spares reading other days' files
select
  playlist_id,
  case when translate(position, '0123456789', '') in ('', '-') then try_cast(position as bigint) end as position,
  nullif(item_key, '') as item_key,
  item_type,
  case is_local when 'true' then true when 'false' then false end as is_local,
  case
    when substr(added_at, 1, 4) in ('1970', '0000') then null
    when added_at like '____-__-__T__:__:__%' and substr(added_at, 12, 2) <> '24'
      and translate(added_at, '0123456789', '') in ('--T::Z', '--T::.Z')
      then try_cast(replace(replace(added_at, 'T', ' '), 'Z', '') as timestamp(3))
  end as added_at,
  nullif(added_by_id, '') as added_by_id,
  try_cast(snapshot_date as date) as snapshot_date,
  snapshot_date as snapshot_day
from csv_playlist_items
