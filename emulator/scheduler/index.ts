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
  /** Why the call failed. Its input is then in the dead-letter queue. */
  error?: Error;
}

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
    const { targetArn, action } = schedule;
    if (action === undefined) lambda.enqueue(targetArn, input, principal, id);
    else await universal[action]?.(input, principal);
  }

  /** Nothing fails here that a retry could fix: a call is refused, or its target does not exist. */
  async function run(schedule: Schedule, scheduledAt: Date): Promise<FireResult> {
    const { name, roleArn, deadLetterArn } = schedule;
    const input = inputOf(schedule, scheduledAt);
    try {
      // The same fire, repeated after a killed run, has the id of the invocation that is still waiting.
      await call(schedule, input, `${name}-${scheduledAt.toISOString()}`);
      return { schedule: name, scheduledAt };
    } catch (error) {
      sqs.sendFailure(roleArn, name, deadLetterArn, input);
      return { schedule: name, scheduledAt, error: error as Error };
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
  const [, action] = /^arn:[^:]+:scheduler:::aws-sdk:([^:]+:[^:]+)$/.exec(target.arn) ?? [];
  const isModelled = action === undefined ? isFunction(target.arn) : universal[action] !== undefined;
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
    targetArn: target.arn,
    /** The AWS call that it makes; undefined if its target is a function. */
    action,
    roleArn: target.roleArn,
    /** JSON text with unresolved context attributes. */
    input: target.input,
    deadLetterArn: target.deadLetterConfig?.arn,
  };
}

function expressionOf(name: string, text: string): ScheduleExpression {
  try {
    return parseScheduleExpression(text);
  } catch (error) {
    throw new Error(`schedule ${name}: ${text}: ${(error as Error).message}`);
  }
}

const isFunction = (arn: string) => /^arn:[^:]+:lambda:[^:]*:\d*:function:/.test(arn);

/** The input that a target gets at a scheduled time. */
function inputOf({ input }: Schedule, scheduledAt: Date): object {
  const scheduledTime = scheduledAt.toISOString().replace(/\.\d+Z$/, "Z");
  return JSON.parse(input.replaceAll("<aws.scheduler.scheduled-time>", scheduledTime)) as object;
}

/** The role that a schedule uses for its calls. Throws AccessDenied if the role does not trust Scheduler. */
function assumeRole({ name, arn, roleArn }: Schedule, iam: Iam): Principal {
  // Scheduler gives the schedule's group as the source.
  const sourceArn = arn.replace(/:schedule\/([^/]+)\/.*$/, ":schedule-group/$1");
  iam.assume(roleArn, "scheduler.amazonaws.com", {
    session: name,
    context: { "aws:SourceAccount": arn.split(":")[4] ?? "", "aws:SourceArn": sourceArn },
  });
  return { kind: "role", arn: roleArn, session: name };
}
