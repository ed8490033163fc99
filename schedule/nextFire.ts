// When a schedule fires next: days and times are those of its time zone.
import { isRunDay } from "./runDays";
import type { CronExpression, ScheduleExpression } from "./scheduleExpression";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A leap day on a chosen weekday recurs after 28 years, or after 40 across a century year that is not a leap year. */
const horizonDays = 41 * 366;

/** The next fire of a schedule strictly after an instant; undefined if it never fires again. */
export function nextFireOf(expression: ScheduleExpression, timeZone: string, after: Date): Date | undefined {
  const [next] = firesAfter(expression, timeZone, after);
  return next;
}

/** The fires of a schedule strictly after an instant, in time order, for at least 40 years. */
export function* firesAfter(expression: ScheduleExpression, timeZone: string, after: Date): Generator<Date> {
  if (expression.kind === "cron") yield* cronFires(expression, timeZone, after);
  else for (let at = nextRate(expression.periodMinutes, after); ; at = nextRate(expression.periodMinutes, at)) yield at;
}

/** Rates count from 1970, so that `rate(1 hour)` fires on the hour. In AWS they count from the schedule's creation. */
function nextRate(periodMinutes: number, after: Date): Date {
  const periodMs = periodMinutes * minuteMs;
  return new Date((Math.floor(after.getTime() / periodMs) + 1) * periodMs);
}

function* cronFires(cron: CronExpression, timeZone: string, after: Date): Generator<Date> {
  const local = localTimeAt(after, timeZone);
  const firstDayMs = Date.UTC(local.year, local.month - 1, local.day) - dayMs;
  const lastYear = cron.years.at(-1) ?? 0;
  for (let days = 0; days <= horizonDays; days += 1) {
    const date = new Date(firstDayMs + days * dayMs);
    if (date.getUTCFullYear() > lastYear) return;
    if (!isRunDay(cron, date.toISOString().slice(0, 10))) continue;
    for (const fire of firesOn(cron, date, timeZone, asUtcMs(local))) if (fire > after) yield fire;
  }
}

/**
 * A day's fires in time order. EventBridge Scheduler documents clock changes: a skipped time is not made up for, a
 * repeated time fires once.
 */
function* firesOn(cron: CronExpression, date: Date, timeZone: string, notBefore: number): Generator<Date> {
  const day = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  const fires: number[] = [];
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      const local: LocalTime = { ...day, hour, minute, second: 0 };
      // No clock is ever put forward by more than a day, so the time zone makes no difference to earlier times.
      if (asUtcMs(local) < notBefore - dayMs) continue;
      const instant = instantOf(local, timeZone);
      if (instant !== undefined) fires.push(instant.getTime());
    }
  }
  // Around a change of the clock the order of local times can differ from that of instants.
  for (const ms of fires.sort((a, b) => a - b)) yield new Date(ms);
}

/** A moment as a wall clock shows it; `month` counts from 1. */
interface LocalTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  formats.set(timeZone, format);
  return format;
}

function localTimeAt(instant: Date, timeZone: string): LocalTime {
  // The default time zone needs no Intl, which takes far longer than the rest.
  if (timeZone === "UTC") {
    const [year, month, day] = [instant.getUTCFullYear(), instant.getUTCMonth() + 1, instant.getUTCDate()];
    return {
      year,
      month,
      day,
      hour: instant.getUTCHours(),
      minute: instant.getUTCMinutes(),
      second: instant.getUTCSeconds(),
    };
  }
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

/** The wall clock's time as if it were UTC's, in milliseconds since 1970: for arithmetic only. */
function asUtcMs({ year, month, day, hour, minute, second }: LocalTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The first instant at which a wall clock shows `local`; undefined if the clock was put forward over it. */
function instantOf(local: LocalTime, timeZone: string): Date | undefined {
  const wantedMs = asUtcMs(local);
  if (timeZone === "UTC") return new Date(wantedMs);
  const offsets = [wantedMs - dayMs, wantedMs + dayMs].map((ms) => {
    const instant = new Date(ms);
    return asUtcMs(localTimeAt(instant, timeZone)) - ms;
  });
  const candidates = [...new Set(offsets)]
    .map((offsetMs) => new Date(wantedMs - offsetMs))
    .filter((instant) => asUtcMs(localTimeAt(instant, timeZone)) === wantedMs);
  return candidates.sort((a, b) => a.getTime() - b.getTime())[0];
}
