import { suite } from "uvu";
import * as assert from "uvu/assert";
import { crawl, queueArn, roleArn, schedule, setUp } from "../../support/emulator/scheduler/schedulerResources";

const failing = suite("emulator/scheduler/failures");

failing("a call that fails is made once, then its input is stored", async () => {
  let tries = 0;
  const fail = () => {
    tries += 1;
    throw new Error("refused");
  };
  const dead = { deadLetterConfig: { arn: queueArn } };
  const { scheduler, calls, clock } = setUp(
    [
      schedule("crawl", { scheduleExpression: "rate(1 day)" }, { ...dead, arn: crawl, input: '{"Name":"c"}' }),
      schedule("run", { scheduleExpression: "rate(1 day)" }, dead),
    ],
    { universal: { "glue:startCrawler": async () => fail() }, lambda: { enqueue: fail } },
  );
  const scheduledAt = new Date("2026-11-01T06:00:00Z");
  clock.set(scheduledAt);
  for (const [name, input] of [["crawl", { Name: "c" }] as const, ["run", {}] as const]) {
    assert.equal(await scheduler.fire(name), { schedule: name, scheduledAt, error: new Error("refused") });
    assert.equal(calls.pop(), ["sqs", { kind: "role", arn: roleArn, session: name }, queueArn, input]);
  }
  assert.equal([tries, calls], [2, []]);
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
