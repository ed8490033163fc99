// The digest, as the stack's function mails it, from any lake.
import type { LakeSql } from "../lake";
import { askNamed, rowsOf } from "../lake/askNamed";
import { type Change, type DigestRow, daysBefore, digestQuery, firstDays, newsOf } from "../queries/digest";
import { type DigestText, digestText } from "../queries/digestText";

/** What changed from a day on. */
interface LakeDigest {
  /** The first day that was compared. */
  readonly since: string;
  /** Whether a playlist was stored since. */
  readonly isStored: boolean;
  readonly changes: readonly Change[];
  /** Undefined if nothing changed. */
  readonly text: DigestText | undefined;
}

/**
 * Finds what changed in a lake's playlists.
 * @param from the first day to compare. @default a week before the lake's last stored day
 */
export async function digestOf(lake: LakeSql, from: string | undefined): Promise<LakeDigest> {
  const since = from ?? (await weekBefore(lake));
  const rows = rowsOf(await askNamed(lake, digestQuery, { since })) as unknown as DigestRow[];
  const changes = newsOf(rows, { playlists: {} });
  return { since, isStored: rows.length > 0, changes, text: changes.length === 0 ? undefined : digestText(changes) };
}

async function weekBefore(lake: LakeSql): Promise<string> {
  const [[day] = []] = (await lake.query("select max(snapshot_day) as day from playlists")).rows;
  if (typeof day !== "string") throw new Error(`${lake.title} holds no stored day yet`);
  return daysBefore(day, firstDays);
}
