// EventBridge Scheduler on this machine. Flexible time windows fire at their start.

import { nextFireOf } from "../../schedule/nextFire";
import type { Clock } from "../clock";
import type { Iam, Principal } from "../iam";
import type { Lambda } from "../lambda";
import type { Registered } from "../resources";
import type { Sqs } from "../sqs";
import { readSchedules, type Schedule } from "./schedules";
import { assumeRole, callTarget, checkTarget, type Execution, inputOf, type UniversalTarget } from "./targets";

export type { UniversalTarget } from "./targets";

/** What schedules run with. */
export interface SchedulerOptions {
  resources: readonly Registered[];
  iam: Iam;
  clock: Clock;
  lambda: Pick<Lambda, "enqueue">;
  /** The AWS calls that schedules make by themselves, by service and action, such as `glue:startCrawler`. */
  universal: Readonly<Record<string, UniversalTarget>>;
  /** Takes the inputs of targets that kept failing. */
  sqs: Pick<Sqs, "send">;
  /** Awaited after each fire of `advance`, before the clock goes on: what was started comes to its end. @default nothing */
  settle?: () => Promise<unknown>;
}

/** What became of one fire. */
export interface FireResult {
  schedule: string;
  /** When the schedule said. */
  scheduledAt: Date;
  /** How often the target was called. */
  attempts: number;
  /** The last error, where no call succeeded. */
  error?: Error;
  /** The queue that got the input, where no call succeeded and there is one that the role may send to. */
  deadLettered?: string;
}

/** The program's schedules. */
export interface Scheduler {
  /** Checks what AWS checks when schedules are stored: trust, targets, inputs. Throws one line. */
  start(): Promise<void>;
  /** The names of all schedules, disabled ones too, in the program's order. */
  names(): string[];
  /** When the schedule fires next after an instant; undefined where it does not any more, or is disabled. */
  nextFire(name: string, after: Date): Date | undefined;
  /** Fires a schedule now, whatever its expression and state say. */
  fire(name: string): Promise<FireResult>;
  /**
   * Fires all that is due after `from`, up to and with `to`, in time order, the clock set to each; schedules that are due
   * at the same time in the program's order. The clock then stands at `to`.
   */
  advance(from: Date, to: Date): Promise<FireResult[]>;
}

/** Waits between two calls of a target: doubled each time, as far as an hour. Only the simulated clock passes them. */
const firstBackoffSeconds = 60;
const maxBackoffSeconds = 3600;
/** Errors that another call can't mend: AWS sends these to the dead-letter queue at once. */
const permanentErrors = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "ResourceNotFoundException",
  "EntityNotFoundException",
  "ValidationException",
]);

/**
 * EventBridge Scheduler over the schedules that a program declares.
 * @throws one line for an expression, time zone or date that AWS would refuse
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { iam, clock, lambda, universal, sqs, settle = async () => {} } = options;
  const schedules = new Map(readSchedules(options.resources).map((schedule) => [schedule.name, schedule]));

  function scheduleOf(name: string): Schedule {
    const schedule = schedules.get(name);
    if (schedule === undefined)
      throw new Error(`there is no schedule ${name}; there are ${[...schedules.keys()].join(", ")}`);
    return schedule;
  }

  async function sendToDeadLetters(schedule: Schedule, execution: Execution): Promise<string | undefined> {
    const { deadLetterArn, roleArn } = schedule.target;
    if (deadLetterArn === undefined) return undefined;
    const principal: Principal = { kind: "role", arn: roleArn, session: schedule.name };
    try {
      await sqs.send(principal, deadLetterArn, JSON.stringify(inputOf(schedule, execution)));
      return deadLetterArn;
    } catch (error) {
      // The input is lost, as in AWS; the refusal is recorded in `iam.denied`.
      if (!isPermanent(error)) throw error;
      return undefined;
    }
  }

  async function run(schedule: Schedule, scheduledAt: Date): Promise<FireResult> {
    const { maxRetries, maxAgeSeconds } = schedule.target;
    // The same fire, repeated after a killed run, is the same invocation while that one waits.
    const id = `${schedule.name}-${scheduledAt.toISOString()}`;
    const result = { schedule: schedule.name, scheduledAt };
    let waitedSeconds = 0;
    for (let attempt = 1; ; attempt += 1) {
      const execution = { id, scheduledAt, attempt };
      try {
        await callTarget(schedule, execution, { lambda, universal }, iam);
        return { ...result, attempts: attempt };
      } catch (error) {
        const backoffSeconds = Math.min(firstBackoffSeconds * 2 ** (attempt - 1), maxBackoffSeconds);
        waitedSeconds += backoffSeconds;
        if (isPermanent(error) || attempt > maxRetries || waitedSeconds > maxAgeSeconds) {
          const deadLettered = await sendToDeadLetters(schedule, execution);
          return {
            ...result,
            attempts: attempt,
            error: error as Error,
            ...(deadLettered === undefined ? {} : { deadLettered }),
          };
        }
        if (clock.shifted) clock.set(new Date(clock.now().getTime() + backoffSeconds * 1000));
      }
    }
  }

  function nextFire(name: string, after: Date): Date | undefined {
    const { enabled, timetable } = scheduleOf(name);
    return enabled ? nextFireOf(timetable, after) : undefined;
  }

  return {
    start: async () => {
      for (const schedule of schedules.values()) {
        checkTarget(schedule, universal);
        inputOf(schedule, { id: "check", scheduledAt: new Date(0), attempt: 1 });
        assumeRole(schedule, iam);
      }
    },
    names: () => [...schedules.keys()],
    nextFire,
    fire: (name) => run(scheduleOf(name), clock.now()),
    advance: async (from, to) => {
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
