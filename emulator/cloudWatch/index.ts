// The local CloudWatch: the metrics of the run and the program's alarms, by CloudWatch's rules and the run's clock.
import type { LogLine } from "../lambda";
import { ofType, type Registered } from "../resources";
import { type AlarmState, evaluateAlarm, type MetricAlarm, readMetricAlarm } from "./metricAlarm";
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
  messages: (queueArn: string) => Promise<number>;
}

export type CloudWatch = ReturnType<typeof createCloudWatch>;

/**
 * The local CloudWatch. It only knows the current run.
 * @throws one line for an alarm that CloudWatch refuses or that is not modelled
 */
export function createCloudWatch({ resources, now, messages }: CloudWatchOptions) {
  const metricAlarms = ofType(resources, "aws:cloudwatch/metricAlarm:MetricAlarm").map(readMetricAlarm);
  const queues = ofType(resources, "aws:sqs/queue:Queue").map(({ outputs: { name, arn } }) => ({ name, arn }));
  const store = createMetricStore();
  const states = new Map<string, AlarmState>();
  const firedAt = new Map<string, string[]>();

  function stateOf(name: string): AlarmState {
    return states.get(name) ?? "INSUFFICIENT_DATA";
  }

  function enter({ name, actsOnSilence }: MetricAlarm, state: AlarmState, at: Date): void {
    // CloudWatch acts on state changes. A new alarm begins in INSUFFICIENT_DATA.
    const acts = state === "ALARM" || (state === "INSUFFICIENT_DATA" && actsOnSilence);
    if (acts && state !== stateOf(name)) firedAt.set(name, [...(firedAt.get(name) ?? []), at.toISOString()]);
    states.set(name, state);
  }

  function putQueueMetric(metricName: string, QueueName: string, value: number): void {
    store.put({ namespace: "AWS/SQS", metricName, dimensions: { QueueName }, value, timestampMs: now().getTime() });
  }

  return {
    logged: (line: LogLine): void => {
      for (const sample of [...readMetricsLine(line.line), ...readLambdaLine(line, now().getTime())]) store.put(sample);
    },
    /** Counts that an EventBridge rule matched an event. */
    triggered: (rule: string): void => {
      const metric = { namespace: "AWS/Events", metricName: "TriggeredRules", dimensions: { RuleName: rule } };
      store.put({ ...metric, value: 1, timestampMs: now().getTime() });
    },
    sent: (queueArn: string): void => putQueueMetric("NumberOfMessagesSent", queueArn.split(":").at(-1) ?? "", 1),
    evaluate: async (): Promise<void> => {
      for (const { name, arn } of queues) {
        putQueueMetric("ApproximateNumberOfMessagesVisible", name, await messages(arn));
      }
      // After the metrics: one that is later than the evaluation would not be seen.
      const at = now();
      for (const alarm of metricAlarms) {
        enter(alarm, evaluateAlarm(alarm, store, at.getTime(), stateOf(alarm.name)), at);
      }
    },
    metrics: store.summaries,
    /** Sorted by name. */
    alarms: (): AlarmReport[] =>
      metricAlarms
        .map(({ name, description }) => ({ name, description, state: stateOf(name), firedAt: firedAt.get(name) ?? [] }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
