-- The 50 artists with the most entries in the playlists as they are now: each one's last stored day.
--
-- Reads: playlists, playlist_items, track_artists, artists
select
  max(artists.name) as artist,
  count(distinct (playlist_items.playlist_id, playlist_items.position)) as entries,
  count(distinct playlist_items.item_key) as tracks,
  count(distinct playlist_items.playlist_id) as playlists,
  track_artists.artist_key
from (
  select
    playlist_id,
    snapshot_date,
    row_number() over (partition by playlist_id order by snapshot_date desc) as days_back
  from playlists
) as last_day
join playlist_items
  on playlist_items.playlist_id = last_day.playlist_id
  and playlist_items.snapshot_date = last_day.snapshot_date
join track_artists
  on track_artists.track_key = playlist_items.item_key
  and track_artists.snapshot_date = playlist_items.snapshot_date
left join artists
  on artists.artist_key = track_artists.artist_key
  and artists.snapshot_date = track_artists.snapshot_date
where last_day.days_back = 1
group by track_artists.artist_key
order by 2 desc, 1, 5
limit 50
