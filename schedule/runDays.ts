// The days on which a schedule has a run, as plain data that a serialized function can capture.
import { type CronExpression, type DayOfMonth, type DayOfWeek, parseScheduleExpression } from "./scheduleExpression";

/** The days of a cron schedule. */
export interface RunDays {
  /** Absent if the days of the week decide. */
  dayOfMonth?: DayOfMonth | undefined;
  /** Absent if the days of the month decide. */
  dayOfWeek?: DayOfWeek | undefined;
  /** 1 to 12. */
  months: readonly number[];
  /** Absent: every year. */
  years?: readonly number[];
}

/** The days on which a schedule has a run; undefined if every day has one. A rate counts as daily: its catch-up is hourly. */
export function runDaysOf(schedule: string): RunDays | undefined {
  const run = parseScheduleExpression(schedule);
  return run.kind !== "cron" || isEveryDay(run) ? undefined : daysOf(run);
}

/** Whether a cron fires on every day. */
export function isEveryDay(run: CronExpression): boolean {
  const everyDay = run.dayOfMonth?.kind === "days" && run.dayOfMonth.days.length === 31;
  const everyWeekday = run.dayOfWeek?.kind === "days" && run.dayOfWeek.days.length === 7;
  return (everyDay || everyWeekday) && run.months.length === 12 && run.fields.year === "*";
}

function daysOf({ dayOfMonth, dayOfWeek, months, years, fields }: CronExpression): RunDays {
  return {
    dayOfMonth,
    dayOfWeek,
    months,
    ...(fields.year === "*" ? {} : { years }),
  };
}

/**
 * Whether a schedule has a run on a day.
 * @param days undefined: every day has one
 * @param date YYYY-MM-DD in the schedule's time zone
 */
export function isRunDay(days: RunDays | undefined, date: string): boolean {
  if (days == null) return true;
  const { dayOfMonth, dayOfWeek, months, years } = days;
  const [year, month, day] = date.split("-").map(Number) as [number, number, number];
  if (years != null && !years.includes(year)) return false;
  if (!months.includes(month)) return false;
  if (dayOfMonth != null && !matchesDayOfMonth(dayOfMonth, year, month, day)) return false;
  return dayOfWeek == null || matchesDayOfWeek(dayOfWeek, year, month, day);
}

function matchesDayOfMonth(rule: DayOfMonth, year: number, month: number, day: number): boolean {
  switch (rule.kind) {
    case "days":
      return rule.days.includes(day);
    case "last":
      return day === lastDayOf(year, month);
    case "nearestWeekday":
      return day === nearestWeekday(year, month, rule.day);
  }
}

function matchesDayOfWeek(rule: DayOfWeek, year: number, month: number, day: number): boolean {
  const weekday = weekdayOf(year, month, day);
  switch (rule.kind) {
    case "days":
      return rule.days.includes(weekday);
    case "last":
      return weekday === rule.day && day > lastDayOf(year, month) - 7;
    case "nth":
      return weekday === rule.day && Math.ceil(day / 7) === rule.nth;
  }
}

/** `15W`: the weekday nearest to the 15th, in the same month; undefined if the month is too short for the day. */
function nearestWeekday(year: number, month: number, day: number): number | undefined {
  const last = lastDayOf(year, month);
  if (day > last) return undefined;
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return day > 1 ? day - 1 : day + 2;
  if (weekday === 1) return day < last ? day + 1 : day - 2;
  return day;
}

function lastDayOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 1 is Sunday, as AWS counts. */
function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}
