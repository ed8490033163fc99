// CloudWatch alarms: how far they look back, and what they make of hours without data.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDetail } from "../arguments/rules";

/** How a component reports faults. */
export interface AlarmArgs {
  /** ARNs of SNS topics that get a message when an alarm fires. @default none: alarms are seen in CloudWatch only */
  alarmTopicArns?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * How many alarms there are. `default` combines causes that need the same reaction, and stays within the ten alarm metrics
   * that CloudWatch has free for ever. `detailed` has one for each cause, at $0.10 a month each beyond these ten.
   * @default "default"
   */
  alarms?: AlarmDetail;
}

/** A metric, by its full name. */
export interface Metric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
}

/** What an alarm looks back on. Periods are 10 s, 30 s or whole minutes; the whole at most a day if they are short. */
const windows = {
  /** The last five minutes: for what stays until somebody acts. */
  now: { period: 300, evaluationPeriods: 1, datapointsToAlarm: 1 },
  /** Two hours, so that a fault that each hourly catch-up meets again is one alarm, not one an hour. */
  hours: { period: 3600, evaluationPeriods: 2, datapointsToAlarm: 1 },
  /** A day, for what is reported once a day: it stays up until the next day's run can clear it. */
  day: { period: 3600, evaluationPeriods: 24, datapointsToAlarm: 1 },
  /** The last value, however old: only with `missing: "ignore"`. */
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
  /** It fires at this value and above it; with `below`, under it. */
  threshold: pulumi.Input<number>;
  /** @default false */
  below?: boolean;
  window: keyof typeof windows;
  /**
   * What a period without data stands for. Functions that run some minutes a day leave most periods empty: that is not a
   * fault (`notBreaching`), or leaves things as they were (`ignore`).
   * @default "notBreaching"
   */
  missing?: "notBreaching" | "ignore";
}

/** An alarm on something that should come again and again, and doesn't. */
export interface OverdueSpec {
  suffix: string;
  description: string;
  /** Has a value of 1 or more when it came, and none otherwise. */
  success: Metric;
  /** So many hours without a success are too many; undefined: more than an alarm can look back on. */
  hours: pulumi.Output<number | undefined>;
}

/** A component's alarms as they are made. */
export interface Alarms {
  readonly isDetailed: boolean;
  add(spec: AlarmSpec): void;
  addOverdue(spec: OverdueSpec): void;
  /** Their ARNs, in the order in which they were made. */
  readonly arns: pulumi.Output<string>[];
}

/** Makes alarms named `NAME-alarm-SUFFIX`. */
export function createAlarms(name: string, { alarmTopicArns, alarms }: AlarmArgs, parent: pulumi.Resource): Alarms {
  // None when all is well again: a new stack's first "OK" of each alarm would be a message too.
  const alarmActions = alarmTopicArns ?? [];
  const arns: pulumi.Output<string>[] = [];
  const create = (suffix: string, args: aws.cloudwatch.MetricAlarmArgs) => {
    const alarm = new aws.cloudwatch.MetricAlarm(`${name}-alarm-${suffix}`, { ...args, alarmActions }, { parent });
    arns.push(alarm.arn);
  };
  return {
    arns,
    isDetailed: alarms === "detailed",
    add: (spec) => create(spec.suffix, metricArgs(spec)),
    addOverdue: (spec) => create(spec.suffix, { ...overdueArgs(spec), insufficientDataActions: alarmActions }),
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
 * Silence is the fault. The metric has values for successes only, so the alarm is OK while there is one in the hours that it
 * looks back on, and turns to INSUFFICIENT_DATA when there is none: that is what it reports. A new alarm begins in that
 * state, and CloudWatch acts on changes of the state only, so a new stack is quiet until its first success. No second alarm
 * that remembers whether there was a try, and no composite of the two, is needed.
 */
function overdueArgs({ description, success, hours }: OverdueSpec) {
  return {
    alarmDescription: description,
    ...success,
    period: 3600,
    evaluationPeriods: hours.apply((count) => count ?? 1),
    datapointsToAlarm: hours.apply((count) => count ?? 1),
    statistic: "Sum",
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    treatMissingData: "missing",
    // Beyond a week CloudWatch cannot look back: there the alarm would only report each gap.
    actionsEnabled: hours.apply((count) => count !== undefined),
  };
}
