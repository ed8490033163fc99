-- What came into a playlist, went out of it and moved within it between two days, and what was lost (it became
-- unavailable) or is back (it can be played again): from the last stored day up to the first one, to the last stored day
-- up to the second one. What happened in between and was undone is left out. Moves are those of the view changes, the
-- rest is as in the digest. Places count from 1. Without a change there is one row with the days only.
--
-- Reads: playlists, playlist_items, tracks, track_artists, artists, episodes
-- Parameters:
--   playlist '7osf69rrOvLodTvBABtqDC' -- the playlist's id
--   first '2026-11-01' -- the day to start from
--   last '2026-11-03' -- the day to end with
with chosen as (
  select
    max(case when snapshot_day <= :first then snapshot_day end) as first_day,
    max(snapshot_day) as last_day
  from playlists
  where playlist_id = :playlist and snapshot_day <= :last
),
-- The statement of the changes reads these two days in place of the view playlists.
playlists as (
  select *
  from playlists
  where playlist_id = :playlist
    and (snapshot_day in (select first_day from chosen) or snapshot_day in (select last_day from chosen))
)
select
  list_changes.change,
  list_changes.previous_place,
  list_changes.place,
  list_changes.item_type,
  list_changes.name,
  list_changes.artists,
  list_changes.item_key,
  cast(chosen.first_day as date) as first_date,
  cast(chosen.last_day as date) as last_date
from chosen
left join {list_changes} as list_changes
  on list_changes.snapshot_day = chosen.last_day
order by list_changes.change_order, coalesce(list_changes.place, list_changes.previous_place)
