// The local EventBridge Scheduler. A schedule with a flexible time window fires at the start of the window.
import { nextFireOf } from "../../schedule/nextFire";
import { parseScheduleExpression, type ScheduleExpression } from "../../schedule/scheduleExpression";
import type { Clock } from "../clock";
import type { Iam, Principal } from "../iam";
import type { Lambda } from "../lambda";
import type { ServiceOptions } from "../options";
import { notModelled, ofType, type Resource, refuseOthers } from "../resources";
import type { Sqs } from "../sqs";

export interface SchedulerOptions extends Omit<ServiceOptions, "stateDir"> {
  clock: Clock;
  lambda: Pick<Lambda, "enqueue">;
  universal: UniversalTargets;
  sqs: Pick<Sqs, "sendFailure">;
  /** Awaited after each fire of `advance`, so that everything it started ends before the clock moves. @default nothing */
  settle?: () => Promise<unknown>;
}

export interface FireResult {
  schedule: string;
  scheduledAt: Date;
  attempts: number;
  error?: Error;
}

/** The wait between two calls of a target doubles up to an hour. Only a simulated clock advances by it. */
const firstBackoffSeconds = 60;
const maxBackoffSeconds = 3600;
/** Errors that a retry cannot fix: AWS sends these to the dead-letter queue at once. */
const permanentErrors = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "ResourceNotFoundException",
  "EntityNotFoundException",
  "ValidationException",
  "InvalidRequestException",
]);

export type Scheduler = ReturnType<typeof createScheduler>;

/**
 * Creates an EventBridge Scheduler with the schedules that a program declares.
 * @throws one line for an expression or time zone that AWS would refuse, and for what is not modelled
 */
export function createScheduler(options: SchedulerOptions) {
  const { iam, clock, lambda, universal, sqs, settle = async () => {} } = options;
  const declared = ofType(options.resources, "aws:scheduler/schedule:Schedule");
  const schedules = new Map(
    declared.map((resource) => [resource.outputs.name, readSchedule(resource, universal)] as const),
  );

  function scheduleOf(name: string): Schedule {
    const schedule = schedules.get(name);
    if (schedule === undefined)
      throw new Error(`there is no schedule ${name}; there are ${[...schedules.keys()].join(", ")}`);
    return schedule;
  }

  /**
   * Calls a target once, as its role. Functions are invoked asynchronously: Lambda handles their failures.
   * @param id identifies the scheduled time's call
   */
  async function call(schedule: Schedule, input: object, id: string): Promise<void> {
    const principal = assumeRole(schedule, iam);
    const { arn } = schedule.target;
    const action = universalCall(arn);
    if (action === undefined) await lambda.enqueue(arn, input, principal, id);
    else await universal[action]?.(input, principal);
  }

  async function run(schedule: Schedule, scheduledAt: Date): Promise<FireResult> {
    const { roleArn, maxRetries, maxAgeSeconds, deadLetterArn } = schedule.target;
    const input = inputOf(schedule, scheduledAt);
    // The same fire, repeated after a killed run, has the id of the invocation that is still waiting.
    const id = `${schedule.name}-${scheduledAt.toISOString()}`;
    const result = { schedule: schedule.name, scheduledAt };
    let waitedSeconds = 0;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await call(schedule, input, id);
        return { ...result, attempts: attempt };
      } catch (error) {
        const backoffSeconds = Math.min(firstBackoffSeconds * 2 ** (attempt - 1), maxBackoffSeconds);
        waitedSeconds += backoffSeconds;
        if (isPermanent(error) || attempt > maxRetries || waitedSeconds > maxAgeSeconds) {
          await sqs.sendFailure(roleArn, schedule.name, deadLetterArn, input);
          return { ...result, attempts: attempt, error: error as Error };
        }
        if (clock.shifted) clock.set(new Date(clock.now().getTime() + backoffSeconds * 1000));
      }
    }
  }

  /** When the schedule fires next after an instant; undefined if it never does, or is disabled. */
  function nextFire(name: string, after: Date): Date | undefined {
    const { enabled, expression, timeZone } = scheduleOf(name);
    return enabled ? nextFireOf(expression, timeZone, after) : undefined;
  }

  return {
    /** Checks that the schedules' roles trust Scheduler, as AWS does when it stores them. Throws one line. */
    start: async (): Promise<void> => {
      for (const schedule of schedules.values()) assumeRole(schedule, iam);
    },
    nextFire,
    /** Fires a schedule now, whatever its expression and state. */
    fire: (name: string): Promise<FireResult> => run(scheduleOf(name), clock.now()),
    /**
     * Fires everything due after `from` up to and including `to`, in time order, the clock set to each; schedules due at the
     * same time in the program's order. The clock then stands at `to`.
     */
    advance: async (from: Date, to: Date): Promise<FireResult[]> => {
      const results: FireResult[] = [];
      const due = new Map([...schedules.keys()].map((name) => [name, nextFire(name, from)]));
      for (;;) {
        const [next] = [...due]
          .flatMap(([name, at]) => (at === undefined || at > to ? [] : [{ name, at }]))
          .sort((a, b) => a.at.getTime() - b.at.getTime());
        if (next === undefined) break;
        clock.set(next.at);
        results.push(await run(scheduleOf(next.name), next.at));
        await settle();
        due.set(next.name, nextFire(next.name, next.at));
      }
      clock.set(to);
      return results;
    },
  };
}

