-- Entries that are in one playlist more than once now: the same track or episode, or the same recording under several
-- releases, which share an ISRC. Places count from 1.
--
-- Reads: playlists, playlist_items, tracks, track_artists, artists, albums, episodes
-- Parameters:
--   playlist '*' -- the playlist's id, or * for all
with last_days as (
  select
    playlist_id,
    max_by(name, snapshot_day) filter (where name is not null) as playlist,
    max(snapshot_day) as snapshot_day
  from playlists
  where playlist_id = :playlist or :playlist = '*'
  group by playlist_id
),
tracks_then as (
  select track_key, name, isrc, album_key, snapshot_day
  from tracks
  where snapshot_day in (select snapshot_day from last_days)
),
entries as (
  select
    last_days.playlist_id,
    last_days.playlist,
    last_days.snapshot_day,
    playlist_items.position,
    playlist_items.item_type,
    playlist_items.item_key,
    playlist_items.added_at,
    tracks_then.name,
    tracks_then.album_key,
    upper(tracks_then.isrc) as isrc,
    coalesce(upper(tracks_then.isrc), playlist_items.item_type || ':' || playlist_items.item_key) as recording
  from playlist_items
  join last_days
    on last_days.playlist_id = playlist_items.playlist_id
    and last_days.snapshot_day = playlist_items.snapshot_day
  left join tracks_then
    on tracks_then.track_key = case when playlist_items.item_type = 'track' then playlist_items.item_key end
    and tracks_then.snapshot_day = playlist_items.snapshot_day
  where playlist_items.item_key is not null
),
counted as (
  select
    entries.*,
    count(*) over (partition by playlist_id, item_type, item_key) as copies,
    count(*) over (partition by playlist_id, recording) as occurrences,
    min(position) over (partition by playlist_id, recording) as first_position
  from entries
),
repeated as (
  select *
  from counted
  where occurrences > 1
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
  where track_artists.snapshot_day in (select snapshot_day from last_days)
    and track_artists.track_key in (select item_key from repeated)
  group by track_artists.track_key, track_artists.snapshot_day
)
select
  repeated.playlist,
  case when repeated.copies > 1 then 'same track' else 'same recording' end as reason,
  repeated.position + 1 as place,
  repeated.item_type,
  coalesce(repeated.name, episodes.name) as name,
  coalesce(credits.artists, episodes.show_name) as artists,
  albums.name as album,
  repeated.added_at,
  repeated.isrc,
  repeated.item_key,
  repeated.playlist_id
from repeated
left join credits
  on credits.track_key = case when repeated.item_type = 'track' then repeated.item_key end
  and credits.snapshot_day = repeated.snapshot_day
left join albums
  on albums.album_key = repeated.album_key
  and albums.snapshot_day = repeated.snapshot_day
left join episodes
  on episodes.episode_key = case when repeated.item_type = 'episode' then repeated.item_key end
  and episodes.snapshot_day = repeated.snapshot_day
order by lower(repeated.playlist), repeated.playlist_id, repeated.first_position, repeated.position
