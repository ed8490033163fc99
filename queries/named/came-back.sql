-- Tracks and episodes that left a playlist and returned: when they left, when they were back, and how long they were away.
-- Newest return first.
--
-- Reads: playlists, stays, items
with returns as (
  select
    playlist_id,
    item_type,
    item_key,
    lag(to_date) over (partition by playlist_id, item_type, item_key order by from_date) as last_there,
    from_date as back_on
  from stays
)
select
  returns.back_on,
  returns.last_there,
  date_diff('day', returns.last_there, returns.back_on) as days_away,
  items.name,
  items.first_artist_or_show,
  playlists.name as playlist,
  returns.item_key,
  returns.playlist_id
from returns
join playlists
  on playlists.playlist_id = returns.playlist_id
  and playlists.snapshot_date = returns.back_on
left join items
  on items.item_type = returns.item_type
  and items.item_key = returns.item_key
  and items.snapshot_date = returns.back_on
where returns.last_there is not null
order by returns.back_on desc, returns.playlist_id, returns.item_type, returns.item_key
