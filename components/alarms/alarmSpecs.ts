// Every alarm of the three components: what it watches, what it means, what to do.
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AlarmSpec, Metric, OverdueSpec } from "./alarms";
import { type MetricName, metricDimension, metricNamespace } from "./metrics";

/** The share of a function's timeout that raises a warning: Lambda kills an invocation that exceeds the timeout. */
const timeoutShare = 0.8;
/** Leaves a month to log in again. */
const consentWarningDays = 31;

/** A single occurrence in a day, or in two hours, raises an alarm. */
const inADay = { statistic: "Sum", threshold: 1, window: "day" } as const;
const inHours = { statistic: "Sum", threshold: 1, window: "hours" } as const;

/** A metric that the functions emit. */
function ownMetric(metricName: MetricName, lambda: aws.lambda.Function): Metric {
  return { namespace: metricNamespace, metricName, dimensions: { [metricDimension]: lambda.name } };
}

function lambdaMetric(metricName: "Errors" | "Throttles" | "Duration", lambda: aws.lambda.Function): Metric {
  return { namespace: "AWS/Lambda", metricName, dimensions: { FunctionName: lambda.name } };
}

/** How often an EventBridge rule matched an event. */
function ruleMetric(rule: aws.cloudwatch.EventRule): Metric {
  return { namespace: "AWS/Events", metricName: "TriggeredRules", dimensions: { RuleName: rule.name } };
}

/** Messages that wait in a failure queue. The alarm clears once they are redriven. */
function waitingAlarm(suffix: string, description: string, queue: aws.sqs.Queue): AlarmSpec {
  const metric = {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queue.name },
  };
  return { suffix, description, metric, statistic: "Maximum", threshold: 1, window: "now" };
}

/** Messages that arrived in a failure queue. The alarm clears by itself, because a later run does the failed one's work. */
function arrivedAlarm(
  suffix: string,
  description: string,
  queue: aws.sqs.Queue,
  window: AlarmSpec["window"],
): AlarmSpec {
  const metric = {
    namespace: "AWS/SQS",
    metricName: "NumberOfMessagesSent",
    dimensions: { QueueName: queue.name },
  };
  return { suffix, description, metric, statistic: "Sum", threshold: 1, window };
}

/** A function and its failure queue. */
interface WatchedFunction {
  lambda: aws.lambda.Function;
  failures: aws.sqs.Queue;
  timeoutSeconds: pulumi.Output<number>;
}

/** What can go wrong with the extractor. */
export function extractAlarms({ lambda, failures, timeoutSeconds }: WatchedFunction, isDetailed: boolean): AlarmSpec[] {
  const counted = (suffix: string, metricName: MetricName, description: string): AlarmSpec => ({
    ...{ suffix, description, metric: ownMetric(metricName, lambda) },
    ...inADay,
    statistic: "Maximum",
  });
  const consent = {
    metric: ownMetric("ConsentDaysLeft", lambda),
    // An hour counts as good if any run got an answer, even if a catch-up before the login reported a failure.
    statistic: "Maximum",
    below: true,
    window: "latest",
    // Only a run that got an answer knows the value. Until then the last known value holds.
    missing: "ignore",
  } as const;
  const errors = functionErrors(
    "extract",
    lambda,
    "The log also lists what is still missing. The hourly catch-up retries until the day ends, so act only if the alarm stays on.",
  );
  const unstarted = arrivedAlarm(
    "extract-failures",
    "A run failed at every attempt, was throttled for an hour, or could not be started. Its event is in the failure queue. The message and the log give the reason. Catch-ups still run. npx playlake redrive --stack NAME repeats the run and removes the message. Clears after two hours without a new message.",
    failures,
    "hours",
  );
  if (!isDetailed) {
    return [
      errors,
      unstarted,
      counted(
        "extract-attention",
        "NeedsAttention",
        "A run stored what it could, but something needs attention: a playlist is gone or closed to the app (for one that only me includes: since today), days were missed and cannot be recovered, or the run took over 80 % of its timeout. In the log, the line with NeedsAttention lists the causes in its field attention. playlistUnavailable and the run's warnings give details. Clears within a day of a run without a problem.",
      ),
      {
        ...consent,
        suffix: "consent",
        description:
          "The Spotify user's consent ends within a month, or has already ended. Once it has ended, nothing is stored. Log in again: npx playlake login --stack NAME. Clears with the first run that Spotify answers.",
        threshold: consentWarningDays,
      },
    ];
  }
  return [
    errors,
    unstarted,
    ...functionLimits("extract", lambda, timeoutSeconds),
    counted(
      "playlists-unavailable",
      "PlaylistsUnavailable",
      "A playlist is gone or closed to the app. It is no longer stored; the other playlists are. playlistUnavailable in the log names it and the likely cause. Restore the app's access, or remove the playlist from the config. One that only me includes is counted only on its first such day.",
    ),
    counted(
      "days-missed",
      "DaysMissed",
      "Days, or some of their playlists, were not stored and cannot be recovered. The run's warnings in the log name them. The log of those days gives the reason.",
    ),
    {
      ...consent,
      suffix: "consent-ending",
      description:
        "The Spotify user's consent ends within a month. After that, nothing is stored. Log in again: npx playlake login --stack NAME.",
      threshold: consentWarningDays,
    },
    {
      ...consent,
      suffix: "consent-ended",
      description:
        "The Spotify user's consent has ended. Nothing is stored until you log in again: npx playlake login --stack NAME. Clears with the first run that Spotify answers.",
      threshold: 1,
    },
  ];
}

