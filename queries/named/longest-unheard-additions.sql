-- The 50 entries that were added longest ago and are still there: the ones to hear again.
-- Entries whose date Spotify does not know, and those without an item, are left out.
--
-- Reads: playlists, playlist_items, tracks, track_artists, artists, episodes
select
  playlist_items.added_at,
  coalesce(tracks.name, episodes.name) as name,
  coalesce(artists.name, episodes.show_name) as first_artist_or_show,
  last_day.name as playlist,
  playlist_items.position,
  playlist_items.item_key,
  playlist_items.playlist_id,
  playlist_items.snapshot_date
from (
  select
    playlist_id,
    snapshot_date,
    name,
    row_number() over (partition by playlist_id order by snapshot_date desc) as days_back
  from playlists
) as last_day
join playlist_items
  on playlist_items.playlist_id = last_day.playlist_id
  and playlist_items.snapshot_date = last_day.snapshot_date
left join tracks
  on tracks.track_key = playlist_items.item_key
  and tracks.snapshot_date = playlist_items.snapshot_date
left join track_artists
  on track_artists.track_key = tracks.track_key
  and track_artists.snapshot_date = tracks.snapshot_date
  and track_artists.artist_position = 0
left join artists
  on artists.artist_key = track_artists.artist_key
  and artists.snapshot_date = track_artists.snapshot_date
left join episodes
  on episodes.episode_key = playlist_items.item_key
  and episodes.snapshot_date = playlist_items.snapshot_date
where last_day.days_back = 1
  and playlist_items.added_at is not null
  and playlist_items.item_key is not null
order by playlist_items.added_at, playlist_items.playlist_id, playlist_items.position
limit 50
