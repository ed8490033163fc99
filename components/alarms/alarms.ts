// CloudWatch alarms: how they look back, and what they make of hours without data.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Whom an alarm tells. */
export interface AlarmArgs {
  /** ARNs of SNS topics that get a message when an alarm goes off. @default alarms tell nobody, and are seen in CloudWatch */
  alarmTopicArns?: pulumi.Input<pulumi.Input<string>[]>;
}

/** A metric, by its full name. */
export interface Metric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
}

/** What an alarm looks back on. Periods are 10 s, 30 s or whole minutes; the whole at most a day where they are short. */
const windows = {
  /** The last five minutes: for what stays until somebody acts. */
  now: { period: 300, evaluationPeriods: 1, datapointsToAlarm: 1 },
  /** Two hours, so that a fault that each hourly catch-up meets again is one alarm, not one an hour. */
  hours: { period: 3600, evaluationPeriods: 2, datapointsToAlarm: 1 },
  /** A day, for what is told once a day: it stays up until the next day's run could tell otherwise. */
  day: { period: 3600, evaluationPeriods: 24, datapointsToAlarm: 1 },
  /** The last value that there was, however old: only with `missing: "ignore"`. */
  latest: { period: 3600, evaluationPeriods: 1, datapointsToAlarm: 1 },
} as const;

/** An alarm on one metric. */
export interface AlarmSpec {
  /** Ends its name. */
  suffix: string;
  /** What it means, and what to do. */
  description: string;
  metric: Metric;
  statistic: "Sum" | "Maximum" | "Minimum";
  /** It goes off at this value and above it; with `below`, under it. */
  threshold: pulumi.Input<number>;
  /** @default false */
  below?: boolean;
  window: keyof typeof windows;
  /**
   * What a period without data stands for. Functions that run some minutes a day leave most periods empty: that is no
   * fault (`notBreaching`), or leaves things as they were (`ignore`).
   * @default "notBreaching"
   */
  missing?: "notBreaching" | "ignore";
}

/** An alarm on something that should come again and again, and doesn't. */
export interface OverdueSpec {
  suffix: string;
  description: string;
  /** Has a value of 1 or more where it came. */
  success: Metric;
  /** Has a value from the first time on that it was tried. */
  tried: Metric;
  /** So many hours without a success are too many; undefined: more than an alarm can look back on. */
  hours: pulumi.Output<number | undefined>;
}

/** A component's alarms as they are made. */
export interface Alarms {
  add(spec: AlarmSpec): void;
  addOverdue(spec: OverdueSpec): void;
  /** The ARNs of those that tell somebody, in the order in which they were made. */
  readonly arns: pulumi.Output<string>[];
}

/** Makes alarms named `NAME-alarm-SUFFIX`. */
export function createAlarms(name: string, { alarmTopicArns }: AlarmArgs, parent: pulumi.Resource): Alarms {
  // None when all is well again: a new stack's first "OK" of each alarm would be a message too.
  const alarmActions = alarmTopicArns ?? [];
  const arns: pulumi.Output<string>[] = [];
  return {
    arns,
    add: (spec) => {
      const alarm = new aws.cloudwatch.MetricAlarm(
        `${name}-alarm-${spec.suffix}`,
        { ...metricArgs(spec), alarmActions },
        { parent },
      );
      arns.push(alarm.arn);
    },
    addOverdue: (spec) => {
      const alarmName = `${name}-alarm-${spec.suffix}`;
      const { success, tried } = overdueParts(alarmName, spec, parent);
      const alarm = new aws.cloudwatch.CompositeAlarm(
        alarmName,
        {
          // It gets no automatic name, but two in an account must differ: it takes what a part's name has more.
          alarmName: success.name.apply((full) => full.replace(`${alarmName}-success`, alarmName)),
          alarmDescription: spec.description,
          alarmRule: pulumi
            .all([success.name, tried.name, spec.hours])
            .apply(([ok, any, hours]) => (hours === undefined ? "FALSE" : `NOT OK("${ok}") AND OK("${any}")`)),
          alarmActions,
        },
        { parent },
      );
      arns.push(alarm.arn);
    },
  };
}

function metricArgs({ description, metric, statistic, threshold, below, window, missing }: AlarmSpec) {
  return {
    alarmDescription: description,
    ...metric,
    ...windows[window],
    statistic,
    comparisonOperator: below ? "LessThanThreshold" : "GreaterThanOrEqualToThreshold",
    threshold,
    treatMissingData: missing ?? "notBreaching",
  };
}

/**
 * The two parts of an overdue alarm, which tell nobody by themselves. Hours without data must count against it, but not
 * before the first try: a stack that is made at noon and runs at six would be red for eighteen hours. So a part of its own
 * remembers that there was a try: its threshold is never met, and missing data leaves it as it was, so that it goes from
 * "insufficient data" to OK with the first value and stays there. The other one is OK as long as there is a success in
 * the hours that it looks back on. Hours without data count in it as hours of failures do: were they left out, a failure
 * after a long silence would put it out, until there were as many hours with failures as it looks back on.
 */
function overdueParts(name: string, { success, tried, hours }: OverdueSpec, parent: pulumi.Resource) {
  const succeeded = new aws.cloudwatch.MetricAlarm(
    `${name}-success`,
    {
      alarmDescription: `A part of ${name}: not OK where there was no success for too long.`,
      ...success,
      period: 3600,
      evaluationPeriods: hours.apply((count) => count ?? 1),
      datapointsToAlarm: hours.apply((count) => count ?? 1),
      statistic: "Sum",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      treatMissingData: hours.apply((count) => (count === undefined ? "missing" : "breaching")),
    },
    { parent },
  );
  const triedOnce = new aws.cloudwatch.MetricAlarm(
    `${name}-tried`,
    {
      alarmDescription: `A part of ${name}: OK from the first try on. It never goes off.`,
      ...tried,
      ...windows.latest,
      statistic: "SampleCount",
      comparisonOperator: "LessThanThreshold",
      threshold: 0,
      treatMissingData: "ignore",
    },
    { parent },
  );
  return { success: succeeded, tried: triedOnce };
}
