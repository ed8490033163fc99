// CloudWatch alarms: how far they look back, and how they treat hours without data.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmDetail } from "../arguments/rules";
import { localStack } from "../stack/naming";

/** How a component reports faults. */
interface AlarmArgs {
  /** ARNs of SNS topics that get a message when an alarm fires. @default none: alarms are seen in CloudWatch only */
  alarmTopicArns?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * How many alarms there are. `default` combines causes that need the same reaction, and stays within the ten alarm metrics
   * that CloudWatch does not charge for. `detailed` has one for each cause, at $0.10 a month each beyond these ten.
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

/** How far an alarm looks back. Periods are 10 s, 30 s or whole minutes. With short periods the total is at most a day. */
const windows = {
  /** The last five minutes: for a state that stays until someone acts. */
  now: { period: 300, evaluationPeriods: 1, datapointsToAlarm: 1 },
  /** Two hours. A fault that every hourly catch-up repeats is then one alarm, not one an hour. */
  hours: { period: 3600, evaluationPeriods: 2, datapointsToAlarm: 1 },
  /** A day, for what is reported once a day: the alarm stays on until the next day's run can clear it. */
  day: { period: 3600, evaluationPeriods: 24, datapointsToAlarm: 1 },
  /** The last value, however old: only with `missing: "ignore"`. */
  latest: { period: 3600, evaluationPeriods: 1, datapointsToAlarm: 1 },
} as const;

/** An alarm on one metric. */
export interface AlarmSpec {
  /** Ends the alarm's name. */
  suffix: string;
  /** What it means, and what to do. Commands have the option `--stack NAME`. */
  description: string;
  metric: Metric;
  statistic: "Sum" | "Maximum" | "Minimum";
  /** The alarm fires at this value or above; with `below`, under it. */
  threshold: pulumi.Input<number>;
  /** @default false */
  below?: boolean;
  window: keyof typeof windows;
  /**
   * How a period without data counts. Functions that run a few minutes a day leave most periods empty. Either that is not
   * a fault (`notBreaching`), or the alarm keeps its state (`ignore`).
   * @default "notBreaching"
   */
  missing?: "notBreaching" | "ignore";
}

/** An alarm on something that should recur and does not. */
export interface OverdueSpec {
  suffix: string;
  description: string;
  /** Has a value of 1 or more after a success, and no value otherwise. */
  success: Metric;
  /** The alarm fires after this many hours without a success. Undefined if that is longer than an alarm can look back. */
  hours: pulumi.Output<number | undefined>;
}

/** Creates and collects a component's alarms. */
export interface Alarms {
  readonly isDetailed: boolean;
  add(spec: AlarmSpec): void;
  addOverdue(spec: OverdueSpec): void;
  /** The alarms' ARNs, in the order of creation. */
  readonly arns: pulumi.Output<string>[];
}

/** Makes alarms named `NAME-alarm-SUFFIX`. */
export function createAlarms(name: string, { alarmTopicArns, alarms }: AlarmArgs, parent: pulumi.Resource): Alarms {
  // No message on recovery: the first "OK" of every alarm in a new stack would be a message too.
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

/** The description with commands for this stack. They need no option in a local run. */
function withStack(description: string): string {
  const stack = pulumi.getStack();
  return description.replaceAll(" --stack NAME", stack === localStack ? "" : ` --stack ${stack}`);
}

function metricArgs({ description, metric, statistic, threshold, below, window, missing }: AlarmSpec) {
  return {
    alarmDescription: withStack(description),
    ...metric,
    ...windows[window],
    statistic,
    comparisonOperator: below ? "LessThanThreshold" : "GreaterThanOrEqualToThreshold",
    threshold,
    treatMissingData: missing ?? "notBreaching",
  };
}

/**
 * The fault is missing data. The metric has values for successes only. The alarm is OK while there is a value in the hours
 * that it looks back on. Otherwise it turns to INSUFFICIENT_DATA, and that state sends the message. A new alarm begins in
 * that state, and CloudWatch acts on changes of state only, so a new stack sends nothing before its first success. No second
 * alarm has to record whether there was a try.
 */
function overdueArgs({ description, success, hours }: OverdueSpec) {
  return {
    alarmDescription: withStack(description),
    ...success,
    period: 3600,
    evaluationPeriods: hours.apply((count) => count ?? 1),
    datapointsToAlarm: hours.apply((count) => count ?? 1),
    statistic: "Sum",
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    treatMissingData: "missing",
    // CloudWatch cannot look back more than a week: beyond that the alarm would report every gap.
    actionsEnabled: hours.apply((count) => count !== undefined),
  };
}
