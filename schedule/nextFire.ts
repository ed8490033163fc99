import { isRunDay } from "./runDays";
import type { CronExpression, ScheduleExpression } from "./scheduleExpression";
import { asUtcMs, instantOf, type LocalTime, localTimeAt } from "./timeZone";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A leap day on a chosen weekday comes back after 28 years, over a century that is no leap year after 40. */
const horizonDays = 41 * 366;

/** When a schedule may fire. */
export interface Timetable {
  expression: ScheduleExpression;
  timeZone: string;
  /** Inclusive; a one-time schedule has none. */
  start: Date | undefined;
  /** Inclusive. */
  end: Date | undefined;
}

/** The day's fires in time order; a time that the day's clock leaves out is left out, one that it shows twice fires once. */
function* firesOn(cron: CronExpression, date: Date, timeZone: string, notBefore: number): Generator<Date> {
  const day = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  const fires: number[] = [];
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      const local: LocalTime = { ...day, hour, minute, second: 0 };
      // A clock is never put on by more than a day: earlier ones need no look at the time zone.
      if (asUtcMs(local) < notBefore - dayMs) continue;
      const instant = instantOf(local, timeZone);
      if (instant !== undefined) fires.push(instant.getTime());
    }
  }
  // Around a change of the clock the order of local times need not be that of instants.
  for (const ms of fires.sort((a, b) => a - b)) yield new Date(ms);
}

function nextCron(cron: CronExpression, timeZone: string, after: Date): Date | undefined {
  const local = localTimeAt(after, timeZone);
  const firstDayMs = Date.UTC(local.year, local.month - 1, local.day) - dayMs;
  const lastYear = cron.years.at(-1) ?? 0;
  for (let days = 0; days <= horizonDays; days += 1) {
    const date = new Date(firstDayMs + days * dayMs);
    if (date.getUTCFullYear() > lastYear) return undefined;
    if (!isRunDay(cron, date.toISOString().slice(0, 10))) continue;
    for (const fire of firesOn(cron, date, timeZone, asUtcMs(local))) if (fire > after) return fire;
  }
  return undefined;
}

/** Rates count from the schedule's start; one without counts from 1970, so that `rate(1 hour)` fires on the hour. */
function nextRate(periodMinutes: number, start: Date | undefined, after: Date): Date {
  const periodMs = periodMinutes * minuteMs;
  const anchorMs = start?.getTime() ?? 0;
  const periods = Math.floor((after.getTime() - anchorMs) / periodMs) + 1;
  return new Date(anchorMs + Math.max(0, periods) * periodMs);
}

function nextAt(localTime: string, timeZone: string, after: Date): Date | undefined {
  const utc = new Date(`${localTime}Z`);
  const instant = instantOf(localTimeAt(utc, "UTC"), timeZone);
  return instant !== undefined && instant > after ? instant : undefined;
}

/**
 * The next fire of a schedule strictly after an instant; undefined where none comes any more. Days and times are those of
 * the schedule's time zone; changes of the clock as EventBridge Scheduler documents them: a time that is skipped is not
 * made up for, one that comes twice fires once.
 */
export function nextFireOf({ expression, timeZone, start, end }: Timetable, after: Date): Date | undefined {
  if (expression.kind === "at") return nextAt(expression.localTime, timeZone, after);
  const from = start !== undefined && start > after ? new Date(start.getTime() - 1) : after;
  const next =
    expression.kind === "cron" ? nextCron(expression, timeZone, from) : nextRate(expression.periodMinutes, start, from);
  return next !== undefined && end !== undefined && next > end ? undefined : next;
}
