import { suite } from "uvu";
import * as assert from "uvu/assert";
import { account, crawl, functionArn, owner, schedule, setUp } from "./schedulerResources";

const firing = suite("scheduler: firing");

firing("a function gets Scheduler's own event where no input is declared", async () => {
  const { scheduler, calls, clock } = setUp([schedule("run", { scheduleExpression: "cron(0 6 * * ? *)" })]);
  clock.set(new Date("2026-11-01T06:00:00Z"));
  const result = await scheduler.fire("run");
  assert.equal(result, { schedule: "run", scheduledAt: new Date("2026-11-01T06:00:00Z"), attempts: 1 });
  const id = "run-2026-11-01T06:00:00.000Z";
  const event = {
    version: "0",
    id,
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account,
    time: "2026-11-01T06:00:00Z",
    region: "us-east-1",
    resources: [`arn:aws:scheduler:us-east-1:${account}:schedule/default/run`],
    detail: "{}",
  };
  assert.equal(calls, [["2026-11-01T06:00:00.000Z", functionArn, event, owner, id]]);
});

firing("context attributes are filled in", async () => {
  const input = JSON.stringify({
    at: "<aws.scheduler.scheduled-time>",
    try: "<aws.scheduler.attempt-number>",
    other: "<aws.scheduler.none>",
  });
  const { scheduler, calls, clock } = setUp([schedule("run", { scheduleExpression: "rate(1 day)" }, { input })]);
  clock.set(new Date("2026-11-01T06:00:00Z"));
  await scheduler.fire("run");
  assert.equal(calls[0]?.[2], { at: "2026-11-01T06:00:00Z", try: "1", other: "<aws.scheduler.none>" });
});

firing("advance fires all in time order, the clock set to each, settled before the next", async () => {
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
    results.map(({ schedule: name, scheduledAt, attempts }) => [name, scheduledAt.toISOString(), attempts]),
    [
      ["crawl", "2026-11-01T06:30:00.000Z", 1],
      ["run", "2026-11-02T06:00:00.000Z", 1],
      ["again", "2026-11-02T06:00:00.000Z", 1],
      ["crawl", "2026-11-02T06:30:00.000Z", 1],
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
  ["an expression", { scheduleExpression: "daily" }, {}, "schedule run: daily: it must be cron(…), rate(…) or at(…)"],
  [
    "a time zone",
    { scheduleExpression: "rate(1 day)", scheduleExpressionTimezone: "Mars/Olympus" },
    {},
    "schedule run: there is no time zone Mars/Olympus",
  ],
  [
    "an action in capitals",
    { scheduleExpression: "rate(1 day)" },
    { arn: "arn:aws:scheduler:::aws-sdk:glue:StartCrawler" },
    "schedule run: the local run does not model the target arn:aws:scheduler:::aws-sdk:glue:StartCrawler",
  ],
  ["an input", { scheduleExpression: "rate(1 day)" }, { input: "{" }, "schedule run: the target's input is no JSON"],
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

firing("an unknown schedule is named with those that there are", () => {
  const { scheduler } = setUp([schedule("run", { scheduleExpression: "rate(1 day)" })]);
  assert.equal(scheduler.names(), ["run"]);
  assert.throws(() => scheduler.nextFire("walk", new Date()), "there is no schedule walk; there are run");
});

firing.run();
