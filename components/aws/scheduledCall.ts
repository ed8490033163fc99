import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { callStatement, policyOf, sendStatement, trustPolicy } from "./policies";

/** What schedules call, and the one permission that it takes. */
export interface ScheduledCallArgs {
  /** A function's ARN, or the ARN of a universal target. */
  targetArn: pulumi.Input<string>;
  action: string;
  /** The ARN that `action` is allowed on. */
  resourceArn: pulumi.Input<string>;
  timezone: pulumi.Input<string>;
  /** Where a call ends up that Scheduler could not make. */
  failures: aws.sqs.Queue;
  /** How long Scheduler tries again. @default 1, after which the next catch-up or day does the work */
  retryHours?: number;
  /** What the called service does in the name of the caller. @default nothing */
  more?: aws.iam.PolicyStatement[];
}

/** One schedule. */
export interface ScheduleTimes {
  description: string;
  /** The expression; where it resolves to undefined the schedule exists, disabled. */
  expression: pulumi.Output<string | undefined>;
  /** What the target is given, as JSON. */
  input: pulumi.Input<string>;
}

/** Declares a schedule of the call. */
export type ScheduledCall = (name: string, times: ScheduleTimes) => aws.scheduler.Schedule;

/** Scheduler wants some expression also where a schedule is off. */
const anyExpression = "rate(1 day)";

/** A role by which EventBridge Scheduler can make one call; what it returns declares schedules of it. */
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

/** What Scheduler calls itself when it takes a role: not the schedule but its group, and these have no group of their own. */
function defaultScheduleGroup(queueArn: pulumi.Output<string>): pulumi.Output<string> {
  return queueArn.apply((arn) => arn.replace(/:sqs:([^:]*:[^:]*):.*$/, ":scheduler:$1:schedule-group/default"));
}
