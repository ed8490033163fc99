import { parseScheduleExpression, type ScheduleExpression } from "../../schedule/scheduleExpression";
import type { Iam, Principal } from "../iam";
import { ofType, parseJson, type Registered, type Resource, refuseOthers } from "../resources";

/** An AWS call that a schedule makes directly, with the target's input. Throws if AWS would answer with an error. */
type UniversalTarget = (input: unknown, principal: Principal) => Promise<unknown>;

/** The AWS calls that schedules can make, by service and action as in the ARN after `aws-sdk:`: `glue:startCrawler`. */
export type UniversalTargets = Readonly<Record<string, UniversalTarget>>;

/**
 * The schedules that a program declares, in its order.
 * @throws one line naming the schedule that AWS would refuse or that is not modelled
 */
export function readSchedules(resources: readonly Registered[], universal: UniversalTargets): Schedule[] {
  return ofType(resources, "aws:scheduler/schedule:Schedule").map((resource) => {
    const schedule = readSchedule(resource);
    const { name, target } = schedule;
    const call = universalCall(target.arn);
    if (call === undefined ? !isFunction(target.arn) : universal[call] === undefined) {
      throw new Error(`schedule ${name}: the local run does not model the target ${target.arn}`);
    }
    const [attribute] = /<aws\.scheduler\.(?!scheduled-time>)[a-z-]+>/.exec(target.input) ?? [];
    if (attribute !== undefined) throw new Error(`schedule ${name}: the local run does not model ${attribute}`);
    inputOf(schedule, new Date(0));
    return schedule;
  });
}

export type Schedule = ReturnType<typeof readSchedule>;

function readSchedule(resource: Resource<"aws:scheduler/schedule:Schedule">) {
  const known = ["flexibleTimeWindow", "scheduleExpression", "scheduleExpressionTimezone", "state", "target"] as const;
  refuseOthers(resource, known);
  const { inputs, outputs } = resource;
  const { name, arn } = outputs;
  const { target, scheduleExpressionTimezone: timeZone = "UTC" } = inputs;
  if (target.input === undefined)
    throw new Error(`schedule ${name}: the local run does not model a target without input`);
  return {
    name,
    arn,
    enabled: inputs.state !== "DISABLED",
    expression: expressionOf(name, inputs.scheduleExpression),
    timeZone,
    target: {
      arn: target.arn,
      roleArn: target.roleArn,
      /** JSON text with unresolved context attributes. */
      input: target.input,
      maxRetries: target.retryPolicy?.maximumRetryAttempts ?? 185,
      maxAgeSeconds: target.retryPolicy?.maximumEventAgeInSeconds ?? 24 * 3600,
      deadLetterArn: target.deadLetterConfig?.arn,
    },
  };
}

function expressionOf(name: string, text: string): ScheduleExpression {
  try {
    return parseScheduleExpression(text);
  } catch (error) {
    throw new Error(`schedule ${name}: ${text}: ${(error as Error).message}`);
  }
}

/** The service and action of a universal target's ARN. */
export function universalCall(arn: string): string | undefined {
  return /^arn:[^:]+:scheduler:::aws-sdk:([^:]+:[^:]+)$/.exec(arn)?.[1];
}

const isFunction = (arn: string) => /^arn:[^:]+:lambda:[^:]*:\d*:function:/.test(arn);

/** The input that a target gets at a scheduled time. */
export function inputOf({ name, target }: Schedule, scheduledAt: Date): object {
  const scheduledTime = scheduledAt.toISOString().replace(/\.\d+Z$/, "Z");
  const input = parseJson(target.input.replaceAll("<aws.scheduler.scheduled-time>", scheduledTime));
  if (input === undefined) throw new Error(`schedule ${name}: the target's input is not JSON`);
  return input as object;
}

/** The role that a schedule uses for its calls. Throws AccessDenied if the role does not trust Scheduler. */
export function assumeRole({ name, arn, target }: Schedule, iam: Iam): Principal {
  // Scheduler gives the schedule's group as the source.
  const sourceArn = arn.replace(/:schedule\/([^/]+)\/.*$/, ":schedule-group/$1");
  iam.assume(target.roleArn, "scheduler.amazonaws.com", {
    session: name,
    context: { "aws:SourceAccount": arn.split(":")[4] ?? "", "aws:SourceArn": sourceArn },
  });
  return { kind: "role", arn: target.roleArn, session: name };
}
