-- In which playlists a song or episode was, since when and until when: one row per stay of each track and episode whose
-- name, artists and ISRC together contain every word. Case and the accents of Western European letters do not matter. A
-- track keeps its last name when Spotify no longer serves it. A stay is current if it lasts until the playlist's last
-- stored day; newest_date is the last stored day of all playlists.
--
-- Reads: playlists, tracks, episodes, track_artists, artists, stays
-- Parameters:
--   words 'golden hour' -- parts of a name, an artist or an ISRC, in any order
with served as (
  select
    cast('track' as varchar) as item_type,
    track_key as item_key,
    name,
    isrc,
    cast(null as varchar) as show_name,
    snapshot_day
  from tracks
  where name is not null
  union all
  select cast('episode' as varchar), episode_key, name, cast(null as varchar), show_name, snapshot_day
  from episodes
  where name is not null
),
known as (
  select
    item_type,
    item_key,
    max_by(name, snapshot_day) as name,
    max_by(isrc, snapshot_day) filter (where isrc is not null) as isrc,
    max_by(show_name, snapshot_day) filter (where show_name is not null) as show_name,
    max(snapshot_day) as last_day
  from served
  group by item_type, item_key
),
credits as (
  select
    track_artists.track_key,
    nullif(array_join(array_agg(artists.name order by track_artists.artist_position), ', '), '') as artists
  from track_artists
  join known
    on known.item_type = 'track'
    and known.item_key = track_artists.track_key
    and known.last_day = track_artists.snapshot_day
  join artists
    on artists.artist_key = track_artists.artist_key
    and artists.snapshot_day = track_artists.snapshot_day
  group by track_artists.track_key
),
titles as (
  select
    known.item_type,
    known.item_key,
    known.name,
    coalesce(credits.artists, known.show_name) as artists,
    known.isrc
  from known
  left join credits
    on credits.track_key = case when known.item_type = 'track' then known.item_key end
),
letters as (
  select
    'áàâäãåāçćčéèêëēíìîïīñńóòôöõøōúùûüūýÿšž' as accented,
    'aaaaaaaccceeeeeiiiiinnooooooouuuuuyysz' as plain
),
asked as (
  select translate(lower(words.word), letters.accented, letters.plain) as word
  from letters
  cross join unnest(split(cast(:words as varchar), ' ')) as words(word)
),
found as (
  select titles.item_type, titles.item_key, titles.name, titles.artists, titles.isrc
  from titles
  cross join letters
  cross join asked
  group by titles.item_type, titles.item_key, titles.name, titles.artists, titles.isrc
  having bool_and(
    strpos(
      translate(
        lower(titles.name || ' ' || coalesce(titles.artists, '') || ' ' || coalesce(titles.isrc, '')),
        letters.accented,
        letters.plain
      ),
      asked.word
    ) > 0
  )
),
names as (
  select
    playlist_id,
    max_by(name, snapshot_day) filter (where name is not null) as playlist,
    max(max(snapshot_date)) over () as newest_date
  from playlists
  group by playlist_id
)
select
  found.name,
  found.artists,
  names.playlist,
  stays.from_date,
  stays.to_date,
  stays.is_current,
  stays.days,
  found.isrc,
  found.item_type,
  found.item_key,
  stays.playlist_id,
  names.newest_date
from found
join stays
  on stays.item_type = found.item_type
  and stays.item_key = found.item_key
join names
  on names.playlist_id = stays.playlist_id
order by lower(found.name), found.artists, found.item_key, lower(names.playlist), stays.playlist_id, stays.from_date
