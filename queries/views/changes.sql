-- What came into each playlist, went out of it and moved within it, between each stored day and the stored day before.
-- Copies of a track are matched by their order: of two, the second is the one that comes or goes. Entries without an item
-- (unavailable, unreadable) cannot be told apart: they are counted by kind, and never move.
-- A move is a change of order, not a shift caused by entries above. It is found in two steps, among the items whose copies
-- are all in the list on both days. First, the items are ranked by position on each day. The n items whose rank changed
-- most have moved, for the largest n such that each of them changed by n or more. Then the rest is cut into the shortest
-- stretches that hold the same items on both days. In each stretch, the items that now come before an item they used to
-- follow have moved; or, if these are fewer, the items that now come after an item they used to precede. So the items that
-- did not move are in the same order on both days. If a track or a block of tracks was dragged, the dragged tracks have
-- moved, not those they passed.
-- Scans: the whole history of both tables.
--
-- Reads: playlists, playlist_items
-- Columns:
--   playlist_id varchar
--   change varchar -- added, removed or moved
--   item_type varchar -- track, episode, unavailable or unreadable
--   item_key varchar -- track_key or episode_key, null if there is no item
--   occurrence bigint -- which of its copies, from 1
--   previous_position bigint -- on previous_date, from 0; null if added
--   position bigint -- on snapshot_date, from 0; null if removed
--   previous_date date -- the stored day before
--   snapshot_date date -- the stored day on which the change is seen
with days as (
  select
    playlist_id,
    snapshot_date,
    snapshot_day,
    row_number() over stored as day_number,
    lag(snapshot_date) over stored as previous_date,
    lead(snapshot_date) over stored as next_date
  from playlists
  window stored as (partition by playlist_id order by snapshot_day)
),
entries as (
  select
    playlist_items.playlist_id,
    playlist_items.item_type,
    playlist_items.item_key,
    playlist_items.position,
    days.day_number,
    days.previous_date,
    days.snapshot_date,
    days.next_date,
    row_number() over (
      partition by
        playlist_items.playlist_id, playlist_items.snapshot_day, playlist_items.item_type, playlist_items.item_key
      order by playlist_items.position
    ) as occurrence,
    count(*) over (
      partition by
        playlist_items.playlist_id, playlist_items.snapshot_day, playlist_items.item_type, playlist_items.item_key
    ) as copies
  from playlist_items
  join days
    on days.playlist_id = playlist_items.playlist_id
    and days.snapshot_day = playlist_items.snapshot_day
),
neighbours as (
  select
    entries.*,
    lag(day_number) over each_copy as earlier_day,
    lag(position) over each_copy as earlier_position,
    lag(copies) over each_copy as earlier_copies,
    lead(day_number) over each_copy as later_day
  from entries
  window each_copy as (partition by playlist_id, item_type, item_key, occurrence order by day_number)
),
matched as (
  select
    neighbours.*,
    previous_date is not null and coalesce(earlier_day, 0) < day_number - 1 as is_added,
    next_date is not null and coalesce(later_day, 0) <> day_number + 1 as is_removed_next,
    coalesce(item_key is not null and earlier_day = day_number - 1 and earlier_copies = copies, false) as can_move
  from neighbours
),
swept as (
  select
    matched.*,
    max(earlier_position) over (
      partition by playlist_id, day_number, can_move order by position
      rows between unbounded preceding and 1 preceding
    ) as farthest_above,
    min(earlier_position) over (
      partition by playlist_id, day_number, can_move order by position
      rows between 1 following and unbounded following
    ) as nearest_below
  from matched
),
candidates as (
  select swept.*
  from swept
  -- An item with the same items above it on both days did not move, and does not change the others' rank differences.
  -- Most entries are dropped by this condition, so few are sorted again.
  where is_added = true
    or is_removed_next = true
    or (can_move = true and (farthest_above > earlier_position or nearest_below < earlier_position))
),
ranked as (
  select
    candidates.*,
    row_number() over (partition by playlist_id, day_number, can_move order by earlier_position) as earlier_rank,
    row_number() over (partition by playlist_id, day_number, can_move order by position) as rank_now
  from candidates
),
shifted as (
  select
    ranked.*,
    abs(rank_now - earlier_rank) as shift,
    row_number() over (
      partition by playlist_id, day_number, can_move
      order by abs(rank_now - earlier_rank) desc, rank_now
    ) as nth_shift
  from ranked
),
left_over as (
  select
    shifted.*,
    can_move = true and shift >= nth_shift as moved_far,
    can_move = true and shift < nth_shift as is_rest
  from shifted
),
rest_ranked as (
  select
    left_over.*,
    row_number() over (partition by playlist_id, day_number, is_rest order by earlier_rank) as earlier_place,
    row_number() over (partition by playlist_id, day_number, is_rest order by rank_now) as place_now
  from left_over
),
rest_swept as (
  select
    rest_ranked.*,
    max(earlier_place) over (
      partition by playlist_id, day_number, is_rest order by place_now
      rows between unbounded preceding and current row
    ) as farthest_before,
    min(earlier_place) over (
      partition by playlist_id, day_number, is_rest order by place_now
      rows between current row and unbounded following
    ) as nearest_behind
  from rest_ranked
),
rest_cut as (
  select
    rest_swept.*,
    -- A stretch ends at the row whose place is the highest earlier place so far.
    count(case when farthest_before = place_now then 1 end) over (
      partition by playlist_id, day_number, is_rest order by place_now desc
      rows between unbounded preceding and current row
    ) as stretch
  from rest_swept
),
rest_counted as (
  select
    rest_cut.*,
    count(case when earlier_place > nearest_behind then 1 end) over (
      partition by playlist_id, day_number, is_rest, stretch
    ) as forward,
    count(case when earlier_place < farthest_before then 1 end) over (
      partition by playlist_id, day_number, is_rest, stretch
    ) as backward
  from rest_cut
),
decided as (
  select
    rest_counted.*,
    case
      when moved_far = true then true
      when is_rest = false then false
      when forward <= backward then earlier_place > nearest_behind
      else earlier_place < farthest_before
    end as is_moved
  from rest_counted
)
select
  decided.playlist_id,
  cast(
    case when seen.on_next_day = true then 'removed' when decided.is_added = true then 'added' else 'moved' end as varchar
  ) as change,
  decided.item_type,
  decided.item_key,
  decided.occurrence,
  case
    when seen.on_next_day = true then decided.position
    when decided.is_added = false then decided.earlier_position
  end as previous_position,
  case when seen.on_next_day = false then decided.position end as position,
  case when seen.on_next_day = true then decided.snapshot_date else decided.previous_date end as previous_date,
  case when seen.on_next_day = true then decided.next_date else decided.snapshot_date end as snapshot_date
from decided
cross join (values (true), (false)) as seen(on_next_day)
where (seen.on_next_day = true and decided.is_removed_next = true)
  or (seen.on_next_day = false and (decided.is_added = true or decided.is_moved = true))
