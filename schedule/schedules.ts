// What follows from the run's schedule: the catch-up, the crawl, and when a success is overdue.
import { isEveryDay, isRunDay, runDaysOf } from "./runDays";
import { type CronExpression, parseScheduleExpression } from "./scheduleExpression";

/** When the extractor runs by default: 06:00 in the stack's time zone. */
export const defaultSchedule = "cron(0 6 * * ? *)";

/** When the crawler of declared tables runs by default: on Sundays at 06:30. No query depends on it. */
export const weeklyCrawl = "cron(30 6 ? * SUN *)";

/** When the digest is sent by default: on Mondays at 09:00, after the day's run and its first catch-ups. */
export const weeklyDigest = "cron(0 9 ? * MON *)";

/** How long after the run the crawl starts; a run takes less. */
const crawlDelayMinutes = 30;
const catchUpMinutes = 10;
const lastHour = 23;

/**
 * The expression that retries a failed run; undefined if the day has no time left for a retry.
 *
 * A snapshot belongs to the day on which it is read, so a catch-up cannot come before the day's first run or after
 * midnight. For a cron it is every remaining hour of the run's day in which no run is due; if the run is in the day's last
 * hour, every ten remaining minutes of it. For a rate it is every hour.
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
 * The expression of the crawl, half an hour after each run; undefined if one expression cannot describe it (a rate,
 * several minutes an hour, a run on chosen days whose crawl falls on the day after).
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

/** CloudWatch alarms look back no further. */
const maxLookBackHours = 7 * 24;
const dayMs = 24 * 60 * 60 * 1000;

/** What else decides when work is overdue. */
interface OverdueOptions {
  /** An expression on the days of `schedule`, after its run. @default none */
  catchUp?: string | undefined;
  /** How long the work can last. @default 1 */
  lastsHours?: number;
}

/**
 * After how many hours without a success a schedule's work is overdue: the longest time between two runs, what the work can
 * last, and an hour for a change of the clock. If an alarm cannot look back that far, the day's catch-ups count as well,
 * since each of them succeeds too; undefined if even then the schedule leaves a week or more.
 */
export function overdueHours(schedule: string, { catchUp, lastsHours = 1 }: OverdueOptions = {}): number | undefined {
  const sets = catchUp === undefined ? [[schedule]] : [[schedule], [schedule, catchUp]];
  const hours = sets.map((expressions) => Math.ceil(longestGapMinutes(schedule, expressions) / 60) + 1 + lastsHours);
  return hours.find((one) => one <= maxLookBackHours);
}

/** The same for the daily run, with the catch-ups after it. */
export function runOverdueHours(schedule: string): number | undefined {
  return overdueHours(schedule, { catchUp: catchUpSchedule(schedule) });
}

/** The longest time between two runs of a schedule, in minutes; infinite if it runs once at most. */
export function longestPeriodMinutes(schedule: string): number {
  return longestGapMinutes(schedule, [schedule]);
}

/** The longest time between two fires of expressions that fire on the days of `schedule`. */
function longestGapMinutes(schedule: string, expressions: readonly string[]): number {
  const parsed = expressions.map(parseScheduleExpression);
  const rates = parsed.flatMap((one) => (one.kind === "rate" ? [one.periodMinutes] : []));
  if (rates.length > 0) return Math.min(...rates);
  const crons = parsed.filter((one): one is CronExpression => one.kind === "cron");
  const fires = crons.flatMap(({ hours, minutes }) =>
    hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)),
  );
  const times = [...new Set(fires)].sort((a, b) => a - b);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return Number.POSITIVE_INFINITY;
  const overnight = longestGapDays(schedule) * 24 * 60 - (last - first);
  return Math.max(overnight, ...times.slice(1).map((time, i) => time - (times[i] as number)));
}

/** The longest time between two of a schedule's days, over enough years for each length of February. */
function longestGapDays(schedule: string): number {
  const days = runDaysOf(schedule);
  if (days === undefined) return 1;
  const all = Array.from({ length: 8 * 366 }, (_, day) => day);
  const named = all.filter((day) =>
    isRunDay(days, new Date(Date.UTC(2024, 0, 1) + day * dayMs).toISOString().slice(0, 10)),
  );
  if (named.length < 2) return Number.POSITIVE_INFINITY;
  return Math.max(...named.slice(1).map((day, i) => day - (named[i] as number)));
}
