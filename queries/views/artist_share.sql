-- How much of each playlist each artist has on each stored day: one row per playlist, artist and day. A track of
-- several artists counts for each of them, so the shares of a day can add up to more than 1. Copies count.
-- Prunes: a condition on snapshot_day or snapshot_date reads only those days; without one it scans the whole history of
-- its tables.
--
-- Reads: playlist_items, track_artists, artists
-- Columns:
--   playlist_id varchar
--   artist_key varchar
--   artist varchar -- the name on that day
--   entries bigint -- of tracks that credit the artist
--   playlist_tracks bigint -- all entries that are tracks
--   share double -- entries / playlist_tracks
--   snapshot_date date
--   snapshot_day varchar -- snapshot_date as text; a condition or join on it skips other days' files
with entries as (
  select
    playlist_id,
    item_key,
    snapshot_date,
    snapshot_day,
    count(*) over (partition by playlist_id, snapshot_date, snapshot_day) as playlist_tracks
  from playlist_items
  where item_type = 'track'
),
credits as (
  select distinct track_key, artist_key, snapshot_day
  from track_artists
),
shares as (
  select
    entries.playlist_id,
    credits.artist_key,
    count(*) as entries,
    entries.playlist_tracks,
    entries.snapshot_date,
    entries.snapshot_day
  from entries
  join credits
    on credits.track_key = entries.item_key
    and credits.snapshot_day = entries.snapshot_day
  group by
    entries.playlist_id,
    credits.artist_key,
    entries.playlist_tracks,
    entries.snapshot_date,
    entries.snapshot_day
)
select
  shares.playlist_id,
  shares.artist_key,
  artists.name as artist,
  shares.entries,
  shares.playlist_tracks,
  cast(shares.entries as double) / shares.playlist_tracks as share,
  shares.snapshot_date,
  shares.snapshot_day
from shares
left join artists
  on artists.artist_key = shares.artist_key
  and artists.snapshot_day = shares.snapshot_day
