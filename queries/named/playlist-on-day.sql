-- What a playlist held on a day: every entry of its last stored day up to the given one, in order. A playlist that was
-- empty is one row without a place; one that was not stored yet has no rows.
--
-- Reads: playlists, playlist_items, tracks, track_artists, artists, albums, episodes
-- Parameters:
--   playlist '7osf69rrOvLodTvBABtqDC' -- the playlist's id
--   day '2026-11-02' -- the last stored day up to this one is shown
with shown as (
  select playlist_id, name as playlist, snapshot_date, snapshot_day
  from playlists
  where playlist_id = :playlist and snapshot_day <= :day
  order by snapshot_day desc
  limit 1
),
credits as (
  select
    track_artists.track_key,
    nullif(array_join(array_agg(artists.name order by track_artists.artist_position), ', '), '') as artists
  from track_artists
  join artists
    on artists.artist_key = track_artists.artist_key
    and artists.snapshot_day = track_artists.snapshot_day
  where track_artists.snapshot_day in (select snapshot_day from shown)
  group by track_artists.track_key
)
select
  playlist_items.position + 1 as place,
  playlist_items.item_type,
  coalesce(tracks.name, episodes.name) as name,
  coalesce(credits.artists, episodes.show_name) as artists,
  albums.name as album,
  playlist_items.added_at,
  playlist_items.added_by_id,
  playlist_items.is_local,
  coalesce(tracks.duration_ms, episodes.duration_ms) as duration_ms,
  coalesce(tracks.uri, episodes.uri) as uri,
  tracks.isrc,
  playlist_items.item_key,
  shown.playlist,
  shown.playlist_id,
  shown.snapshot_date
from shown
left join playlist_items
  on playlist_items.playlist_id = shown.playlist_id
  and playlist_items.snapshot_day = shown.snapshot_day
left join tracks
  on tracks.track_key = case when playlist_items.item_type = 'track' then playlist_items.item_key end
  and tracks.snapshot_day = shown.snapshot_day
left join credits
  on credits.track_key = tracks.track_key
left join albums
  on albums.album_key = tracks.album_key
  and albums.snapshot_day = shown.snapshot_day
left join episodes
  on episodes.episode_key = case when playlist_items.item_type = 'episode' then playlist_items.item_key end
  and episodes.snapshot_day = shown.snapshot_day
order by playlist_items.position
