import type { Iam, Principal } from "../iam";
import type { Lambda } from "../lambda";
import type { Schedule } from "./schedules";

/** An AWS call that a schedule makes directly, with the target's input. Throws if AWS would answer with an error. */
export type UniversalTarget = (input: unknown, principal: Principal) => Promise<unknown>;

/** What schedules can call. */
export interface TargetDeps {
  lambda: Pick<Lambda, "enqueue">;
  /** By service and action as in the ARN after `aws-sdk:`, such as `glue:startCrawler`. */
  universal: Readonly<Record<string, UniversalTarget>>;
}

/** One fire of a schedule. */
export interface Execution {
  id: string;
  /** The scheduled time. */
  scheduledAt: Date;
  /** Counts from 1. */
  attempt: number;
}

/** The service and action of a universal target's ARN. */
export function universalCall(arn: string): string | undefined {
  return /^arn:[^:]+:scheduler:::aws-sdk:([^:]+:[^:]+)$/.exec(arn)?.[1];
}

const isFunction = (arn: string) => /^arn:[^:]+:lambda:[^:]*:\d*:function:/.test(arn);

/** Checks that a schedule's target is modelled. Throws one line that names the schedule. */
export function checkTarget({ name, target }: Schedule, universal: TargetDeps["universal"]): void {
  const call = universalCall(target.arn);
  if (call === undefined ? !isFunction(target.arn) : universal[call] === undefined) {
    throw new Error(`schedule ${name}: the local run does not model the target ${target.arn}`);
  }
}

/** The input that a target gets: the declared one with its context attributes filled in, or Scheduler's own event. */
export function inputOf(schedule: Schedule, { id, scheduledAt, attempt }: Execution): unknown {
  const scheduledTime = scheduledAt.toISOString().replace(/\.\d+Z$/, "Z");
  const { input } = schedule.target;
  if (input === undefined) return scheduledEvent(schedule, id, scheduledTime);
  const attributes: Record<string, string> = {
    "schedule-arn": schedule.arn,
    "scheduled-time": scheduledTime,
    "execution-id": id,
    "attempt-number": String(attempt),
  };
  const filled = input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (all, name: string) => attributes[name] ?? all);
  try {
    return JSON.parse(filled);
  } catch {
    throw Object.assign(new Error(`schedule ${schedule.name}: the target's input is not JSON`), {
      code: "ValidationException",
    });
  }
}

function scheduledEvent({ arn }: Schedule, id: string, time: string): object {
  const [, , , region, account] = arn.split(":");
  return {
    version: "0",
    id,
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account,
    time,
    region,
    resources: [arn],
    detail: "{}",
  };
}

/** The role that a schedule uses for its calls. Throws AccessDenied if the role does not trust Scheduler. */
export function assumeRole(schedule: Schedule, iam: Iam): Principal {
  const { arn, target } = schedule;
  // Scheduler gives the schedule's group as the source.
  const sourceArn = arn.replace(/:schedule\/([^/]+)\/.*$/, ":schedule-group/$1");
  iam.assume(target.roleArn, "scheduler.amazonaws.com", {
    session: schedule.name,
    context: { "aws:SourceAccount": arn.split(":")[4] ?? "", "aws:SourceArn": sourceArn },
  });
  return { kind: "role", arn: target.roleArn, session: schedule.name };
}

/** Calls a schedule's target once, as its role. Functions are invoked asynchronously: Lambda handles their failures. */
export async function callTarget(schedule: Schedule, execution: Execution, deps: TargetDeps, iam: Iam): Promise<void> {
  const principal = assumeRole(schedule, iam);
  const input = inputOf(schedule, execution);
  const { arn } = schedule.target;
  const call = universalCall(arn);
  if (call === undefined) return deps.lambda.enqueue(arn, input, principal, execution.id);
  await deps.universal[call]?.(input, principal);
}
