import * as pulumi from "@pulumi/pulumi";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isRunDay, runDaysOf } from "../../schedule/runDays";
import { datesBetween } from "../../spotify/days";

const test = suite("schedule/runDays");

test("a daily schedule and a rate have a run on every day", () => {
  for (const daily of ["cron(0 6 * * ? *)", "cron(0 6,18 ? * 1-7 *)", "rate(7 days)"]) {
    assert.is(runDaysOf(daily), undefined, daily);
  }
  assert.is(isRunDay(undefined, "2026-11-22"), true);
  assert.equal(runDaysOf("cron(0 6 ? 2,3 MON 2027)"), {
    dayOfMonth: undefined,
    dayOfWeek: { kind: "days", days: [2] },
    months: [2, 3],
    years: [2027],
  });
});

/** Days of November 2026, which begins on a Sunday. */
const cases: [schedule: string, days: number[]][] = [
  ["cron(0 6 ? * MON *)", [2, 9, 16, 23, 30]],
  ["cron(0 6 ? * SAT,SUN *)", [1, 7, 8, 14, 15, 21, 22, 28, 29]],
  ["cron(0 6 1,15 * ? *)", [1, 15]],
  ["cron(0 6 L * ? *)", [30]],
  ["cron(0 6 1W * ? *)", [2]],
  ["cron(0 6 14W * ? *)", [13]],
  ["cron(0 6 31W * ? *)", []],
  ["cron(0 6 ? * 1L *)", [29]],
  ["cron(0 6 ? * 3#2 *)", [10]],
  ["cron(0 6 10 NOV ? 2026)", [10]],
  ["cron(0 6 10 DEC ? *)", []],
  ["cron(0 6 10 * ? 2027)", []],
];
const november = datesBetween("2026-10-31", "2026-12-01");
const daysOf = (isRun: (date: string) => boolean) => november.filter(isRun).map((date) => Number(date.slice(-2)));

for (const [schedule, days] of cases) {
  test(`${schedule}`, () => {
    const runDays = runDaysOf(schedule);
    assert.equal(
      daysOf((date) => isRunDay(runDays, date)),
      days,
    );
  });
}

test("the days of a stack's schedule survive serialization", async () => {
  for (const [schedule, days] of cases) {
    const runDays = pulumi.output(schedule).apply(runDaysOf);
    const factory = () => (date: string) => isRunDay(runDays.get(), date);
    const { text } = await pulumi.runtime.serializeFunction(factory, {
      isFactoryFunction: true,
      exportName: "handler",
    });
    const exported: { handler?: (date: string) => boolean } = {};
    new Function("exports", "require", text)(exported, require);
    assert.equal(
      daysOf((date) => exported.handler!(date)),
      days,
      schedule,
    );
  }
});

test.run();
