import type { MissedDay } from "./dayResult";
import { datesBetween } from "./days";
import type { States } from "./state";

/** So many days back at most: a history that lay still for a year is not told day by day. */
const mostDays = 31;

/**
 * The days since the last complete one that were not had, oldest first. Nothing before the first day of which
 * something is remembered counts.
 */
export async function missedDays(
  states: States,
  snapshotDate: string,
  wanted: readonly string[],
): Promise<MissedDay[]> {
  const known = (await states.days()).filter((date) => date < snapshotDate);
  const first = known[0];
  if (first == null) return [];
  const missed: MissedDay[] = [];
  for (const date of [first, ...datesBetween(first, snapshotDate)].slice(-mostDays).reverse()) {
    const day = known.includes(date) ? await states.day(date) : undefined;
    if (day?.isComplete === true) break;
    missed.unshift({ snapshotDate: date, missing: day?.missing ?? [...wanted] });
  }
  return missed;
}
