import type { MissedDay } from "./dayResult";
import type { DayState, States } from "./state";

const dayMs = 86_400_000;

/** Most days that are reported as missed: after a year without runs, a list of every day is useless. */
const mostDays = 31;

/** The local date at an instant. @param timezone IANA name, e.g. "Europe/Berlin" @returns YYYY-MM-DD */
export function localDate(instantMs: number, timezone: string): string {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  const parts: { [type: string]: string } = {};
  for (const { type, value } of format.formatToParts(instantMs)) parts[type] = value;
  return `${parts.year?.padStart(4, "0")}-${parts.month}-${parts.day}`;
}

/** Calendar days from one date to another; negative if `to` is earlier. Dates are YYYY-MM-DD. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
}

/** The dates after `from` and before `to`, oldest first. */
export function datesBetween(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let ms = Date.parse(from) + dayMs; ms < Date.parse(to); ms += dayMs) {
    dates.push(new Date(ms).toISOString().slice(0, 10));
  }
  return dates;
}

/** What a day's first run learns of earlier days. */
interface EarlierDays {
  /** Oldest first. */
  missed: MissedDay[];
  /** The latest day with a state; undefined: no earlier day has one. */
  last: DayState | undefined;
}

/**
 * The days that were missed from the last day with a state on: that day if a run left it incomplete, and later days whose
 * scheduled run left no state. Earlier days were reported on that last day.
 *
 * @param storedOn which playlists have a raw object of a day, whatever its state is
 */
export async function readEarlierDays(
  states: States,
  snapshotDate: string,
  wanted: readonly string[],
  isRunDay: (date: string) => boolean,
  storedOn: (date: string) => Promise<(playlistId: string) => boolean>,
): Promise<EarlierDays> {
  const known = (await states.days()).filter((date) => date < snapshotDate);
  const [first, latest] = [known[0], known.at(-1)];
  if (first == null || latest == null) return { missed: [], last: undefined };
  const last = await states.day(latest);
  const missed: MissedDay[] = [];
  for (const date of [first, ...datesBetween(first, snapshotDate)].slice(-mostDays).reverse()) {
    const day = date === latest ? last : known.includes(date) ? await states.day(date) : undefined;
    if (day?.isComplete === true) break;
    if (day != null || isRunDay(date)) {
      const isStored = await storedOn(date);
      const missing = (day?.missing ?? wanted).filter((one) => !isStored(one));
      if (missing.length > 0) missed.unshift({ snapshotDate: date, missing });
    }
    if (day != null) break;
  }
  return { missed, last };
}
