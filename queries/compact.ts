// The optional compact copy of the history: what it holds, and the one statement that keeps it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Column, parseQueryFile } from "./queryFile";

/** The copy's table. */
export const compactTable = "compact_items";
/**
 * Each run compares this many days of the copy with the lake. A failed event can be run again from its queue for 14
 * days; after that, no day changes by itself.
 */
export const compactWindowDays = 15;

const file = parseQueryFile(
  readFileSync(join(__dirname, "compact", `${compactTable}.sql`), "utf8"),
  `queries/compact/${compactTable}.sql`,
);
const key = ["playlist_id", "position", "snapshot_date"];

/** The copy's columns, in order. */
export const compactColumns: readonly Column[] = file.columns;
/** The views that the copy is built from. */
export const compactReads: readonly string[] = file.reads;

/**
 * The statement that brings the copy up to date with the last days of the lake. It inserts new rows, updates rows that
 * a replay changed and deletes rows that no longer exist. Running it again changes nothing. MERGE needs Iceberg.
 *
 * @param instant ISO 8601 in UTC, or the placeholder that Scheduler replaces with one: days from two weeks before it
 * are compared
 */
export function compactStatement(instant: string): string {
  return mergeStatement(
    `cast(cast(substr('${instant}', 1, 10) as date) - interval '${compactWindowDays}' day as date)`,
  );
}

/**
 * The same for all days: for a copy that was switched on late, and after a replay of older days. It reads the whole
 * lake.
 */
export function wholeCompactStatement(): string {
  return mergeStatement("date '0001-01-01'");
}

/**
 * @param since an expression for the first day; it is evaluated before any file is read, so files of older days are
 * skipped
 */
function mergeStatement(since: string): string {
  const sinceDay = `cast(${since} as varchar)`;
  const names = compactColumns.map(({ name }) => name);
  const same = key.map((name) => `kept.${name} = found.${name}`).join(" and ");
  const others = names.filter((name) => !key.includes(name));
  const differs = others.map((name) => `kept.${name} is distinct from found.${name}`);
  return `merge into ${compactTable} as kept
using (
  select false as is_gone, served.*
  from (
${indented(file.sql.replace(":since", sinceDay), 4)}
  ) as served
  union all
  select true as is_gone, ${names.map((name) => `copied.${name}`).join(", ")}
  from ${compactTable} as copied
  where copied.snapshot_date >= ${since}
    and not exists (
      select 1
      from playlist_items
      where playlist_items.playlist_id = copied.playlist_id
        and playlist_items.position = copied.position
        and playlist_items.snapshot_date = copied.snapshot_date
        and playlist_items.snapshot_day >= ${sinceDay}
    )
) as found
on (${same} and kept.snapshot_date >= ${since})
when matched and found.is_gone then delete
when matched and (${differs.join(" or ")}) then update set ${others.map((name) => `${name} = found.${name}`).join(", ")}
when not matched then insert (${names.join(", ")}) values (${names.map((name) => `found.${name}`).join(", ")})`;
}

function indented(sql: string, spaces: number): string {
  return sql
    .split("\n")
    .map((line) => " ".repeat(spaces) + line)
    .join("\n");
}