/** What can go wrong with the transformer. */
export function transformAlarms(
  { lambda, failures, timeoutSeconds }: WatchedFunction,
  isDetailed: boolean,
): AlarmSpec[] {
  const counted = (suffix: string, metricName: MetricName, description: string): AlarmSpec => ({
    ...{ suffix, description, metric: ownMetric(metricName, lambda) },
    ...inADay,
  });
  const waiting = waitingAlarm(
    "transform-failures",
    "A raw object was not transformed, or its day could not be registered in the catalog (notVisible in the log). Its event stays in the failure queue for 14 days. The message and the log give the reason. Fix the cause, then run: npx playlake redrive --stack NAME.",
    failures,
  );
  if (!isDetailed) {
    return [
      waiting,
      counted(
        "transform-attention",
        "NeedsAttention",
        "Something in the raw objects needs your attention: an object is not a Spotify response, entries have neither id nor URI, or a transform took over 80 % of its timeout. In the log, the line with NeedsAttention lists the causes in its field attention. notTransformed names the objects; the query rejected-items shows the entries. Everything else is in the tables. Clears a day after the last such object.",
      ),
    ];
  }
  return [
    waiting,
    functionErrors("transform", lambda, "Lambda retries twice. An event that still fails goes to the failure queue."),
    ...functionLimits("transform", lambda, timeoutSeconds),
    counted(
      "rows-rejected",
      "RowsRejected",
      "Spotify served entries with neither id nor URI. They cannot be read; all others are in the tables. The query rejected-items shows them as served. If there are many, Spotify has changed its format. Raw objects are kept, so a later version can write these days again.",
    ),
    counted(
      "objects-refused",
      "ObjectsRefused",
      "A raw object is not a Spotify response, so no rows were made from it. notTransformed in the log names the object and what it holds. Its event is in the failure queue.",
    ),
  ];
}

function functionErrors(what: string, lambda: aws.lambda.Function, remedy: string): AlarmSpec {
  return {
    suffix: `${what}-errors`,
    description: `An invocation of the ${what} function failed. Its log gives the reason. ${remedy}`,
    metric: lambdaMetric("Errors", lambda),
    ...inHours,
  };
}

function functionLimits(what: string, lambda: aws.lambda.Function, timeoutSeconds: pulumi.Output<number>): AlarmSpec[] {
  return [
    {
      suffix: `${what}-throttles`,
      description: `Lambda did not start the ${what} function, because the account's concurrency is used up. Lambda retries for an hour. Request a higher quota, or reserve concurrency for the function.`,
      metric: lambdaMetric("Throttles", lambda),
      ...inHours,
    },
    {
      suffix: `${what}-duration`,
      description: `The ${what} function took over 80 % of its timeout. Raise timeoutSeconds (Lambda's limit is 900) or memoryMiB (CPU scales with it).`,
      metric: lambdaMetric("Duration", lambda),
      statistic: "Maximum",
      threshold: timeoutSeconds.apply((seconds) => seconds * 1000 * timeoutShare),
      window: "hours",
    },
  ];
}