function isPermanent(error: unknown): boolean {
  return permanentErrors.has(String((error as { code?: string; name?: string }).code ?? (error as Error).name));
}

/**
 * The AWS calls that schedules can make directly, by service and action as in the ARN after `aws-sdk:`: `glue:startCrawler`.
 * Each gets the target's input, and throws if AWS would answer with an error.
 */
type UniversalTargets = Readonly<Record<string, (input: unknown, principal: Principal) => Promise<unknown>>>;

type Schedule = ReturnType<typeof readSchedule>;

const known = ["flexibleTimeWindow", "scheduleExpression", "scheduleExpressionTimezone", "state", "target"] as const;

/** @throws one line naming a schedule that AWS would refuse or that is not modelled */
function readSchedule(resource: Resource<"aws:scheduler/schedule:Schedule">, universal: UniversalTargets) {
  refuseOthers(resource, known);
  const { inputs, outputs } = resource;
  const { target, scheduleExpressionTimezone: timeZone = "UTC" } = inputs;
  const call = universalCall(target.arn);
  const isModelled = call === undefined ? isFunction(target.arn) : universal[call] !== undefined;
  if (!isModelled) throw notModelled(resource, `the target ${target.arn}`);
  if (target.input === undefined) throw notModelled(resource, "a target without input");
  const [attribute] = /<aws\.scheduler\.(?!scheduled-time>)[a-z-]+>/.exec(target.input) ?? [];
  if (attribute !== undefined) throw notModelled(resource, attribute);
  return {
    name: outputs.name,
    arn: outputs.arn,
    enabled: inputs.state !== "DISABLED",
    expression: expressionOf(outputs.name, inputs.scheduleExpression),
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

function universalCall(arn: string): string | undefined {
  return /^arn:[^:]+:scheduler:::aws-sdk:([^:]+:[^:]+)$/.exec(arn)?.[1];
}

const isFunction = (arn: string) => /^arn:[^:]+:lambda:[^:]*:\d*:function:/.test(arn);

/** The input that a target gets at a scheduled time. */
function inputOf({ target }: Schedule, scheduledAt: Date): object {
  const scheduledTime = scheduledAt.toISOString().replace(/\.\d+Z$/, "Z");
  return JSON.parse(target.input.replaceAll("<aws.scheduler.scheduled-time>", scheduledTime)) as object;
}

/** The role that a schedule uses for its calls. Throws AccessDenied if the role does not trust Scheduler. */
function assumeRole({ name, arn, target }: Schedule, iam: Iam): Principal {
  // Scheduler gives the schedule's group as the source.
  const sourceArn = arn.replace(/:schedule\/([^/]+)\/.*$/, ":schedule-group/$1");
  iam.assume(target.roleArn, "scheduler.amazonaws.com", {
    session: name,
    context: { "aws:SourceAccount": arn.split(":")[4] ?? "", "aws:SourceArn": sourceArn },
  });
  return { kind: "role", arn: target.roleArn, session: name };
}
