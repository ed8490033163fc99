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

/** Messages that wait in a failure queue: the alarm stays up until they are redriven. */
function waitingAlarm(suffix: string, description: string, queue: aws.sqs.Queue): AlarmSpec {
  const metric = {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queue.name },
  };
  return { suffix, description, metric, statistic: "Maximum", threshold: 1, window: "now" };
}

/** Messages that arrived in a failure queue: the alarm clears by itself, for failures that a later try makes up for. */
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
export interface WatchedFunction {
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
    "What is missing is named there. The hourly catch-up tries again until the day ends, so act only if this stays.",
  );
  const unstarted = arrivedAlarm(
    "extract-failures",
    "A run failed to its last try, was throttled for an hour, or could not be started at all: its event is in the failure queue. The message and the log say why. Catch-ups go on without it; playlake redrive --stack NAME runs it again and removes the message. Clears when two hours bring no further message.",
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
        "A run stored what it could, but something needs attention: a playlist is gone or closed to the app, days were missed and cannot be recovered, or the run took over 80 % of its timeout. The log line with NeedsAttention lists the causes in its field attention; playlistUnavailable and the run's warnings give details. Clears within a day of the first run that finds nothing.",
      ),
      {
        ...consent,
        suffix: "consent",
        description:
          "The Spotify user's consent ends within a month, or has ended: then nothing is stored. Log in again: playlake login --stack NAME. Clears with the first run that Spotify answers.",
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
      "A playlist is gone or closed to the app: it is no longer stored, the others are. The log's playlistUnavailable names it and the likely cause. Fix its access, or remove it from the playlists.",
    ),
    counted(
      "days-missed",
      "DaysMissed",
      "Days, or playlists of them, were not stored and cannot be recovered. The run's warnings in the log name them; the log of those days says why.",
    ),
    {
      ...consent,
      suffix: "consent-ending",
      description:
        "The Spotify user's consent ends within a month, and the runs with it. Log in again: playlake login --stack NAME.",
      threshold: consentWarningDays,
    },
    {
      ...consent,
      suffix: "consent-ended",
      description:
        "The user's consent has ended: nothing is stored until somebody logs in again: playlake login --stack NAME. Clears with the first run that Spotify answers.",
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
    "A raw object was not transformed, or its day could not be registered in the catalog (notVisible in the log): its event waits in the failure queue, for 14 days. The message and the log say why. Fix the cause, then: playlake redrive --stack NAME.",
    failures,
  );
  if (!isDetailed) {
    return [
      waiting,
      counted(
        "transform-attention",
        "NeedsAttention",
        "Something in the raw objects needs attention: an object is not a Spotify response, entries have neither id nor address, or a transform took over 80 % of its timeout. The log line with NeedsAttention lists the causes in its field attention; notTransformed names objects, the query rejected-items shows entries. Everything else is in the tables. Clears a day after the last such object.",
      ),
    ];
  }
  return [
    waiting,
    functionErrors("transform", lambda, "Lambda tries twice more; what still fails is in the failure queue."),
    ...functionLimits("transform", lambda, timeoutSeconds),
    counted(
      "rows-rejected",
      "RowsRejected",
      "Spotify served entries that could not be read: neither id nor address. All others are in the tables; the query rejected-items shows these as they came. If they are many, Spotify has changed its form: raw is kept, so a later version can write these days again.",
    ),
    counted(
      "objects-refused",
      "ObjectsRefused",
      "A raw object is not a Spotify response, and no rows were made of it. The log's notTransformed names it and says what was found. Its event is in the failure queue.",
    ),
  ];
}

function functionErrors(what: string, lambda: aws.lambda.Function, remedy: string): AlarmSpec {
  return {
    suffix: `${what}-errors`,
    description: `An invocation of the ${what} function failed. Its log says why. ${remedy}`,
    metric: lambdaMetric("Errors", lambda),
    ...inHours,
  };
}

