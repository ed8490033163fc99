-- Each playlist with its size now, the last stored day on which something came, went, moved, became unavailable or can be
-- played again (the newest day of playlist-log), and its first and last stored day.
--
-- Reads: playlists, playlist_items, tracks, playlist_size
with stored as (
  select
    playlist_id,
    max_by(name, snapshot_day) filter (where name is not null) as playlist,
    min(snapshot_date) as first_date,
    max(snapshot_date) as last_date,
    max(snapshot_day) as last_day
  from playlists
  group by playlist_id
),
entries_changed as (
  select playlist_id, max(snapshot_day) as last_day
  from {entry_changes} as entries
  group by playlist_id
),
-- The statement of the moves reads these days in place of the view playlists: it is the slowest, and earlier moves do not
-- matter.
playlists as (
  select playlists.*
  from playlists
  left join entries_changed
    on entries_changed.playlist_id = playlists.playlist_id
  where playlists.snapshot_day >= coalesce(entries_changed.last_day, '')
),
moved as (
  select playlist_id, cast(max(snapshot_date) as varchar) as last_day
  from {changes} as moves
  where change = 'moved' or item_type = 'unreadable'
  group by playlist_id
)
select
  stored.playlist,
  playlist_size.entries,
  try_cast(coalesce(moved.last_day, entries_changed.last_day) as date) as last_change,
  stored.first_date,
  stored.last_date,
  stored.playlist_id
from stored
join playlist_size
  on playlist_size.playlist_id = stored.playlist_id
  and playlist_size.snapshot_day = stored.last_day
left join entries_changed
  on entries_changed.playlist_id = stored.playlist_id
left join moved
  on moved.playlist_id = stored.playlist_id
order by lower(stored.playlist), stored.playlist_id
