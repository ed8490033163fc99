import { suite } from "uvu";
import * as assert from "uvu/assert";
import { overdueHours } from "../../schedule/overdue";
import { catchUpSchedule } from "../../schedule/schedules";

const test = suite("schedule/overdue");

test("after how many hours without a success, by schedule: alone, and with the day's catch-ups", () => {
  const cases: [schedule: string, alone: number | undefined, withCatchUps: number | undefined][] = [
    ["cron(0 6 * * ? *)", 26, 26],
    ["cron(59 23 * * ? *)", 26, 26],
    ["cron(0 6,18 * * ? *)", 14, 14],
    ["cron(0 * * * ? *)", 3, 3],
    ["cron(0/15 9-17 * * ? *)", 18, 18],
    ["cron(0 6 ? * MON-FRI *)", 74, 74],
    ["cron(0 6 ? * MON,THU *)", 98, 98],
    // A week and two hours are more than an alarm looks back; from Monday's last catch-up on they are not.
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
    assert.is(overdueHours(schedule, catchUpSchedule(schedule)), withCatchUps, schedule);
  }
});

test.run();
