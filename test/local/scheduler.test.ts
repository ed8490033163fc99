import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createClock } from "../../local/clock";
import { AccessDenied, createIam, type Principal } from "../../local/iam";
import type { Registered } from "../../local/program";
import { createScheduler, type SchedulerOptions } from "../../local/scheduler";

const account = "123456789012";
const roleArn = `arn:aws:iam::${account}:role/scheduler`;
const functionArn = `arn:aws:lambda:us-east-1:${account}:function:extract`;
const queueArn = `arn:aws:sqs:us-east-1:${account}:dead`;
const crawl = "arn:aws:scheduler:::aws-sdk:glue:startCrawler";
const owner: Principal = { kind: "role", arn: roleArn, session: "run" };

function resource(
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  outputs: Record<string, unknown>,
): Registered {
  const options = { protect: false, retainOnDelete: false, dependencies: [] };
  return { type, name, urn: `urn:${name}`, custom: true, inputs, outputs: { ...inputs, ...outputs }, options };
}

function trustingRole(service: string): Registered {
  const assumeRolePolicy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
  return resource(
    "aws:iam/role:Role",
    "scheduler",
    { assumeRolePolicy },
    { arn: roleArn, name: "scheduler", id: "scheduler" },
  );
}

function schedule(name: string, inputs: Record<string, unknown>, target: Record<string, unknown> = {}): Registered {
  const arn = `arn:aws:scheduler:us-east-1:${account}:schedule/default/${name}`;
  const all = { flexibleTimeWindow: { mode: "OFF" }, ...inputs, target: { arn: functionArn, roleArn, ...target } };
  return resource("aws:scheduler/schedule:Schedule", name, all, { arn, name });
}

/** A scheduler over these schedules, with what it called. */
function setUp(
  schedules: Registered[],
  overrides: Partial<SchedulerOptions> = {},
  service = "scheduler.amazonaws.com",
) {
  const resources = [trustingRole(service), ...schedules];
  const calls: unknown[][] = [];
  const clock = createClock();
  const iam = createIam(resources);
  const scheduler = createScheduler({
    resources,
    iam,
    clock,
    lambda: {
      enqueue: async (arn, payload, principal, id) => {
        calls.push([clock.now().toISOString(), arn, payload, principal, id]);
      },
    },
    universal: {
      "glue:startCrawler": async (input, principal) => {
        calls.push([clock.now().toISOString(), "glue:startCrawler", input, principal]);
      },
    },
    sqs: {
      send: async (principal: Principal, arn: string, body: string) => {
        calls.push(["sqs", principal, arn, JSON.parse(body)]);
      },
    } as unknown as SchedulerOptions["sqs"],
    ...overrides,
  });
  return { scheduler, clock, iam, calls };
}

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

firing("a target that fails is called again, the clock moved on, then its input is a dead letter", async () => {
  const times: string[] = [];
  const setting = { arn: crawl, input: '{"Name":"c"}', deadLetterConfig: { arn: queueArn } };
  const { scheduler, calls, clock } = setUp(
    [
      schedule(
        "crawl",
        { scheduleExpression: "rate(1 day)" },
        { ...setting, retryPolicy: { maximumRetryAttempts: 2 } },
      ),
    ],
    {
      universal: {
        "glue:startCrawler": async () => {
          times.push(clock.now().toISOString());
          throw new Error("Crawler is running");
        },
      },
    },
  );
  clock.set(new Date("2026-11-01T06:00:00Z"));
  const { error, ...result } = await scheduler.fire("crawl");
  assert.is(error?.message, "Crawler is running");
  assert.equal(result, {
    schedule: "crawl",
    scheduledAt: new Date("2026-11-01T06:00:00Z"),
    attempts: 3,
    deadLettered: queueArn,
  });
  assert.equal(times, ["2026-11-01T06:00:00.000Z", "2026-11-01T06:01:00.000Z", "2026-11-01T06:03:00.000Z"]);
  assert.equal(calls, [["sqs", { kind: "role", arn: roleArn, session: "crawl" }, queueArn, { Name: "c" }]]);
});

firing("tries end with the event's age", async () => {
  const { scheduler, clock } = setUp(
    [
      schedule(
        "crawl",
        { scheduleExpression: "rate(1 day)" },
        { arn: crawl, retryPolicy: { maximumEventAgeInSeconds: 600 } },
      ),
    ],
    {
      universal: {
        "glue:startCrawler": async () => {
          throw new Error("busy");
        },
      },
    },
  );
  clock.set(new Date("2026-11-01T06:00:00Z"));
  // 60 + 120 + 240 seconds pass; the next wait would exceed 600.
  assert.is((await scheduler.fire("crawl")).attempts, 4);
  assert.is(clock.now().toISOString(), "2026-11-01T06:07:00.000Z");
});

firing("a refused call is not tried again", async () => {
  let tries = 0;
  const { scheduler } = setUp(
    [schedule("run", { scheduleExpression: "rate(1 day)" }, { deadLetterConfig: { arn: queueArn } })],
    {
      lambda: {
        enqueue: async () => {
          tries += 1;
          throw new AccessDenied({
            principal: roleArn,
            action: "lambda:InvokeFunction",
            resource: functionArn,
            message: "no",
          });
        },
      },
    },
  );
  assert.equal([(await scheduler.fire("run")).deadLettered, tries], [queueArn, 1]);
});

firing("a role that doesn't trust Scheduler is refused at the start and at a fire", async () => {
  const { scheduler, calls, iam } = setUp(
    [schedule("run", { scheduleExpression: "rate(1 day)" })],
    {},
    "lambda.amazonaws.com",
  );
  const message = `User: scheduler.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
  assert.is(await scheduler.start().catch((error: Error) => error.message), message);
  assert.is((await scheduler.fire("run")).error?.message, message);
  assert.equal(calls, []);
  assert.is(iam.denied.length, 2);
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
