import { suite } from "uvu";
import * as assert from "uvu/assert";
import { AccessDenied } from "../../../emulator/iam";
import {
  crawl,
  functionArn,
  queueArn,
  roleArn,
  schedule,
  setUp,
} from "../../support/emulator/scheduler/schedulerResources";

const failing = suite("emulator/scheduler/failures");

failing("a failing target is retried as the clock advances, then its input is stored", async () => {
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
  });
  assert.equal(times, ["2026-11-01T06:00:00.000Z", "2026-11-01T06:01:00.000Z", "2026-11-01T06:03:00.000Z"]);
  assert.equal(calls, [["sqs", { kind: "role", arn: roleArn, session: "crawl" }, queueArn, { Name: "c" }]]);
});

failing("tries end with the event's age", async () => {
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

failing("a refused call is not tried again", async () => {
  let tries = 0;
  const { scheduler, calls } = setUp(
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
  await scheduler.fire("run");
  assert.is(tries, 1);
  assert.equal(
    calls.map(([to, , queue]) => [to, queue]),
    [["sqs", queueArn]],
  );
});

failing("a role that does not trust Scheduler is refused at the start and at a fire", async () => {
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

failing.run();
