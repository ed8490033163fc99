-- What came into each playlist, what went, what was lost (it became unavailable) and what is back (it can be played
-- again), entry by entry, between each stored day and the stored day before. An entry without an item (unavailable) is
-- identified by its added_at: if more entries with that added_at are gone than are newly unavailable, the lost row has
-- no item, and all that are gone have gone. Unreadable entries are left out. An entry stands in the list, by its name,
-- on named_day: it is the nth of the item's entries with its added_at, n being the occurrence.
--
-- Reads: playlists, playlist_items, tracks
with days as (
  select
    playlist_id,
    snapshot_day,
    lag(snapshot_day) over stored as previous_day,
    lead(snapshot_day) over stored as next_day,
    -- One number instead of a playlist and a day is quicker to group by. The next stored day has the next number.
    row_number() over (order by playlist_id, snapshot_day) as day_number
  from playlists
  window stored as (partition by playlist_id order by snapshot_day)
),
nameless as (
  select track_key, snapshot_day
  from tracks
  where name is null
),
entries as (
  select
    days.day_number,
    days.previous_day,
    days.next_day,
    playlist_items.item_type,
    playlist_items.item_key,
    playlist_items.added_at,
    case
      when playlist_items.item_type = 'track' and playlist_items.is_local = false and nameless.track_key is not null then 1
      else 0
    end as is_nameless
  from playlist_items
  join days
    on days.playlist_id = playlist_items.playlist_id
    and days.snapshot_day = playlist_items.snapshot_day
  left join nameless
    on nameless.track_key = playlist_items.item_key
    and nameless.snapshot_day = playlist_items.snapshot_day
  where playlist_items.item_type <> 'unreadable'
),
-- Each entry is compared with the stored day before, and with the stored day after.
paired as (
  select
    item_type,
    item_key,
    added_at,
    case when seen.is_after = true then day_number else day_number + 1 end as after_number,
    case when seen.is_after = false then is_nameless end as nameless_before,
    case when seen.is_after = true then is_nameless end as nameless_after
  from entries
  cross join (values (true), (false)) as seen(is_after)
  where (seen.is_after = true and previous_day is not null) or (seen.is_after = false and next_day is not null)
),
-- The entries that are the same on both days are most of them, and what changed does not depend on them.
compared as (
  select
    after_number,
    item_type,
    item_key,
    added_at,
    count(nameless_before) as copies_before,
    count(nameless_after) as copies_after,
    max(nameless_before) as was_nameless,
    max(nameless_after) as is_nameless
  from paired
  group by after_number, item_type, item_key, added_at
  having count(nameless_before) <> count(nameless_after) or max(nameless_before) <> max(nameless_after)
),
-- One row for each copy.
copied as (
  select
    compared.*,
    copies.occurrence,
    case when copies.occurrence > copies_after then 1 else 0 end as is_gone,
    case when copies.occurrence > copies_before then 1 else 0 end as is_new
  from compared
  cross join unnest(split(lpad('', cast(greatest(copies_before, copies_after) - 1 as integer), ','), ','))
    with ordinality as copies(mark, occurrence)
),
keyed as (
  select
    after_number,
    item_type,
    item_key,
    added_at,
    occurrence,
    is_gone,
    is_new,
    sum(is_gone) over each_key as gone_copies,
    sum(is_new) over each_key as new_copies,
    max(was_nameless) over each_key as was_nameless,
    max(is_nameless) over each_key as is_nameless,
    row_number() over (
      partition by after_number, item_type, item_key, is_gone, is_new
      order by added_at, occurrence
    ) as place
  from copied
  where is_gone = 1 or is_new = 1 or was_nameless <> is_nameless
  window each_key as (partition by after_number, item_type, item_key)
),
-- A copy that is gone and a new one of the same item are one that was added again.
settled as (
  select
    keyed.*,
    case when is_gone = 1 and item_key is not null and place > new_copies then 1 else 0 end as item_went,
    case when is_new = 1 and item_key is not null and place > gone_copies then 1 else 0 end as item_came,
    case when is_gone = 1 and item_key is null then 1 else 0 end as blank_went,
    case when is_new = 1 and item_key is null then 1 else 0 end as blank_came
  from keyed
),
counted as (
  select
    settled.*,
    sum(item_went) over same_time as items_went,
    sum(item_came) over same_time as items_came,
    sum(blank_went) over same_time as blanks_went,
    sum(blank_came) over same_time as blanks_came,
    row_number() over (
      partition by after_number, added_at, blank_went, blank_came order by place
    ) as blank
  from settled
  window same_time as (partition by after_number, added_at)
),
decided as (
  select
    counted.*,
    case
      when item_went = 1 and blanks_came >= items_went then case when was_nameless = 0 then 'lost' end
      when item_went = 1 then 'went'
      when item_came = 1 and blanks_went >= items_came then case when is_nameless = 0 then 'back' end
      when item_came = 1 then 'came'
      when blank_came = 1 and blanks_came < items_went then 'lost'
      when blank_came = 1 and blank > items_went then 'came'
      when blank_went = 1 and blank > items_came then 'went'
      when item_key is null or is_new = 1 then null
      when was_nameless < is_nameless then 'lost'
      when was_nameless > is_nameless then 'back'
    end as change
  from counted
)
select
  days.playlist_id,
  cast(decided.change as varchar) as change,
  decided.item_type,
  decided.item_key,
  decided.added_at,
  decided.occurrence,
  days.previous_day,
  days.snapshot_day,
  case
    when decided.change = 'went' or (decided.change = 'lost' and decided.item_key is not null) then days.previous_day
    else days.snapshot_day
  end as named_day
from decided
-- Each number has its day. DuckDB expects many more rows of an inner join and would then read all names of the digest.
left join days
  on days.day_number = decided.after_number
where decided.change is not null
