import { suite } from "uvu";
import * as assert from "uvu/assert";
import { catchUpSchedule, crawlScheduleAfter, overdueHours } from "../../schedule/schedules";

const test = suite("schedule/schedules");

test("the catch-up uses the rest of the run's day except due runs", () => {
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

test("the crawl starts half an hour after the run", () => {
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

test("the hours until a success is overdue, with and without catch-ups", () => {
  const cases: [schedule: string, alone: number | undefined, withCatchUps: number | undefined][] = [
    ["cron(0 6 * * ? *)", 26, 26],
    ["cron(59 23 * * ? *)", 26, 26],
    ["cron(0 6,18 * * ? *)", 14, 14],
    ["cron(0 * * * ? *)", 3, 3],
    ["cron(0/15 9-17 * * ? *)", 18, 18],
    ["cron(0 6 ? * MON-FRI *)", 74, 74],
    ["cron(0 6 ? * MON,THU *)", 98, 98],
    // A week and two hours are longer than an alarm looks back; counted from Monday's last catch-up they are not.
    ["cron(0 6 ? * MON *)", undefined, 153],
    ["cron(0 6 1 * ? *)", undefined, undefined],
    ["cron(0 6 L * ? *)", undefined, undefined],
    ["cron(0 6 1/5 * ? *)", 122, 122],
    ["cron(0 6 22 11 ? 2026)", undefined, undefined],
    ["rate(1 hour)", 3, 3],
    ["rate(5 minutes)", 3, 3],
    ["rate(2 days)", 50, 50],
    ["rate(10 days)", undefined, 3],
  ];
  for (const [schedule, alone, withCatchUps] of cases) {
    assert.is(overdueHours(schedule), alone, schedule);
    assert.is(overdueHours(schedule, { catchUp: catchUpSchedule(schedule) }), withCatchUps, schedule);
  }
});

test.run();
