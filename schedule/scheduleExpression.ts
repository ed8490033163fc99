// EventBridge Scheduler's recurring expressions: `cron(…)` with six fields and `rate(…)`. The provider accepts any
// text, so expressions that AWS would refuse are refused before anything is deployed.

/** Which days of a month a cron expression names; days count from 1. `nearestWeekday` is AWS's `15W`. */
export type DayOfMonth =
  | { kind: "days"; days: readonly number[] }
  | { kind: "last" }
  | { kind: "nearestWeekday"; day: number };

/** Which days of a week: 1 is Sunday, 7 Saturday, as AWS counts. `last` is `6L`, `nth` is `3#2`. */
export type DayOfWeek =
  | { kind: "days"; days: readonly number[] }
  | { kind: "last"; day: number }
  | { kind: "nth"; day: number; nth: number };

/** A parsed `cron(…)`: every field as the sorted values it stands for. One of the two day fields is `?`: undefined. */
export interface CronExpression {
  kind: "cron";
  minutes: readonly number[];
  hours: readonly number[];
  dayOfMonth: DayOfMonth | undefined;
  months: readonly number[];
  dayOfWeek: DayOfWeek | undefined;
  years: readonly number[];
  /** The fields as written, for building a related expression. */
  fields: { dayOfMonth: string; month: string; dayOfWeek: string; year: string };
}

/** A parsed `rate(…)`. */
interface RateExpression {
  kind: "rate";
  value: number;
  unit: "minute" | "hour" | "day";
  periodMinutes: number;
}

export type ScheduleExpression = CronExpression | RateExpression;

const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface Field {
  name: string;
  first: number;
  last: number;
  /** Names that stand for `first`, `first + 1`, … */
  names?: readonly string[];
}

const minuteField: Field = { name: "minutes", first: 0, last: 59 };
const hourField: Field = { name: "hours", first: 0, last: 23 };
const dayOfMonthField: Field = { name: "day of month", first: 1, last: 31 };
const monthField: Field = { name: "month", first: 1, last: 12, names: monthNames };
const dayOfWeekField: Field = { name: "day of week", first: 1, last: 7, names: dayNames };
const yearField: Field = { name: "year", first: 1970, last: 2199 };

const minutesOf = { minute: 1, hour: 60, day: 1440 } as const;

/**
 * Reads an expression of EventBridge Scheduler.
 * @throws one line that states the fault, without the expression itself
 */
export function parseScheduleExpression(text: string): ScheduleExpression {
  const match = /^(cron|rate|at)\((.*)\)$/.exec(text);
  if (match === null) throw new Error("it must be cron(…) or rate(…)");
  const [, kind, body = ""] = match;
  if (kind === "at") throw new Error("at(…) comes once, and a history needs every day");
  return kind === "cron" ? parseCron(body) : parseRate(body);
}

function parseRate(body: string): RateExpression {
  const match = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(body);
  if (match === null) throw new Error("a rate is a whole number of minutes, hours or days, such as rate(1 day)");
  const value = Number(match[1]);
  const unit = match[2] as RateExpression["unit"];
  const plural = match[3] === "s";
  if (plural !== value > 1) throw new Error(`rate(${value} …) takes ${unit}${value > 1 ? "s" : ""}`);
  return { kind: "rate", value, unit, periodMinutes: value * minutesOf[unit] };
}

function parseCron(body: string): CronExpression {
  const parts = body.split(" ");
  if (parts.length !== 6 || parts.includes("")) {
    const found = body.split(/\s+/).filter(Boolean).length;
    throw new Error(
      `cron takes six fields with one space between (minutes hours day-of-month month day-of-week year), found ${found}`,
    );
  }
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = parts as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) {
    throw new Error("exactly one of day-of-month and day-of-week must be ?");
  }
  return {
    kind: "cron",
    minutes: valuesOf(minutes, minuteField),
    hours: valuesOf(hours, hourField),
    dayOfMonth: dayOfMonth === "?" ? undefined : parseDayOfMonth(dayOfMonth),
    months: valuesOf(month, monthField),
    dayOfWeek: dayOfWeek === "?" ? undefined : parseDayOfWeek(dayOfWeek),
    years: valuesOf(year, yearField),
    fields: { dayOfMonth, month, dayOfWeek, year },
  };
}

function parseDayOfMonth(text: string): DayOfMonth {
  if (text === "L") return { kind: "last" };
  const weekday = /^(\d+)W$/.exec(text);
  if (weekday !== null) return { kind: "nearestWeekday", day: fieldValue(weekday[1] ?? "", dayOfMonthField) };
  return { kind: "days", days: valuesOf(text, dayOfMonthField) };
}

function parseDayOfWeek(text: string): DayOfWeek {
  if (text === "L") return { kind: "days", days: [dayOfWeekField.last] };
  const last = /^(\w+)L$/.exec(text);
  if (last !== null) return { kind: "last", day: fieldValue(last[1] ?? "", dayOfWeekField) };
  const nth = /^(\w+)#([1-5])$/.exec(text);
  if (nth !== null) return { kind: "nth", day: fieldValue(nth[1] ?? "", dayOfWeekField), nth: Number(nth[2]) };
  return { kind: "days", days: valuesOf(text, dayOfWeekField) };
}

/** Lists, ranges and steps (`1,3`, `1-5`, `*`, `0/15`, `8-18/2`) as sorted distinct values. */
function valuesOf(text: string, field: Field): number[] {
  const values = text.split(",").flatMap((part) => rangeOf(part, field));
  return [...new Set(values)].sort((a, b) => a - b);
}

function rangeOf(part: string, field: Field): number[] {
  const [range = "", step, ...more] = part.split("/");
  const [from = "", to, ...furtherEnds] = range.split("-");
  if (more.length > 0 || furtherEnds.length > 0) throw notAValue(part, field);
  const first = from === "*" ? field.first : fieldValue(from, field);
  const openEnded = from === "*" || step !== undefined;
  const last = to !== undefined ? fieldValue(to, field) : openEnded ? field.last : first;
  if (from === "*" && to !== undefined) throw notAValue(part, field);
  if (last < first) throw new Error(`${field.name}: ${part} runs backwards`);
  const stride = step === undefined ? 1 : stepOf(step, field);
  const values: number[] = [];
  for (let value = first; value <= last; value += stride) values.push(value);
  return values;
}

function stepOf(text: string, field: Field): number {
  const step = /^\d+$/.test(text) ? Number(text) : 0;
  if (step < 1 || step > field.last) throw new Error(`${field.name}: a step of ${text} is not possible`);
  return step;
}

function fieldValue(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? field.first + named : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.first && value <= field.last)) throw notAValue(text, field);
  return value;
}

function notAValue(text: string, field: Field): Error {
  return new Error(
    `${field.name}: ${text === "" ? "an empty value" : text} is not one of ${field.first} to ${field.last}`,
  );
}
