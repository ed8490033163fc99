-- Entries that could not be read as a track or an episode: one row a playlist, position and day.
--
-- Reads: csv_rejected_items
-- Columns:
--   playlist_id varchar
--   position bigint -- as in playlist_items
--   reason varchar
--   entry varchar -- the entry's JSON
--   snapshot_date date
--   snapshot_day varchar -- snapshot_date as text; a condition or join on it spares reading other days' files
select
  playlist_id,
  case when translate(position, '0123456789', '') in ('', '-') then try_cast(position as bigint) end as position,
  nullif(reason, '') as reason,
  nullif(entry, '') as entry,
  try_cast(snapshot_date as date) as snapshot_date,
  snapshot_date as snapshot_day
from csv_rejected_items
