import type { Timetable } from "../../schedule/nextFire";
import { parseScheduleExpression } from "../../schedule/scheduleExpression";
import type { Registered } from "../resources";

/** What a schedule calls. */
export interface Target {
  arn: string;
  roleArn: string;
  /** JSON text with the schedule's context attributes still in it; undefined: the event that Scheduler makes. */
  input: string | undefined;
  maxRetries: number;
  maxAgeSeconds: number;
  deadLetterArn: string | undefined;
}

/** One declared schedule. */
export interface Schedule {
  name: string;
  arn: string;
  enabled: boolean;
  timetable: Timetable;
  target: Target;
}

/** A resource's inputs of aws:scheduler/schedule:Schedule, as far as they are read here. */
interface ScheduleInputs {
  name?: string;
  scheduleExpression: string;
  scheduleExpressionTimezone?: string;
  startDate?: string;
  endDate?: string;
  state?: string;
  target: {
    arn: string;
    roleArn: string;
    input?: string;
    retryPolicy?: { maximumRetryAttempts?: number; maximumEventAgeInSeconds?: number };
    deadLetterConfig?: { arn: string };
  };
}

function dateOf(name: string, property: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new Error(`schedule ${name}: ${property} is no time: ${text}`);
  return date;
}

function checkTimeZone(name: string, timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone });
  } catch {
    throw new Error(`schedule ${name}: there is no time zone ${timeZone}`);
  }
}

function readTimetable(name: string, inputs: ScheduleInputs): Timetable {
  const timeZone = inputs.scheduleExpressionTimezone ?? "UTC";
  checkTimeZone(name, timeZone);
  try {
    return {
      expression: parseScheduleExpression(inputs.scheduleExpression),
      timeZone,
      start: dateOf(name, "startDate", inputs.startDate),
      end: dateOf(name, "endDate", inputs.endDate),
    };
  } catch (error) {
    throw new Error(`schedule ${name}: ${inputs.scheduleExpression}: ${(error as Error).message}`);
  }
}

function readSchedule({ name: logicalName, inputs: raw, outputs }: Registered): Schedule {
  const inputs = raw as unknown as ScheduleInputs;
  const name = String(outputs.name ?? inputs.name ?? logicalName);
  const { target } = inputs;
  return {
    name,
    arn: String(outputs.arn),
    enabled: inputs.state !== "DISABLED",
    timetable: readTimetable(name, inputs),
    target: {
      arn: target.arn,
      roleArn: target.roleArn,
      input: target.input,
      maxRetries: target.retryPolicy?.maximumRetryAttempts ?? 185,
      maxAgeSeconds: target.retryPolicy?.maximumEventAgeInSeconds ?? 24 * 3600,
      deadLetterArn: target.deadLetterConfig?.arn,
    },
  };
}

/** The schedules that a program declares, in its order. Throws one line naming the schedule where AWS would refuse it. */
export function readSchedules(resources: readonly Registered[]): Schedule[] {
  return resources.filter(({ type }) => type === "aws:scheduler/schedule:Schedule").map(readSchedule);
}
