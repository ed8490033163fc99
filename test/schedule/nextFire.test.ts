import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { nextFireOf } from "../../schedule/nextFire";
import { parseScheduleExpression } from "../../schedule/scheduleExpression";

const test = suite("schedule/nextFire");

/** The next fires of an expression, as ISO times. */
function fires(count: number, expression: string, timeZone: string, after: string): string[] {
  const found: string[] = [];
  let at: Date | undefined = new Date(after);
  while (found.length < count) {
    at = nextFireOf(parseScheduleExpression(expression), timeZone, at);
    if (at === undefined) break;
    found.push(at.toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

const berlin = "Europe/Berlin";
const newYork = "America/New_York";
const cases: [what: string, expression: string, after: string, timeZone: string, expected: string[]][] = [
  [
    "daily, strictly after the instant",
    "cron(0 6 * * ? *)",
    "2026-11-01T06:00:00Z",
    "UTC",
    ["2026-11-02T06:00Z", "2026-11-03T06:00Z"],
  ],
  ["1 is Sunday", "cron(0 6 ? * 1 *)", "2026-11-01T07:00:00Z", "UTC", ["2026-11-08T06:00Z", "2026-11-15T06:00Z"]],
  [
    "names of days",
    "cron(0 6 ? * MON-FRI *)",
    "2026-11-06T07:00:00Z",
    "UTC",
    ["2026-11-09T06:00Z", "2026-11-10T06:00Z"],
  ],
  [
    "several hours",
    "cron(30 7-8,23 * * ? *)",
    "2026-11-01T07:45:00Z",
    "UTC",
    ["2026-11-01T08:30Z", "2026-11-01T23:30Z", "2026-11-02T07:30Z"],
  ],
  [
    "a step",
    "cron(0/25 6 * * ? *)",
    "2026-11-01T06:20:00Z",
    "UTC",
    ["2026-11-01T06:25Z", "2026-11-01T06:50Z", "2026-11-02T06:00Z"],
  ],
  [
    "last day of the month",
    "cron(0 0 L * ? *)",
    "2026-01-31T00:00:00Z",
    "UTC",
    ["2026-02-28T00:00Z", "2026-03-31T00:00Z"],
  ],
  ["a leap day", "cron(0 0 29 2 ? *)", "2026-01-01T00:00:00Z", "UTC", ["2028-02-29T00:00Z", "2032-02-29T00:00Z"]],
  ["a day that never comes", "cron(0 0 31 2 ? *)", "2026-01-01T00:00:00Z", "UTC", []],
  [
    "nearest weekday: Saturday to Friday, Sunday to Monday",
    "cron(0 0 15W * ? *)",
    "2026-08-01T00:00:00Z",
    "UTC",
    ["2026-08-14T00:00Z", "2026-09-15T00:00Z", "2026-10-15T00:00Z", "2026-11-16T00:00Z"],
  ],
  [
    "nearest weekday stays in its month",
    "cron(0 0 1W 8,11 ? *)",
    "2026-07-01T00:00:00Z",
    "UTC",
    ["2026-08-03T00:00Z", "2026-11-02T00:00Z"],
  ],
  [
    "nearest weekday of a 31st",
    "cron(0 0 31W * ? *)",
    "2026-04-01T00:00:00Z",
    "UTC",
    ["2026-05-29T00:00Z", "2026-07-31T00:00Z"],
  ],
  ["third Friday", "cron(0 9 ? * 6#3 *)", "2026-11-01T00:00:00Z", "UTC", ["2026-11-20T09:00Z", "2026-12-18T09:00Z"]],
  ["fifth Sunday", "cron(0 9 ? * SUN#5 *)", "2026-09-01T00:00:00Z", "UTC", ["2026-11-29T09:00Z", "2027-01-31T09:00Z"]],
  ["last Friday", "cron(0 9 ? * 6L *)", "2026-11-01T00:00:00Z", "UTC", ["2026-11-27T09:00Z", "2026-12-25T09:00Z"]],
  ["a year that is over", "cron(0 6 * * ? 2025)", "2026-01-01T00:00:00Z", "UTC", []],
  [
    "the last of its years",
    "cron(0 6 31 12 ? 2026-2027)",
    "2026-06-01T00:00:00Z",
    "UTC",
    ["2026-12-31T06:00Z", "2027-12-31T06:00Z"],
  ],
  [
    "a time zone east",
    "cron(0 6 * * ? *)",
    "2026-10-31T20:00:00Z",
    "Asia/Kolkata",
    ["2026-11-01T00:30Z", "2026-11-02T00:30Z"],
  ],
  [
    "a time zone whose day is ahead",
    "cron(0 6 1 * ? *)",
    "2026-10-31T00:00:00Z",
    "Pacific/Kiritimati",
    ["2026-10-31T16:00Z", "2026-11-30T16:00Z"],
  ],
  [
    "the same local time across a clock change",
    "cron(0 6 * * ? *)",
    "2026-10-24T05:00:00Z",
    berlin,
    ["2026-10-25T05:00Z", "2026-10-26T05:00Z"],
  ],
  [
    "a time that spring skips",
    "cron(30 2 * * ? *)",
    "2026-03-27T12:00:00Z",
    berlin,
    ["2026-03-28T01:30Z", "2026-03-30T00:30Z"],
  ],
  [
    "a time that autumn repeats",
    "cron(30 2 * * ? *)",
    "2026-10-24T12:00:00Z",
    berlin,
    ["2026-10-25T00:30Z", "2026-10-26T01:30Z"],
  ],
  [
    "hourly across spring's clock change",
    "cron(0 1-3 * * ? *)",
    "2026-03-08T05:00:00Z",
    newYork,
    ["2026-03-08T06:00Z", "2026-03-08T07:00Z", "2026-03-09T05:00Z"],
  ],
  [
    "hourly across autumn's clock change",
    "cron(0 0-2 * * ? *)",
    "2026-11-01T03:30:00Z",
    newYork,
    ["2026-11-01T04:00Z", "2026-11-01T05:00Z", "2026-11-01T07:00Z", "2026-11-02T05:00Z"],
  ],
  ["a rate without start", "rate(1 hour)", "2026-11-01T06:10:00Z", "UTC", ["2026-11-01T07:00Z", "2026-11-01T08:00Z"]],
];
for (const [what, expression, after, timeZone, expected] of cases) {
  test(what, () => {
    const count = Math.max(expected.length, 1);
    // Ask for one more if the expected list is complete.
    const isWhole = /year|never/.test(what);
    assert.equal(fires(isWhole ? count + 1 : count, expression, timeZone, after), expected);
  });
}

const minuteMs = 60_000;
const windowMinutes = 6 * 24 * 60;

/** Six days with a clock change in the middle, and by how many minutes the clock is put forward. */
const windows: [timeZone: string, firstDay: string, shiftMinutes: number][] = [
  ["UTC", "2026-02-26", 0],
  ["Europe/Berlin", "2026-03-26", 60],
  ["Europe/Berlin", "2026-10-22", -60],
  ["America/New_York", "2026-03-05", 60],
  ["America/New_York", "2026-10-29", -60],
  // At midnight.
  ["Asia/Beirut", "2026-03-26", 60],
  // At 00:01, back into the day before.
  ["America/St_Johns", "2010-11-04", -60],
  ["Australia/Lord_Howe", "2026-04-02", -30],
  ["Australia/Lord_Howe", "2026-10-01", 30],
  // For Ramadan and after it.
  ["Africa/Casablanca", "2026-02-12", -60],
  ["Africa/Casablanca", "2026-03-19", 60],
  // Over the date line.
  ["Pacific/Apia", "2011-12-27", 24 * 60],
];

interface Minute {
  at: number;
  /** The zone's clock as if it were UTC's. */
  local: number;
  hour: number;
  minute: number;
  /** 1 is Sunday. */
  weekday: number;
}

/** Every minute of a window, as the zone's clock shows it. */
function minutesOf(timeZone: string, firstDay: string): Minute[] {
  const options = { dateStyle: "short", timeStyle: "medium", timeZone, hourCycle: "h23" } as const;
  // Swedish writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat("sv-SE", options);
  return Array.from({ length: windowMinutes }, (_, index) => {
    const at = Date.parse(firstDay) + index * minuteMs;
    const local = new Date(`${format.format(at).replace(" ", "T")}Z`);
    const [hour, minute, weekday] = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCDay() + 1];
    return { at, local: local.getTime(), hour, minute, weekday };
  });
}

const someOf = (last: number, maxLength: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max: last }), { minLength: 1, maxLength });

