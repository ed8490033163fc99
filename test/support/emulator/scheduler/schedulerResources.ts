/** Schedules, their role and a scheduler for them, shared by the scheduler's tests. */
import { createClock } from "../../../../emulator/clock";
import { createIam, type Principal } from "../../../../emulator/iam";
import type { Registered } from "../../../../emulator/resources";
import { createScheduler, type SchedulerOptions } from "../../../../emulator/scheduler";
import { registered } from "../resources";

export const account = "123456789012";
export const roleArn = `arn:aws:iam::${account}:role/scheduler`;
export const functionArn = `arn:aws:lambda:us-east-1:${account}:function:extract`;
export const queueArn = `arn:aws:sqs:us-east-1:${account}:dead`;
export const crawl = "arn:aws:scheduler:::aws-sdk:glue:startCrawler";
export const owner: Principal = { kind: "role", arn: roleArn, session: "run" };

function trustingRole(service: string): Registered {
  const assumeRolePolicy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
  const outputs = { assumeRolePolicy, arn: roleArn, name: "scheduler", id: "scheduler" };
  return registered("aws:iam/role:Role", "scheduler", { assumeRolePolicy }, outputs);
}

export function schedule(
  name: string,
  inputs: Record<string, unknown>,
  target: Record<string, unknown> = {},
): Registered {
  const arn = `arn:aws:scheduler:us-east-1:${account}:schedule/default/${name}`;
  const all = {
    flexibleTimeWindow: { mode: "OFF" },
    ...inputs,
    target: { arn: functionArn, roleArn, input: "{}", ...target },
  };
  return registered("aws:scheduler/schedule:Schedule", name, all, { ...all, arn, name });
}

/** A scheduler for these schedules, with a record of its calls. */
export function setUp(
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
      enqueue: (arn, payload, principal, id) => {
        calls.push([clock.now().toISOString(), arn, payload, principal, id]);
      },
    },
    universal: {
      "glue:startCrawler": async (input, principal) => {
        calls.push([clock.now().toISOString(), "glue:startCrawler", input, principal]);
      },
    },
    sqs: {
      sendFailure: (role, session, queue, input) => {
        if (queue !== undefined) calls.push(["sqs", { kind: "role", arn: role, session }, queue, input]);
      },
    },
    ...overrides,
  });
  return { scheduler, clock, iam, calls };
}
