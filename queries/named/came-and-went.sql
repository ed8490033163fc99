-- What came into each playlist and what went out of it, on its last stored day since the stored day before.
-- Copies are counted, so one of two equal entries can go; a move is neither. Entries without an item (unavailable,
-- unreadable) can't be told apart: they come and go as a number of their kind.
--
-- Reads: playlists, playlist_items, tracks, track_artists, artists, episodes
with days as (
  select
    playlist_id,
    name as playlist,
    snapshot_date,
    lead(snapshot_date) over (partition by playlist_id order by snapshot_date desc) as previous_date,
    row_number() over (partition by playlist_id order by snapshot_date desc) as days_back
  from playlists
),
last_two as (
  select playlist_id, playlist, snapshot_date, previous_date
  from days
  where days_back = 1 and previous_date is not null
),
changes as (
  select
    last_two.playlist_id,
    last_two.playlist,
    last_two.previous_date,
    last_two.snapshot_date,
    playlist_items.item_type,
    playlist_items.item_key,
    count_if(playlist_items.snapshot_date = last_two.snapshot_date)
      - count_if(playlist_items.snapshot_date = last_two.previous_date) as more_copies
  from last_two
  join playlist_items
    on playlist_items.playlist_id = last_two.playlist_id
    and playlist_items.snapshot_date in (last_two.snapshot_date, last_two.previous_date)
  group by 1, 2, 3, 4, 5, 6
)
select
  changes.playlist,
  case when changes.more_copies > 0 then 'came' else 'went' end as change,
  cast(abs(changes.more_copies) as bigint) as copies,
  changes.item_type,
  coalesce(tracks.name, episodes.name) as name,
  coalesce(artists.name, episodes.show_name) as first_artist_or_show,
  changes.item_key,
  changes.playlist_id,
  changes.previous_date,
  changes.snapshot_date
from changes
left join tracks
  on tracks.track_key = changes.item_key
  and tracks.snapshot_date
    = case when changes.more_copies > 0 then changes.snapshot_date else changes.previous_date end
left join track_artists
  on track_artists.track_key = tracks.track_key
  and track_artists.snapshot_date = tracks.snapshot_date
  and track_artists.artist_position = 0
left join artists
  on artists.artist_key = track_artists.artist_key
  and artists.snapshot_date = track_artists.snapshot_date
left join episodes
  on episodes.episode_key = changes.item_key
  and episodes.snapshot_date
    = case when changes.more_copies > 0 then changes.snapshot_date else changes.previous_date end
where changes.more_copies <> 0
order by changes.playlist, changes.playlist_id, 2, name, changes.item_type, changes.item_key
