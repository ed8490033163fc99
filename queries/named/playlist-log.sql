-- What came into a playlist, went out of it and moved within it, day by day, newest day first. Counted as in the view
-- changes. Places count from 1.
--
-- Reads: playlists, changes, tracks, track_artists, artists, episodes
-- Parameters:
--   playlist '7osf69rrOvLodTvBABtqDC' -- the playlist's id
--   since '2026-11-01' -- changes seen on this day or later are listed
with changed as (
  select
    changes.*,
    cast(case when change = 'removed' then previous_date else snapshot_date end as varchar) as there_on
  from changes
  where playlist_id = :playlist and snapshot_date >= cast(:since as date)
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
  changed.snapshot_date,
  case changed.change when 'added' then 'came' when 'removed' then 'went' else 'moved' end as change,
  changed.previous_position + 1 as previous_place,
  changed.position + 1 as place,
  changed.item_type,
  coalesce(tracks.name, episodes.name) as name,
  coalesce(credits.artists, episodes.show_name) as artists,
  changed.item_key,
  changed.previous_date,
  playlists.name as playlist,
  changed.playlist_id
from changed
join playlists
  on playlists.playlist_id = changed.playlist_id
  and playlists.snapshot_date = changed.snapshot_date
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
  changed.snapshot_date desc,
  case changed.change when 'added' then 1 when 'removed' then 2 else 3 end,
  coalesce(changed.position, changed.previous_position)
