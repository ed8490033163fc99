import { suite } from "uvu";
import * as assert from "uvu/assert";
import { catchUpSchedule, crawlScheduleAfter } from "../../schedule/schedules";

const test = suite("schedule/schedules");

test("the catch-up uses what is left of the run's day, and no time in which a run is due", () => {
  const cases: [string, string | undefined][] = [
    ["cron(0 6 * * ? *)", "cron(0 7-23 * * ? *)"],
    ["cron(15 0 * * ? *)", "cron(15 1-23 * * ? *)"],
    ["cron(5 22 ? * MON-FRI *)", "cron(5 23 ? * MON-FRI *)"],
    ["cron(0 6,18 * * ? *)", "cron(0 7-17,19-23 * * ? *)"],
    ["cron(0,20 6 1 JAN ? 2027)", "cron(20 7-23 1 JAN ? 2027)"],
    ["cron(0 23 * * ? *)", "cron(10,20,30,40,50 23 * * ? *)"],
    ["cron(45 23 * * ? *)", "cron(55 23 * * ? *)"],
    ["cron(50 23 * * ? *)", undefined],
    ["cron(0 * * * ? *)", undefined],
    ["rate(1 day)", "rate(1 hour)"],
  ];
  for (const [run, expected] of cases) assert.is(catchUpSchedule(run), expected, run);
});

test("the crawl follows the run by half an hour", () => {
  const cases: [string, string | undefined][] = [
    ["cron(0 6 * * ? *)", "cron(30 6 * * ? *)"],
    ["cron(45 6 * * ? *)", "cron(15 7 * * ? *)"],
    ["cron(45 23 * * ? *)", "cron(15 0 * * ? *)"],
    ["cron(45 6,23 ? * 1-7 *)", "cron(15 0,7 ? * 1-7 *)"],
    ["cron(29 23 ? * MON *)", "cron(59 23 ? * MON *)"],
    ["cron(30 23 ? * MON *)", undefined],
    ["cron(30 23 * * ? 2027)", undefined],
    ["cron(0 * * * ? *)", "cron(30 * * * ? *)"],
    ["cron(0,30 6 * * ? *)", undefined],
    ["rate(1 day)", undefined],
  ];
  for (const [run, expected] of cases) assert.is(crawlScheduleAfter(run), expected, run);
});

test.run();