test("a cron fires at the first matching minute across every clock change", () => {
  for (const [timeZone, firstDay] of windows) {
    const all = minutesOf(timeZone, firstDay);
    const seen = new Set<number>();
    // A local time that occurs twice counts only once.
    const firsts = all.filter(({ local }) => !seen.has(local) && seen.add(local));
    // Clocks change near midnight and near 02:00.
    const hours = fc.oneof(someOf(4, 4), someOf(23, 5), someOf(23, 1));
    const after = fc.integer({ min: 24 * 60, max: windowMinutes - 1 });
    fc.assert(
      fc.property(someOf(59, 5), hours, someOf(6, 7), after, (minutes, hoursOfDay, days, index) => {
        const chosenDays = days.map((day) => day + 1);
        const cron = `cron(${minutes.join(",")} ${hoursOfDay.join(",")} ? * ${chosenDays.join(",")} *)`;
        const from = all[index]!.at;
        const expected = firsts.find(
          ({ at, hour, minute, weekday }) =>
            at > from && minutes.includes(minute) && hoursOfDay.includes(hour) && chosenDays.includes(weekday),
        );
        const next = nextFireOf(parseScheduleExpression(cron), timeZone, new Date(from))?.getTime();
        if (expected !== undefined) return next === expected.at;
        return next !== undefined && next > all.at(-1)!.at;
      }),
      { numRuns: 60 },
    );
  }
});

test("each window contains the clock change it names", () => {
  for (const [timeZone, firstDay, shiftMinutes] of windows) {
    const all = minutesOf(timeZone, firstDay);
    const [first, last] = [all[0]!, all.at(-1)!];
    assert.is((last.local - first.local - (last.at - first.at)) / minuteMs, shiftMinutes, `${timeZone} ${firstDay}`);
  }
});

test("a rate fires at whole periods since 1970, the next after any instant", () => {
  const units = { minute: minuteMs, hour: 60 * minuteMs, day: 24 * 60 * minuteMs };
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 400 }),
      fc.constantFrom<keyof typeof units>("minute", "hour", "day"),
      fc.date({ min: new Date("1971-01-01"), max: new Date("2199-01-01"), noInvalidDate: true }),
      (value, unit, after) => {
        const next = nextFireOf(parseScheduleExpression(`rate(${value} ${unit}s)`), "UTC", after)!.getTime();
        const periodMs = value * units[unit];
        return next % periodMs === 0 && next > after.getTime() && next - after.getTime() <= periodMs;
      },
    ),
  );
});

test.run();
