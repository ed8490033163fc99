import type { MissedDay } from "./dayResult";
import { datesBetween } from "./days";
import type { States } from "./state";

/** So many days back at most: a history that lay still for a year is not told day by day. */
const mostDays = 31;

/**
 * The days that were not had since the last one of which something is remembered, that one too, oldest first: what a run
 * left incomplete, and days with a run in the schedule that none remembered. Earlier ones were told of on that day.
 *
 * @param storedOn tells of a day which playlists have a raw object, whatever is remembered of it
 */
export async function missedDays(
  states: States,
  snapshotDate: string,
  wanted: readonly string[],
  isRunDay: (date: string) => boolean,
  storedOn: (date: string) => Promise<(playlistId: string) => boolean>,
): Promise<MissedDay[]> {
  const known = (await states.days()).filter((date) => date < snapshotDate);
  const first = known[0];
  if (first == null) return [];
  const missed: MissedDay[] = [];
  for (const date of [first, ...datesBetween(first, snapshotDate)].slice(-mostDays).reverse()) {
    const day = known.includes(date) ? await states.day(date) : undefined;
    if (day?.isComplete === true) break;
    if (day != null || isRunDay(date)) {
      const isStored = await storedOn(date);
      const missing = (day?.missing ?? wanted).filter((one) => !isStored(one));
      if (missing.length > 0) missed.unshift({ snapshotDate: date, missing });
    }
    if (day != null) break;
  }
  return missed;
}
