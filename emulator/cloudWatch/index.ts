// The local CloudWatch: the metrics of the run and the program's alarms, by CloudWatch's rules and the run's clock.
import type { LogLine } from "../lambda";
import { ofType, type Registered } from "../resources";
import { type AlarmState, evaluateAlarm, readMetricAlarm } from "./metricAlarm";
import { createMetricStore, readLambdaLine, readMetricsLine } from "./metrics";

export type { MetricSummary } from "./metrics";

export interface AlarmReport {
  name: string;
  description: string;
  state: AlarmState;
  /** When it fired, ISO 8601: when it entered ALARM, or INSUFFICIENT_DATA if it has an action for that. */
  firedAt: string[];
}

interface CloudWatchOptions {
  resources: readonly Registered[];
  now: () => Date;
  /** How many messages are in a queue, by its ARN. */
  messages: (queueArn: string) => number;
}

/**
 * The local CloudWatch. It only knows the current run.
 * @throws one line for an alarm that CloudWatch refuses or that is not modelled
 */
export function createCloudWatch({ resources, now, messages }: CloudWatchOptions) {
  const alarms = ofType(resources, "aws:cloudwatch/metricAlarm:MetricAlarm").map((resource) => {
    const alarm = readMetricAlarm(resource);
    const { name, description } = alarm;
    const report: AlarmReport = { name, description, state: "INSUFFICIENT_DATA", firedAt: [] };
    return { alarm, report };
  });
  const queues = ofType(resources, "aws:sqs/queue:Queue").map(({ outputs: { name, arn } }) => ({ name, arn }));
  const store = createMetricStore();

  function put(namespace: string, metricName: string, dimensions: Record<string, string>, value: number): void {
    store.put({ namespace, metricName, dimensions, value, timestampMs: now().getTime() });
  }

  return {
    logged: (line: LogLine): void => {
      for (const sample of [...readMetricsLine(line.line), ...readLambdaLine(line, now().getTime())]) store.put(sample);
    },
    /** Counts that an EventBridge rule matched an event. */
    triggered: (rule: string): void => put("AWS/Events", "TriggeredRules", { RuleName: rule }, 1),
    sent: (queueArn: string): void =>
      put("AWS/SQS", "NumberOfMessagesSent", { QueueName: queueArn.split(":").at(-1) ?? "" }, 1),
    evaluate: (): void => {
      for (const { name, arn } of queues) {
        put("AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: name }, messages(arn));
      }
      // After the metrics: one that is later than the evaluation would not be seen.
      const at = now();
      for (const { alarm, report } of alarms) {
        const state = evaluateAlarm(alarm, store, at.getTime(), report.state);
        // CloudWatch acts on state changes. A new alarm begins in INSUFFICIENT_DATA.
        const acts = state === "ALARM" || (state === "INSUFFICIENT_DATA" && alarm.actsOnSilence);
        if (acts && state !== report.state) report.firedAt.push(at.toISOString());
        report.state = state;
      }
    },
    metrics: store.summaries,
    /** Sorted by name. */
    alarms: (): AlarmReport[] =>
      structuredClone(alarms.map(({ report }) => report)).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
