import { suite } from "uvu";
import * as assert from "uvu/assert";
import { schedule, setUp } from "./schedulerResources";

/** The next fires of an expression, as ISO times. */
function fires(count: number, expression: string, after: string, inputs: Record<string, unknown> = {}): string[] {
  const { scheduler } = setUp([schedule("run", { scheduleExpression: expression, ...inputs })]);
  const found: string[] = [];
  let at: Date | undefined = new Date(after);
  while (found.length < count) {
    at = scheduler.nextFire("run", at);
    if (at === undefined) break;
    found.push(at.toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

const nextFires = suite("scheduler: next fires");

const berlin = { scheduleExpressionTimezone: "Europe/Berlin" };
const newYork = { scheduleExpressionTimezone: "America/New_York" };
const cases: [what: string, expression: string, after: string, inputs: Record<string, unknown>, expected: string[]][] =
  [
    [
      "daily, strictly after",
      "cron(0 6 * * ? *)",
      "2026-11-01T06:00:00Z",
      {},
      ["2026-11-02T06:00Z", "2026-11-03T06:00Z"],
    ],
    ["1 is Sunday", "cron(0 6 ? * 1 *)", "2026-11-01T07:00:00Z", {}, ["2026-11-08T06:00Z", "2026-11-15T06:00Z"]],
    [
      "names of days",
      "cron(0 6 ? * MON-FRI *)",
      "2026-11-06T07:00:00Z",
      {},
      ["2026-11-09T06:00Z", "2026-11-10T06:00Z"],
    ],
    [
      "several hours",
      "cron(30 7-8,23 * * ? *)",
      "2026-11-01T07:45:00Z",
      {},
      ["2026-11-01T08:30Z", "2026-11-01T23:30Z", "2026-11-02T07:30Z"],
    ],
    [
      "a step",
      "cron(0/25 6 * * ? *)",
      "2026-11-01T06:20:00Z",
      {},
      ["2026-11-01T06:25Z", "2026-11-01T06:50Z", "2026-11-02T06:00Z"],
    ],
    [
      "last day of the month",
      "cron(0 0 L * ? *)",
      "2026-01-31T00:00:00Z",
      {},
      ["2026-02-28T00:00Z", "2026-03-31T00:00Z"],
    ],
    ["leap day", "cron(0 0 29 2 ? *)", "2026-01-01T00:00:00Z", {}, ["2028-02-29T00:00Z", "2032-02-29T00:00Z"]],
    ["a day that comes never", "cron(0 0 31 2 ? *)", "2026-01-01T00:00:00Z", {}, []],
    [
      "nearest weekday: Saturday to Friday, Sunday to Monday",
      "cron(0 0 15W * ? *)",
      "2026-08-01T00:00:00Z",
      {},
      ["2026-08-14T00:00Z", "2026-09-15T00:00Z", "2026-10-15T00:00Z", "2026-11-16T00:00Z"],
    ],
    [
      "nearest weekday stays in its month",
      "cron(0 0 1W 8,11 ? *)",
      "2026-07-01T00:00:00Z",
      {},
      ["2026-08-03T00:00Z", "2026-11-02T00:00Z"],
    ],
    [
      "nearest weekday of a 31st",
      "cron(0 0 31W * ? *)",
      "2026-04-01T00:00:00Z",
      {},
      ["2026-05-29T00:00Z", "2026-07-31T00:00Z"],
    ],
    ["third Friday", "cron(0 9 ? * 6#3 *)", "2026-11-01T00:00:00Z", {}, ["2026-11-20T09:00Z", "2026-12-18T09:00Z"]],
    ["fifth Sunday", "cron(0 9 ? * SUN#5 *)", "2026-09-01T00:00:00Z", {}, ["2026-11-29T09:00Z", "2027-01-31T09:00Z"]],
    ["last Friday", "cron(0 9 ? * 6L *)", "2026-11-01T00:00:00Z", {}, ["2026-11-27T09:00Z", "2026-12-25T09:00Z"]],
    ["a year that is over", "cron(0 6 * * ? 2025)", "2026-01-01T00:00:00Z", {}, []],
    [
      "the last of its years",
      "cron(0 6 31 12 ? 2026-2027)",
      "2026-06-01T00:00:00Z",
      {},
      ["2026-12-31T06:00Z", "2027-12-31T06:00Z"],
    ],
    [
      "a time zone east",
      "cron(0 6 * * ? *)",
      "2026-10-31T20:00:00Z",
      { scheduleExpressionTimezone: "Asia/Kolkata" },
      ["2026-11-01T00:30Z", "2026-11-02T00:30Z"],
    ],
    [
      "a time zone whose day is ahead",
      "cron(0 6 1 * ? *)",
      "2026-10-31T00:00:00Z",
      { scheduleExpressionTimezone: "Pacific/Kiritimati" },
      ["2026-10-31T16:00Z", "2026-11-30T16:00Z"],
    ],
    [
      "the same local time over a change",
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
      "hourly over spring's change",
      "cron(0 1-3 * * ? *)",
      "2026-03-08T05:00:00Z",
      newYork,
      ["2026-03-08T06:00Z", "2026-03-08T07:00Z", "2026-03-09T05:00Z"],
    ],
    [
      "hourly over autumn's change",
      "cron(0 0-2 * * ? *)",
      "2026-11-01T03:30:00Z",
      newYork,
      ["2026-11-01T04:00Z", "2026-11-01T05:00Z", "2026-11-01T07:00Z", "2026-11-02T05:00Z"],
    ],
    ["a rate without start", "rate(1 hour)", "2026-11-01T06:10:00Z", {}, ["2026-11-01T07:00Z", "2026-11-01T08:00Z"]],
    [
      "a rate counts from its start",
      "rate(90 minutes)",
      "2026-11-01T06:00:00Z",
      { startDate: "2026-11-01T05:10:00Z" },
      ["2026-11-01T06:40Z", "2026-11-01T08:10Z"],
    ],
    [
      "a rate fires at its start",
      "rate(1 day)",
      "2026-10-01T00:00:00Z",
      { startDate: "2026-11-01T05:10:00Z" },
      ["2026-11-01T05:10Z", "2026-11-02T05:10Z"],
    ],
    [
      "a start and an end, both inclusive",
      "cron(0 6 * * ? *)",
      "2026-10-01T00:00:00Z",
      { startDate: "2026-11-02T06:00:00Z", endDate: "2026-11-03T06:00:00Z" },
      ["2026-11-02T06:00Z", "2026-11-03T06:00Z"],
    ],
    ["once", "at(2026-11-22T06:00:00)", "2026-11-01T00:00:00Z", berlin, ["2026-11-22T05:00Z"]],
    ["once, gone", "at(2026-11-22T06:00:00)", "2026-11-22T05:00:00Z", berlin, []],
    ["disabled", "rate(1 hour)", "2026-11-01T00:00:00Z", { state: "DISABLED" }, []],
  ];
for (const [what, expression, after, inputs, expected] of cases) {
  nextFires(what, () => {
    const count = Math.max(expected.length, 1);
    // One more than expected where the list is meant to be all there is.
    const isWhole = /year|once|end|never|disabled/.test(what);
    assert.equal(fires(isWhole ? count + 1 : count, expression, after, inputs), expected);
  });
}

nextFires.run();
