// Every alarm of the three components: what it watches, what it means, what to do.
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AlarmSpec, Metric, OverdueSpec } from "./alarms";
import { type MetricName, metricDimension, metricNamespace } from "./metrics";

/** Of a function that is used up, a warning: a run that takes longer is ended in the middle. */
const timeoutShare = 0.8;
/** A month to log in again. */
const consentWarningDays = 31;

/** A metric of one of the functions' own. */
export function ownMetric(metricName: MetricName, lambda: aws.lambda.Function): Metric {
  return { namespace: metricNamespace, metricName, dimensions: { [metricDimension]: lambda.name } };
}

/** A metric that Lambda keeps of a function. */
export function lambdaMetric(
  metricName: "Errors" | "Throttles" | "Duration" | "Invocations",
  lambda: aws.lambda.Function,
): Metric {
  return { namespace: "AWS/Lambda", metricName, dimensions: { FunctionName: lambda.name } };
}

/** How often an EventBridge rule met an event. */
export function ruleMetric(rule: aws.cloudwatch.EventRule): Metric {
  return { namespace: "AWS/Events", metricName: "TriggeredRules", dimensions: { RuleName: rule.name } };
}

/** Messages that wait in a failure queue. */
export function queueAlarm(suffix: string, description: string, queue: aws.sqs.Queue): AlarmSpec {
  const metric = {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queue.name },
  };
  return { suffix, description, metric, statistic: "Maximum", threshold: 1, window: "now" };
}

/** A function, and what it is called in alarms: `extract`. */
export interface WatchedFunction {
  what: string;
  lambda: aws.lambda.Function;
  timeoutSeconds: pulumi.Output<number>;
  /** What to do where an invocation failed. */
  remedy: string;
}

/** What can go wrong with any function. */
export function functionAlarms({ what, lambda, timeoutSeconds, remedy }: WatchedFunction): AlarmSpec[] {
  return [
    {
      suffix: `${what}-errors`,
      description: `An invocation of the ${what} function failed. Its log says why. ${remedy}`,
      metric: lambdaMetric("Errors", lambda),
      statistic: "Sum",
      threshold: 1,
      window: "hours",
    },
    {
      suffix: `${what}-throttles`,
      description: `Lambda refused to start the ${what} function: the account's concurrency is used up. Lambda tries again for an hour; ask for a higher quota, or reserve concurrency.`,
      metric: lambdaMetric("Throttles", lambda),
      statistic: "Sum",
      threshold: 1,
      window: "hours",
    },
    {
      suffix: `${what}-duration`,
      description: `The ${what} function took over 80 % of its timeout. Raise timeoutSeconds (Lambda's limit is 900) or memoryMiB, which brings processor with it.`,
      metric: lambdaMetric("Duration", lambda),
      statistic: "Maximum",
      threshold: timeoutSeconds.apply((seconds) => seconds * 1000 * timeoutShare),
      window: "hours",
    },
  ];
}

/** What can go wrong with the playlists though the function runs. */
export function playlistAlarms(lambda: aws.lambda.Function): AlarmSpec[] {
  return [
    {
      suffix: "playlists-unavailable",
      description:
        "A playlist is gone or closed to the app: it is not stored any more, the others are. The log's playlistUnavailable names it and the likely cause. Mend its access, or take it out of the playlists.",
      metric: ownMetric("PlaylistsUnavailable", lambda),
      statistic: "Maximum",
      threshold: 1,
      window: "day",
    },
    {
      suffix: "days-missed",
      description:
        "Days, or playlists of them, were not had and can't be had any more. The run's warnings in the log name them. Find in the log of those days why; nothing brings them back.",
      metric: ownMetric("DaysMissed", lambda),
      statistic: "Sum",
      threshold: 1,
      window: "day",
    },
    {
      suffix: "consent-ending",
      description:
        "The Spotify user's consent ends within a month, and the runs with it. Log in again: playlake login --stack NAME.",
      metric: ownMetric("ConsentDaysLeft", lambda),
      statistic: "Minimum",
      threshold: consentWarningDays,
      below: true,
      window: "day",
    },
    {
      suffix: "consent-ended",
      description:
        "Spotify says that the user's consent has ended: nothing is stored until somebody logs in again: playlake login --stack NAME. Goes out with the first run that Spotify answers.",
      metric: ownMetric("ConsentEnded", lambda),
      // An hour in which a run was answered is a good one, whatever the catch-up before the login said.
      statistic: "Minimum",
      threshold: 1,
      window: "latest",
      // Only runs that got an answer know: until then what was last known holds.
      missing: "ignore",
    },
  ];
}

