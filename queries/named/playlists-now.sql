-- Each playlist with its size now, the last stored day on which something came, went, moved, became unavailable or can be
-- played again (the newest day of playlist-log), and its first and last stored day.
--
-- Reads: playlists, playlist_items, tracks, playlist_size, changes
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
changed as (
  select playlist_id, max(snapshot_date) as last_change
  from (
    select playlist_id, snapshot_date
    from changes
    where change = 'moved' or item_type = 'unreadable'
    union all
    select playlist_id, try_cast(snapshot_day as date) as snapshot_date
    from {entry_changes} as entries
  ) as each_change
  group by playlist_id
)
select
  stored.playlist,
  playlist_size.entries,
  changed.last_change,
  stored.first_date,
  stored.last_date,
  stored.playlist_id
from stored
join playlist_size
  on playlist_size.playlist_id = stored.playlist_id
  and playlist_size.snapshot_day = stored.last_day
left join changed
  on changed.playlist_id = stored.playlist_id
order by lower(stored.playlist), stored.playlist_id
