import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { callStatement, policyOf, sendStatement, trustPolicy } from "./policies";

/** What schedules call, and the one permission that the call needs. */
interface ScheduledCallArgs {
  /** A function's ARN, or the ARN of a universal target. */
  targetArn: pulumi.Input<string>;
  action: string;
  /** The ARN on which `action` is allowed. */
  resourceArn: pulumi.Input<string>;
  timezone: pulumi.Input<string>;
  /** Receives calls that Scheduler could not make. */
  failures: aws.sqs.Queue;
  /** How many hours Scheduler retries. @default 1, after which the next catch-up or day does the work */
  retryHours?: number;
  /** What the called service does on behalf of the caller. @default nothing */
  more?: aws.iam.PolicyStatement[];
}

/** One schedule. */
interface ScheduleTimes {
  description: string;
  /** The expression. If it resolves to undefined, the schedule exists but is disabled. */
  expression: pulumi.Output<string | undefined>;
  /** The target's input, as JSON. */
  input: pulumi.Input<string>;
}

/** Declares a schedule of the call. */
type ScheduledCall = (name: string, times: ScheduleTimes) => aws.scheduler.Schedule;

/** Scheduler requires an expression even for a disabled schedule. */
const anyExpression = "rate(1 day)";

/** Creates a role with which EventBridge Scheduler can make one call. Returns a function that declares schedules of it. */
export function scheduledCall(name: string, args: ScheduledCallArgs, parent: pulumi.Resource): ScheduledCall {
  const { failures, retryHours = 1 } = args;
  const trust = trustPolicy("scheduler.amazonaws.com", defaultScheduleGroup(failures.arn));
  const role = new aws.iam.Role(name, { assumeRolePolicy: trust }, { parent });
  const statements = [callStatement(args.action, args.resourceArn), sendStatement(failures.arn), ...(args.more ?? [])];
  const policy = new aws.iam.RolePolicy(name, { role: role.name, policy: policyOf(statements) }, { parent });
  return (scheduleName, times) =>
    new aws.scheduler.Schedule(
      scheduleName,
      {
        description: times.description,
        scheduleExpression: times.expression.apply((expression) => expression ?? anyExpression),
        scheduleExpressionTimezone: args.timezone,
        state: times.expression.apply((expression) => (expression === undefined ? "DISABLED" : "ENABLED")),
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: args.targetArn,
          roleArn: role.arn,
          input: times.input,
          deadLetterConfig: { arn: failures.arn },
          retryPolicy: { maximumEventAgeInSeconds: retryHours * 3600, maximumRetryAttempts: 10 * retryHours },
        },
      },
      // Scheduler checks the role when it stores the schedule.
      { parent, dependsOn: policy },
    );
}

/** The source ARN with which Scheduler assumes a role: the schedule's group, not the schedule. Ours use the default group. */
function defaultScheduleGroup(queueArn: pulumi.Output<string>): pulumi.Output<string> {
  return queueArn.apply((arn) => arn.replace(/:sqs:([^:]*:[^:]*):.*$/, ":scheduler:$1:schedule-group/default"));
}
