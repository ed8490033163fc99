import { parseScheduleExpression, type ScheduleExpression } from "../../schedule/scheduleExpression";
import { ofType, type Registered, type Resource } from "../resources";

/** One declared schedule. */
export interface Schedule {
  name: string;
  arn: string;
  enabled: boolean;
  expression: ScheduleExpression;
  timeZone: string;
  target: Target;
}

/** The call that a schedule makes. */
interface Target {
  arn: string;
  roleArn: string;
  /** JSON text with unresolved context attributes; if undefined, Scheduler sends its own event. */
  input: string | undefined;
  maxRetries: number;
  maxAgeSeconds: number;
  deadLetterArn: string | undefined;
}

type ScheduleResource = Resource<"aws:scheduler/schedule:Schedule">;

const notModelled = ["startDate", "endDate", "kmsKeyArn"] as const;

function checkTimeZone(name: string, timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone });
  } catch {
    throw new Error(`schedule ${name}: there is no time zone ${timeZone}`);
  }
}

function expressionOf(name: string, text: string): ScheduleExpression {
  try {
    return parseScheduleExpression(text);
  } catch (error) {
    throw new Error(`schedule ${name}: ${text}: ${(error as Error).message}`);
  }
}

function readSchedule({ inputs, outputs }: ScheduleResource): Schedule {
  const { name, arn } = outputs;
  const used = notModelled.filter((property) => inputs[property] !== undefined);
  if (used.length > 0) throw new Error(`schedule ${name}: the local run does not model ${used.join(", ")}`);
  const timeZone = inputs.scheduleExpressionTimezone ?? "UTC";
  checkTimeZone(name, timeZone);
  const { target } = inputs;
  return {
    name,
    arn,
    enabled: inputs.state !== "DISABLED",
    expression: expressionOf(name, inputs.scheduleExpression),
    timeZone,
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

/** The schedules that a program declares, in its order. Throws one line naming the schedule that AWS would refuse. */
export function readSchedules(resources: readonly Registered[]): Schedule[] {
  return ofType(resources, "aws:scheduler/schedule:Schedule").map(readSchedule);
}
