import { suite } from "uvu";
import * as assert from "uvu/assert";
import { crawl, functionArn, owner, schedule, setUp } from "../../support/emulator/scheduler/schedulerResources";

const firing = suite("emulator/scheduler/scheduler");

firing("a function gets the input, with the scheduled time filled in", async () => {
  const input = JSON.stringify({ at: "<aws.scheduler.scheduled-time>" });
  const { scheduler, calls, clock } = setUp([schedule("run", { scheduleExpression: "rate(1 day)" }, { input })]);
  clock.set(new Date("2026-11-01T06:00:00Z"));
  const result = await scheduler.fire("run");
  assert.equal(result, { schedule: "run", scheduledAt: new Date("2026-11-01T06:00:00Z") });
  const id = "run-2026-11-01T06:00:00.000Z";
  const event = { at: "2026-11-01T06:00:00Z" };
  assert.equal(calls, [["2026-11-01T06:00:00.000Z", functionArn, event, owner, id]]);
});

firing("advance fires in time order, each at its time, one after another", async () => {
  const settled: string[] = [];
  const { scheduler, calls, clock } = setUp(
    [
      schedule(
        "crawl",
        { scheduleExpression: "cron(30 6 * * ? *)" },
        { arn: crawl, input: '{"Name":"playlake-crawler"}' },
      ),
      schedule("run", { scheduleExpression: "cron(0 6 * * ? *)" }, { input: '{"n":1}' }),
      schedule("off", { scheduleExpression: "rate(1 minute)", state: "DISABLED" }),
      schedule("again", { scheduleExpression: "cron(0 6 * * ? *)" }, { input: '{"n":2}' }),
    ],
    { settle: async () => settled.push("settled") },
  );
  const results = await scheduler.advance(new Date("2026-11-01T06:00:00Z"), new Date("2026-11-02T06:30:00Z"));
  assert.equal(
    results.map(({ schedule: name, scheduledAt }) => [name, scheduledAt.toISOString()]),
    [
      ["crawl", "2026-11-01T06:30:00.000Z"],
      ["run", "2026-11-02T06:00:00.000Z"],
      ["again", "2026-11-02T06:00:00.000Z"],
      ["crawl", "2026-11-02T06:30:00.000Z"],
    ],
  );
  assert.equal(
    calls.map(([at, target, input]) => [at, target, input]),
    [
      ["2026-11-01T06:30:00.000Z", "glue:startCrawler", { Name: "playlake-crawler" }],
      ["2026-11-02T06:00:00.000Z", functionArn, { n: 1 }],
      ["2026-11-02T06:00:00.000Z", functionArn, { n: 2 }],
      ["2026-11-02T06:30:00.000Z", "glue:startCrawler", { Name: "playlake-crawler" }],
    ],
  );
  assert.is(settled.length, 4);
  assert.is(clock.now().toISOString(), "2026-11-02T06:30:00.000Z");
});

const refused: [what: string, inputs: Record<string, unknown>, target: Record<string, unknown>, message: string][] = [
  ["an expression", { scheduleExpression: "daily" }, {}, "schedule run: daily: it must be cron(…) or rate(…)"],
  [
    "what is not modelled, by name",
    { scheduleExpression: "rate(1 day)", startDate: "2026-11-01T05:10:00Z", endDate: "2026-12-01T05:10:00Z" },
    {},
    'aws:scheduler/schedule:Schedule "run": startDate is not modelled by the local run',
  ],
  [
    "an action in capitals",
    { scheduleExpression: "rate(1 day)" },
    { arn: "arn:aws:scheduler:::aws-sdk:glue:StartCrawler" },
    'aws:scheduler/schedule:Schedule "run": the target arn:aws:scheduler:::aws-sdk:glue:StartCrawler is not modelled by the local run',
  ],
  [
    "no input",
    { scheduleExpression: "rate(1 day)" },
    { input: undefined },
    'aws:scheduler/schedule:Schedule "run": a target without input is not modelled by the local run',
  ],
  [
    "another context attribute",
    { scheduleExpression: "rate(1 day)" },
    { input: '{"try":"<aws.scheduler.attempt-number>"}' },
    'aws:scheduler/schedule:Schedule "run": <aws.scheduler.attempt-number> is not modelled by the local run',
  ],
];
for (const [what, inputs, target, message] of refused) {
  firing(`refused in one line: ${what}`, async () => {
    const attempt = async () => setUp([schedule("run", inputs, target)]).scheduler.start();
    assert.is(
      await attempt().then(
        () => "accepted",
        (error: Error) => error.message,
      ),
      message,
    );
  });
}

firing("a disabled schedule has no next fire", () => {
  const { scheduler } = setUp([schedule("run", { scheduleExpression: "rate(1 hour)", state: "DISABLED" })]);
  assert.is(scheduler.nextFire("run", new Date("2026-11-01T00:00:00Z")), undefined);
});

firing("the next fire is in the schedule's time zone", () => {
  const zone = { scheduleExpressionTimezone: "Asia/Kolkata" };
  const { scheduler } = setUp([schedule("run", { scheduleExpression: "cron(0 6 * * ? *)", ...zone })]);
  const next = scheduler.nextFire("run", new Date("2026-10-31T20:00:00Z"));
  assert.is(next?.toISOString(), "2026-11-01T00:30:00.000Z");
});

firing("an error for an unknown schedule names the known ones", () => {
  const { scheduler } = setUp([schedule("run", { scheduleExpression: "rate(1 day)" })]);
  assert.throws(() => scheduler.nextFire("walk", new Date()), "there is no schedule walk; there are run");
});

firing.run();
