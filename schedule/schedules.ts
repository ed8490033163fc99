// The times that follow from the run's: the catch-up and the crawl.
import { isEveryDay } from "./runDays";
import { type CronExpression, parseScheduleExpression } from "./scheduleExpression";

/** When the extractor runs where nothing is said: 06:00 in the stack's time zone. */
export const defaultSchedule = "cron(0 6 * * ? *)";

/** When the crawler of declared tables runs by default: on Sundays at 06:30. No query depends on it. */
export const weeklyCrawl = "cron(30 6 ? * SUN *)";

/** How long after the run the crawl starts: what a run takes, with room to spare. */
const crawlDelayMinutes = 30;
const catchUpMinutes = 10;
const lastHour = 23;

/**
 * The expression by which a run that failed is tried again, or undefined where no time is left for it.
 *
 * A snapshot belongs to the day on which it is read, so a catch-up must not come before the day's first run, and not
 * after midnight. For a cron it is each hour that is left of the run's day and in which no run is due; where the run is
 * in the day's last hour, each ten minutes that are left of it. A rate has no hour of its own: each hour.
 */
export function catchUpSchedule(schedule: string): string | undefined {
  const run = parseScheduleExpression(schedule);
  if (run.kind !== "cron") return "rate(1 hour)";
  const firstHour = run.hours[0] as number;
  const lastMinute = run.minutes.at(-1) as number;
  if (firstHour < lastHour) {
    const hours = span(firstHour + 1, lastHour).filter((hour) => !run.hours.includes(hour));
    return hours.length === 0 ? undefined : cronText(run, String(lastMinute), compact(hours));
  }
  const minutes = span(lastMinute + 1, 59).filter((minute) => (minute - lastMinute) % catchUpMinutes === 0);
  return minutes.length === 0 ? undefined : cronText(run, minutes.join(","), String(lastHour));
}

/**
 * The expression of the crawl, half an hour after each run; undefined where that can't be written as one expression (a
 * rate, several minutes an hour, a run on chosen days whose crawl falls on the day after).
 */
export function crawlScheduleAfter(schedule: string): string | undefined {
  const run = parseScheduleExpression(schedule);
  if (run.kind !== "cron" || run.minutes.length !== 1) return undefined;
  const minute = (run.minutes[0] as number) + crawlDelayMinutes;
  const carry = minute >= 60 ? 1 : 0;
  const pastMidnight = carry === 1 && run.hours.includes(lastHour);
  if (pastMidnight && !isEveryDay(run)) return undefined;
  const hours = run.hours.map((hour) => (hour + carry) % 24).sort((a, b) => a - b);
  return cronText(run, String(minute % 60), compact(hours));
}

function cronText(run: CronExpression, minutes: string, hours: string): string {
  const { dayOfMonth, month, dayOfWeek, year } = run.fields;
  return `cron(${[minutes, hours, dayOfMonth, month, dayOfWeek, year].join(" ")})`;
}

function span(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** Sorted hours in cron's shortest form: `7-17,19-23`, all of them `*`. */
function compact(hours: readonly number[]): string {
  if (hours.length === 24) return "*";
  const runs: [number, number][] = [];
  for (const hour of hours) {
    const open = runs.at(-1);
    if (open !== undefined && open[1] === hour - 1) open[1] = hour;
    else runs.push([hour, hour]);
  }
  return runs.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(",");
}