/** No run has completed its day for too long. */
export function runOverdue(lambda: aws.lambda.Function, hours: pulumi.Output<number | undefined>): OverdueSpec {
  return {
    suffix: "run-overdue",
    description:
      "No run has completed its day within the time that the schedule leaves between two runs. Check whether the schedules are enabled, then the function's log and the failure queue. npx playlake run --stack NAME starts a run now; a day can be stored until it ends. Does not fire before the first successful run.",
    success: ownMetric("RunSucceeded", lambda),
    hours,
  };
}

/** No raw object has become visible for too long, though each run day stores some. */
export function transformOverdue(lambda: aws.lambda.Function, hours: pulumi.Output<number | undefined>): OverdueSpec {
  return {
    suffix: "transform-overdue",
    description:
      "No raw object has been transformed and made visible within the time that the schedule leaves between two runs. If run-overdue does not fire, raw objects are stored but their events do not arrive: check the raw bucket's notification or the EventBridge rule, the function's permission, then its log. Raw objects are kept: npx playlake replay --stack NAME writes the missing tables. Does not fire before the first transform.",
    success: ownMetric("ObjectsTransformed", lambda),
    hours,
  };
}

/** A crawl failed, or could not be started. */
export function crawlFailures(queue: aws.sqs.Queue): AlarmSpec {
  return arrivedAlarm(
    "crawl-failures",
    "A crawl failed or could not be started. The message in the queue and the log group /aws-glue/crawlers give the reason. npx playlake crawl --stack NAME crawls again; npx playlake redrive --stack NAME does the same and removes the message. Days that the transformer registered can be queried anyway. Clears within a day unless another crawl fails.",
    queue,
    "day",
  );
}

/** No crawl has succeeded for too long. */
export function crawlOverdue(rule: aws.cloudwatch.EventRule, hours: pulumi.Output<number | undefined>): OverdueSpec {
  return {
    suffix: "crawl-overdue",
    description:
      "No crawl has succeeded within the time that the schedule leaves between two crawls. Check whether the schedule is enabled, then the log group /aws-glue/crawlers. npx playlake crawl --stack NAME crawls now. Glue may lose the event of a crawl that succeeded; then the next crawl clears the alarm. Does not fire before the first crawl, or if the schedule leaves a week or more between crawls.",
    success: ruleMetric(rule),
    hours,
  };
}

/** Athena reports that a statement of the compact copy failed. */
export function compactFailed(rule: aws.cloudwatch.EventRule): AlarmSpec {
  return {
    suffix: "compact-failed",
    description:
      "The statement that updates the compact copy of the history failed or was cancelled. The copy is out of date; the tables and views are not. The history of its workgroup in Athena gives the reason. The next run covers the last 14 days. If the copy is older, run the query compact-whole-history in that workgroup.",
    metric: ruleMetric(rule),
    ...inADay,
  };
}

/** A statement of the compact copy could not be started. */
export function compactFailures(queue: aws.sqs.Queue): AlarmSpec {
  return arrivedAlarm(
    "compact-failures",
    "The statement that updates the compact copy of the history could not be started for an hour. The message gives the reason. The next run covers the last 14 days. npx playlake redrive --stack NAME runs the statement now and removes the message.",
    queue,
    "day",
  );
}

/** No statement of the compact copy has succeeded for too long. */
export function compactOverdue(rule: aws.cloudwatch.EventRule, hours: pulumi.Output<number | undefined>): OverdueSpec {
  return {
    suffix: "compact-overdue",
    description:
      "The compact copy of the history has not been updated within the time that its schedule leaves between two runs. The copy is out of date; the tables and views are not. Check whether the schedule is enabled, then its workgroup's history in Athena. Athena may lose the event of a run that succeeded; then the next run clears the alarm. Does not fire before the first run, or if the schedule leaves a week or more between runs.",
    success: ruleMetric(rule),
    hours,
  };
}

/** A digest failed on every try, or could not be started. */
export function digestFailures(queue: aws.sqs.Queue): AlarmSpec {
  return arrivedAlarm(
    "digest-failures",
    "A digest failed on every try, or could not be started. The message in the queue and the function's log say why. No change is lost: the next digest has it too. npx playlake redrive --stack NAME sends it now and removes the message. Clears within a day.",
    queue,
    "day",
  );
}