/** No run came to a good end for too long. */
export function runOverdue(lambda: aws.lambda.Function, hours: pulumi.Output<number | undefined>): OverdueSpec {
  return {
    suffix: "run-overdue",
    description:
      "No run has completed its day for longer than the schedule leaves between two runs. See whether the schedules are enabled, then the function's log and the failure queues; playlake run --stack NAME runs it now, and a day can be had until it ends. Silent until the function's first run, and where the schedule leaves a week or more, further than CloudWatch looks back.",
    success: ownMetric("RunSucceeded", lambda),
    // Lambda counts a run also where it crashed before it could tell anything.
    tried: lambdaMetric("Invocations", lambda),
    hours,
  };
}

/** What can go wrong with raw objects though the function runs. */
export function rowAlarms(lambda: aws.lambda.Function): AlarmSpec[] {
  return [
    {
      suffix: "rows-rejected",
      description:
        "Spotify served entries that could not be read: neither id nor address. All others are in the tables; the query rejected-items shows these as they came. If they are many, Spotify has changed its form: raw is kept, so a later version can write these days again.",
      metric: ownMetric("RowsRejected", lambda),
      statistic: "Sum",
      threshold: 1,
      window: "day",
    },
    {
      suffix: "objects-refused",
      description:
        "A raw object is no response of Spotify's, and no rows were made of it. The log's notTransformed names it and says what was found. Its event is in the failure queue: after the mending, playlake redrive --stack NAME.",
      metric: ownMetric("ObjectsRefused", lambda),
      statistic: "Sum",
      threshold: 1,
      window: "day",
    },
  ];
}

/** A crawl failed, by Glue's word. */
export function crawlFailed(rule: aws.cloudwatch.EventRule): AlarmSpec {
  return {
    suffix: "crawl-failed",
    description:
      "The crawler failed: new days are in the lake but not in the tables yet. Its message is in the queue of crawl events and in the log group /aws-glue/crawlers. playlake crawl --stack NAME tries again; each crawl adds all days that lack.",
    metric: ruleMetric(rule),
    statistic: "Sum",
    threshold: 1,
    window: "day",
  };
}

/** No crawl came to a good end for too long. */
export function crawlOverdue(rule: aws.cloudwatch.EventRule, hours: pulumi.Output<number | undefined>): OverdueSpec {
  return {
    suffix: "crawl-overdue",
    description:
      "No crawl has succeeded for longer than its schedule leaves between two: new days are not in the tables. See whether the schedule is enabled, then the log group /aws-glue/crawlers; playlake crawl --stack NAME crawls now. Glue sends its events at best effort, so one that got lost can raise this too: the next crawl ends it. Silent until the first crawl, and where the schedule leaves a week or more.",
    success: ruleMetric(rule),
    tried: ruleMetric(rule),
    hours,
  };
}

/** A statement of the compact copy failed, by Athena's word. */
export function compactFailed(rule: aws.cloudwatch.EventRule): AlarmSpec {
  return {
    suffix: "compact-failed",
    description:
      "The statement that keeps the compact copy of the history failed or was cancelled: the copy lags behind, the tables and views do not. The history of its workgroup in Athena says why. The next run makes up for a fortnight; after longer, run the query compact-whole-history in that workgroup.",
    metric: ruleMetric(rule),
    statistic: "Sum",
    threshold: 1,
    window: "day",
  };
}

/** No statement of the compact copy came to a good end for too long. */
export function compactOverdue(rule: aws.cloudwatch.EventRule, hours: pulumi.Output<number | undefined>): OverdueSpec {
  return {
    suffix: "compact-overdue",
    description:
      "The compact copy of the history has not been brought up to date for longer than its schedule leaves between two runs: it lags behind, the tables and views do not. See whether the schedule is enabled, then its workgroup's history in Athena. Athena sends its events at best effort, so one that got lost can raise this too. Silent until the first run, and where the schedule leaves a week or more.",
    success: ruleMetric(rule),
    tried: ruleMetric(rule),
    hours,
  };
}