function functionLimits(what: string, lambda: aws.lambda.Function, timeoutSeconds: pulumi.Output<number>): AlarmSpec[] {
  return [
    {
      suffix: `${what}-throttles`,
      description: `Lambda refused to start the ${what} function: the account's concurrency is used up. Lambda tries again for an hour; ask for a higher quota, or reserve concurrency.`,
      metric: lambdaMetric("Throttles", lambda),
      ...inHours,
    },
    {
      suffix: `${what}-duration`,
      description: `The ${what} function took over 80 % of its timeout. Raise timeoutSeconds (Lambda's limit is 900) or memoryMiB, with which CPU scales.`,
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
      "No run has completed its day for longer than the schedule leaves between two runs. Check whether the schedules are enabled, then the function's log and the failure queue. playlake run --stack NAME runs it now; a day can be stored until it ends. Quiet until the first run that succeeds.",
    success: ownMetric("RunSucceeded", lambda),
    hours,
  };
}

/** No raw object has become visible for too long, though each run day stores some. */
export function transformOverdue(lambda: aws.lambda.Function, hours: pulumi.Output<number | undefined>): OverdueSpec {
  return {
    suffix: "transform-overdue",
    description:
      "No raw object has been transformed and made visible for longer than the schedule leaves between two runs. If run-overdue is quiet, raw is stored but its events do not arrive: check the raw bucket's notification or the rule, the function's permission, then its log. Raw is kept: playlake replay --stack NAME makes up for it. Quiet until the first transform.",
    success: ownMetric("ObjectsTransformed", lambda),
    hours,
  };
}

/** A crawl failed, or could not be started. */
export function crawlFailures(queue: aws.sqs.Queue): AlarmSpec {
  return arrivedAlarm(
    "crawl-failures",
    "A crawl failed or could not be started. The message in the queue and the log group /aws-glue/crawlers say why. playlake crawl --stack NAME tries again; playlake redrive --stack NAME does too, and removes the message. Days that the transformer registers are visible all the same. Clears within a day, until the next crawl that fails.",
    queue,
    "day",
  );
}

/** No crawl has succeeded for too long. */
export function crawlOverdue(rule: aws.cloudwatch.EventRule, hours: pulumi.Output<number | undefined>): OverdueSpec {
  return {
    suffix: "crawl-overdue",
    description:
      "No crawl has succeeded for longer than its schedule leaves between two. Check whether the schedule is enabled, then the log group /aws-glue/crawlers; playlake crawl --stack NAME crawls now. Glue sends its events at best effort, so a lost one can raise this too: the next crawl clears it. Quiet until the first crawl, and if the schedule leaves a week or more.",
    success: ruleMetric(rule),
    hours,
  };
}

/** A statement of the compact copy failed, as Athena reports. */
export function compactFailed(rule: aws.cloudwatch.EventRule): AlarmSpec {
  return {
    suffix: "compact-failed",
    description:
      "The statement that keeps the compact copy of the history failed or was cancelled: the copy lags behind, the tables and views do not. The history of its workgroup in Athena says why. The next run makes up for a fortnight; after longer, run the query compact-whole-history in that workgroup.",
    metric: ruleMetric(rule),
    ...inADay,
  };
}

/** A statement of the compact copy could not be started. */
export function compactFailures(queue: aws.sqs.Queue): AlarmSpec {
  return arrivedAlarm(
    "compact-failures",
    "The statement that keeps the compact copy of the history could not be started for an hour. The message says why. The next run makes up for a fortnight; playlake redrive --stack NAME runs it now and removes the message.",
    queue,
    "day",
  );
}

/** No statement of the compact copy has succeeded for too long. */
export function compactOverdue(rule: aws.cloudwatch.EventRule, hours: pulumi.Output<number | undefined>): OverdueSpec {
  return {
    suffix: "compact-overdue",
    description:
      "The compact copy of the history has not been brought up to date for longer than its schedule leaves between two runs: it lags behind, the tables and views do not. Check whether the schedule is enabled, then its workgroup's history in Athena. Athena sends its events at best effort, so a lost one can raise this too. Quiet until the first run, and if the schedule leaves a week or more.",
    success: ruleMetric(rule),
    hours,
  };
}
