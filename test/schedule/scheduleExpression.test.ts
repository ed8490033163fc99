import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseScheduleExpression, type ScheduleExpression } from "../../schedule/scheduleExpression";

const test = suite("schedule/scheduleExpression");

const all = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const everyDay = { kind: "days", days: all(1, 31) };

function cronFields(text: string) {
  const parsed = parseScheduleExpression(text);
  if (parsed.kind !== "cron") throw new Error(`${text} is a ${parsed.kind}`);
  const { kind: _kind, fields: _fields, ...values } = parsed;
  return values;
}

test("a cron is read as the values of its fields", () => {
  const daily = {
    minutes: [0],
    hours: [6],
    dayOfMonth: everyDay,
    months: all(1, 12),
    dayOfWeek: undefined,
    years: all(1970, 2199),
  };
  const weekly = { ...daily, dayOfMonth: undefined };
  const cases: [string, object][] = [
    ["cron(0 6 * * ? *)", daily],
    ["cron(0,30,30 6-8 * * ? *)", { ...daily, minutes: [0, 30], hours: [6, 7, 8] }],
    ["cron(0/15 8-18/5 * * ? *)", { ...daily, minutes: [0, 15, 30, 45], hours: [8, 13, 18] }],
    ["cron(*/30 6 * * ? *)", { ...daily, minutes: [0, 30] }],
    [
      "cron(0 6 1,15 JAN-mar ? 2026-2027)",
      {
        ...daily,
        dayOfMonth: { kind: "days", days: [1, 15] },
        months: [1, 2, 3],
        years: [2026, 2027],
      },
    ],
    ["cron(0 6 L * ? *)", { ...daily, dayOfMonth: { kind: "last" } }],
    ["cron(0 6 15W * ? *)", { ...daily, dayOfMonth: { kind: "nearestWeekday", day: 15 } }],
    ["cron(0 6 ? * MON-FRI *)", { ...weekly, dayOfWeek: { kind: "days", days: [2, 3, 4, 5, 6] } }],
    ["cron(0 6 ? * SUN *)", { ...weekly, dayOfWeek: { kind: "days", days: [1] } }],
    ["cron(0 6 ? * L *)", { ...weekly, dayOfWeek: { kind: "days", days: [7] } }],
    ["cron(0 6 ? * 6L *)", { ...weekly, dayOfWeek: { kind: "last", day: 6 } }],
    ["cron(0 6 ? * TUE#2 *)", { ...weekly, dayOfWeek: { kind: "nth", day: 3, nth: 2 } }],
  ];
  for (const [text, expected] of cases) assert.equal(cronFields(text), expected, text);
});

test("a rate is read as its period", () => {
  const cases: [string, ScheduleExpression][] = [
    ["rate(1 minute)", { kind: "rate", value: 1, unit: "minute", periodMinutes: 1 }],
    ["rate(12 hours)", { kind: "rate", value: 12, unit: "hour", periodMinutes: 720 }],
    ["rate(1 day)", { kind: "rate", value: 1, unit: "day", periodMinutes: 1440 }],
  ];
  for (const [text, expected] of cases) assert.equal(parseScheduleExpression(text), expected, text);
});

test("an expression that AWS would refuse is refused with the reason", () => {
  const fields =
    "cron takes six fields with one space between (minutes hours day-of-month month day-of-week year), found";
  const cases: [string, string][] = [
    ["daily", "it must be cron(…) or rate(…)"],
    ["Cron(0 6 * * ? *)", "it must be cron(…) or rate(…)"],
    ["cron(0 6 * * *)", `${fields} 5`],
    ["cron(0  6 * * ? *)", `${fields} 6`],
    ["cron(0 6 * * * *)", "exactly one of day-of-month and day-of-week must be ?"],
    ["cron(0 6 ? * ? *)", "exactly one of day-of-month and day-of-week must be ?"],
    ["cron(60 6 * * ? *)", "minutes: 60 is not one of 0 to 59"],
    ["cron(0 24 * * ? *)", "hours: 24 is not one of 0 to 23"],
    ["cron(0 6 0 * ? *)", "day of month: 0 is not one of 1 to 31"],
    ["cron(0 6 * 13 ? *)", "month: 13 is not one of 1 to 12"],
    ["cron(0 6 ? * 0 *)", "day of week: 0 is not one of 1 to 7"],
    ["cron(0 6 ? * MON#6 *)", "day of week: MON#6 is not one of 1 to 7"],
    ["cron(0 6 * * ? 1969)", "year: 1969 is not one of 1970 to 2199"],
    ["cron(0 8-6 * * ? *)", "hours: 8-6 runs backwards"],
    ["cron(0/0 6 * * ? *)", "minutes: a step of 0 is not possible"],
    ["cron(0, 6 * * ? *)", "minutes: an empty value is not one of 0 to 59"],
    ["cron(-1 6 * * ? *)", "minutes: an empty value is not one of 0 to 59"],
    ["rate(1 hours)", "rate(1 …) takes hour"],
    ["rate(2 hour)", "rate(2 …) takes hours"],
    ["rate(0 days)", "a rate is a whole number of minutes, hours or days, such as rate(1 day)"],
    ["at(2026-11-22T06:00:00)", "at(…) comes once, and a history needs every day"],
  ];
  for (const [text, message] of cases) {
    assert.throws(
      () => parseScheduleExpression(text),
      (error: Error) => error.message === message,
      text,
    );
  }
});

test.run();
