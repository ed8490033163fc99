-- The 50 artists with the most entries in the playlists now: on the last stored day of each.
--
-- Reads: latest_items, track_artists, artists
select
  max(artists.name) as artist,
  count(distinct (latest_items.playlist_id, latest_items.position)) as entries,
  count(distinct latest_items.item_key) as tracks,
  count(distinct latest_items.playlist_id) as playlists,
  track_artists.artist_key
from latest_items
join track_artists
  on track_artists.track_key = latest_items.item_key
  and track_artists.snapshot_day = latest_items.snapshot_day
left join artists
  on artists.artist_key = track_artists.artist_key
  and artists.snapshot_day = track_artists.snapshot_day
group by track_artists.artist_key
order by 2 desc, 1, 5
limit 50
