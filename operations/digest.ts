// The digest, as the stack's function mails it, from any lake.
import type { LakeSql } from "../lake";
import { askNamed, rowsOf } from "../lake/askNamed";
import { type DigestRow, digestQuery, firstDays, newsOf } from "../queries/digest";
import { digestText } from "../queries/digestText";

/**
 * Finds what changed in a lake's playlists.
 * @param from the day after which changes are found. @default a week before the lake's last stored day
 * @returns `isStored`: whether a playlist was stored since; `isCompared`: whether one of them was stored before, too
 */
export async function digestOf(lake: LakeSql, from: string | undefined) {
  const { since, first } = await daysToCompare(lake, from);
  const asked = await askNamed(lake, digestQuery, { since: first });
  const rows = (rowsOf(asked) as unknown as (DigestRow & { first_date: string })[]).filter(
    ({ last_date }) => last_date >= since,
  );
  const covered = Object.fromEntries(rows.map(({ playlist_id }) => [playlist_id, since]));
  const changes = newsOf(rows, { playlists: covered });
  // Each list is compared with its last stored day up to `since`, or its first one after it.
  const isCompared = rows.some(({ first_date, last_date }) => first_date < last_date || last_date === since);
  const text = changes.length === 0 ? undefined : digestText(changes);
  return { since, isStored: rows.length > 0, isCompared, changes, text };
}

const weekBefore = `cast(cast(cast(max(snapshot_day) as date) - interval '${firstDays}' day as date) as varchar)`;

/** The day asked for, and the first day that the query has to read: the earliest on which a list was last stored up to that day. */
const daysSql = `with asked as (
  select coalesce(nullif(?, ''), ${weekBefore}) as day
  from playlists
),
lists as (
  select max(case when snapshot_day <= day then snapshot_day end) as first_day
  from playlists
  cross join asked
  group by playlist_id, day
  having max(snapshot_day) > day
)
select day as since, coalesce(min(first_day), day) as first
from asked
left join lists on true
group by day`;

async function daysToCompare(lake: LakeSql, from = ""): Promise<{ since: string; first: string }> {
  const [{ since, first } = {}] = rowsOf(await lake.query(daysSql, [from]));
  if (typeof since !== "string") throw new Error(`${lake.title} holds no stored day yet`);
  return { since, first: String(first) };
}
