-- Days on which a playlist was not stored, between two on which it was: it was unavailable, or the run failed. Newest
-- first.
--
-- Reads: playlists
select
  playlist,
  previous_date as stored_before,
  snapshot_date as stored_again,
  date_diff('day', previous_date, snapshot_date) - 1 as days_missing,
  playlist_id
from (
  select
    playlist_id,
    name as playlist,
    snapshot_date,
    lag(snapshot_date) over (partition by playlist_id order by snapshot_date) as previous_date
  from playlists
) as days
where date_diff('day', previous_date, snapshot_date) > 1
order by snapshot_date desc, playlist, playlist_id
