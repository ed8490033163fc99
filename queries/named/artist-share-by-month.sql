-- The ten artists with the largest share of each playlist in each month: the share of its tracks that credit them,
-- averaged over the month's stored days. A day without the artist counts as 0.
--
-- Reads: playlist_size, artist_share
with months as (
  select
    playlist_id,
    substr(snapshot_day, 1, 7) as month,
    count(*) as stored_days,
    max_by(playlist, snapshot_day) filter (where playlist is not null) as playlist
  from playlist_size
  group by 1, 2
),
monthly as (
  select
    playlist_id,
    substr(snapshot_day, 1, 7) as month,
    artist_key,
    max_by(artist, snapshot_day) filter (where artist is not null) as artist,
    -- Summed in hundred-thousandths, so that the order of the days does not matter.
    cast(sum(cast(round(share * 100000) as bigint)) as bigint) as shares
  from artist_share
  group by 1, 2, 3
),
placed as (
  select
    months.playlist,
    monthly.month,
    monthly.artist,
    round(monthly.shares / 1000e0 / months.stored_days, 1) as percent_of_tracks,
    row_number() over (
      partition by monthly.playlist_id, monthly.month
      order by monthly.shares desc, monthly.artist, monthly.artist_key
    ) as place,
    monthly.artist_key,
    monthly.playlist_id
  from monthly
  join months
    on months.playlist_id = monthly.playlist_id
    and months.month = monthly.month
)
select playlist, month, place, artist, percent_of_tracks, artist_key, playlist_id
from placed
where place <= 10
order by month desc, playlist, playlist_id, place
