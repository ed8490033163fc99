-- Tracks and episodes that came into a playlist at most 30 days after their release, newest first.
--
-- Reads: new_releases
select
  first_date,
  released_on,
  days_after_release,
  name,
  first_artist_or_show,
  album,
  item_type,
  item_key,
  playlist_id
from new_releases
order by first_date desc, released_on desc, playlist_id, item_type, item_key
