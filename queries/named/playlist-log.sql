-- What came into a playlist, went out of it and moved within it, day by day, newest day first, and what was lost (it
-- became unavailable) or is back (it can be played again). Moves are those of the view changes, the rest is as in the
-- digest. Places count from 1.
--
-- Reads: playlists, playlist_items, tracks, track_artists, artists, episodes
-- Parameters:
--   playlist '7osf69rrOvLodTvBABtqDC' -- the playlist's id
--   since '2026-11-01' -- changes seen on this day or later are listed
with chosen as (
  select coalesce(max(snapshot_day), :since) as first_day
  from playlists
  where playlist_id = :playlist and snapshot_day < :since
),
-- The statement of the changes reads these days in place of the view playlists.
playlists as (
  select *
  from playlists
  where playlist_id = :playlist and snapshot_day >= (select first_day from chosen)
)
select
  playlists.snapshot_date,
  list_changes.change,
  list_changes.previous_place,
  list_changes.place,
  list_changes.item_type,
  list_changes.name,
  list_changes.artists,
  list_changes.item_key,
  try_cast(list_changes.previous_day as date) as previous_date,
  playlists.name as playlist,
  playlists.playlist_id
from {list_changes} as list_changes
join playlists
  on playlists.snapshot_day = list_changes.snapshot_day
order by
  playlists.snapshot_date desc,
  list_changes.change_order,
  coalesce(list_changes.place, list_changes.previous_place)
