import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { catchUpSchedule } from "../../schedule/schedules";
import { scheduledCall } from "./scheduledCall";

/** When playlists are read. */
interface ExtractTimes {
  /** The schedule of the run, in EventBridge Scheduler's syntax. */
  schedule: pulumi.Output<string>;
  timezone: pulumi.Input<string>;
  /** Receives runs that could not be started. */
  failures: aws.sqs.Queue;
}

/** Declares the schedules of the daily run and of the catch-ups after it. @returns the schedule of the run */
export function createSchedules(
  name: string,
  lambda: aws.lambda.Function,
  { schedule, timezone, failures }: ExtractTimes,
  parent: pulumi.Resource,
): aws.scheduler.Schedule {
  const call = scheduledCall(
    `${name}-schedule`,
    { targetArn: lambda.arn, action: "lambda:InvokeFunction", resourceArn: lambda.arn, timezone, failures },
    parent,
  );
  const run = call(`${name}-run`, {
    description: "Reads the playlists.",
    expression: schedule,
    input: JSON.stringify({ source: "run" }),
  });
  call(`${name}-catch-up`, {
    description: "Reads the playlists that are still missing from the day; ends at once if the day is complete.",
    expression: schedule.apply(catchUpSchedule),
    input: JSON.stringify({ source: "catch-up" }),
  });
  return run;
}
