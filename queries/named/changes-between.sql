-- What came into a playlist, went out of it and moved within it between two days: from the last stored day up to the
-- first one, to the last stored day up to the second one. What happened in between and was undone is left out. Counted as
-- in the view changes. Places count from 1. Without a change there is one row with the days only.
--
-- Reads: playlists, tracks, track_artists, artists, episodes
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
-- The statement of the view changes reads these two days in place of the view playlists.
playlists as (
  select *
  from playlists
  where playlist_id = :playlist
    and (snapshot_day in (select first_day from chosen) or snapshot_day in (select last_day from chosen))
),
changed as (
  select
    changes.*,
    cast(case when change = 'removed' then previous_date else snapshot_date end as varchar) as there_on
  from {changes} as changes
),
credits as (
  select
    track_artists.track_key,
    track_artists.snapshot_day,
    nullif(array_join(array_agg(artists.name order by track_artists.artist_position), ', '), '') as artists
  from track_artists
  join artists
    on artists.artist_key = track_artists.artist_key
    and artists.snapshot_day = track_artists.snapshot_day
  where track_artists.snapshot_day in (select there_on from changed)
    and track_artists.track_key in (select item_key from changed)
  group by track_artists.track_key, track_artists.snapshot_day
)
select
  case changed.change when 'added' then 'came' when 'removed' then 'went' when 'moved' then 'moved' end as change,
  changed.previous_position + 1 as previous_place,
  changed.position + 1 as place,
  changed.item_type,
  coalesce(tracks.name, episodes.name) as name,
  coalesce(credits.artists, episodes.show_name) as artists,
  changed.item_key,
  cast(chosen.first_day as date) as first_date,
  cast(chosen.last_day as date) as last_date
from chosen
left join changed
  on changed.snapshot_date = cast(chosen.last_day as date)
left join tracks
  on tracks.track_key = case when changed.item_type = 'track' then changed.item_key end
  and tracks.snapshot_day = changed.there_on
left join credits
  on credits.track_key = case when changed.item_type = 'track' then changed.item_key end
  and credits.snapshot_day = changed.there_on
left join episodes
  on episodes.episode_key = case when changed.item_type = 'episode' then changed.item_key end
  and episodes.snapshot_day = changed.there_on
order by
  case changed.change when 'added' then 1 when 'removed' then 2 else 3 end,
  coalesce(changed.position, changed.previous_position)
