// CloudWatch on this machine: the metrics of what runs, and the program's alarms, by CloudWatch's rules over the run's clock.

import type { LogLine } from "../lambda";
import type { Registered } from "../resources";
import { evaluateRule } from "./alarmRule";
import { readLambdaLine } from "./lambdaLines";
import { type AlarmState, evaluateAlarm, type MetricAlarm, readMetricAlarm } from "./metricAlarm";
import { createMetricStore, type MetricSummary } from "./metricStore";
import { readMetricsLine } from "./metricsLine";

export type { MetricSummary } from "./metricStore";

/** An alarm that would tell somebody, and what became of it. */
export interface AlarmReport {
  name: string;
  description: string;
  /** When it was looked at last. */
  state: AlarmState;
  /** The instants at which it went off, ISO 8601. */
  firedAt: string[];
}

export interface CloudWatchOptions {
  resources: readonly Registered[];
  now: () => Date;
  /** How many messages are in a queue, by its ARN. */
  messages: (queueArn: string) => Promise<number>;
}

/** The local CloudWatch. It knows the run that it is part of, nothing from before. */
export interface CloudWatch {
  /** Takes a line of a function's log. */
  logged(line: LogLine): void;
  /** Counts that an EventBridge rule met an event. */
  triggered(rule: string): void;
  /** Looks at every alarm, now. */
  evaluate(): Promise<void>;
  metrics(): MetricSummary[];
  /** Those that stand for themselves, not the parts of others, sorted by name. */
  alarms(): AlarmReport[];
}

interface CompositeAlarm {
  name: string;
  description: string;
  rule: string;
}

/**
 * @throws one line for an alarm that CloudWatch refuses, or that is not modelled
 */
export function createCloudWatch({ resources, now, messages }: CloudWatchOptions): CloudWatch {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const metricAlarms = ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(readMetricAlarm);
  const composites = ofType("aws:cloudwatch/compositeAlarm:CompositeAlarm").map(readCompositeAlarm);
  const parts = partsOf(composites);
  const queues = ofType("aws:sqs/queue:Queue").map(({ outputs }) => ({
    name: String(outputs.name),
    arn: String(outputs.arn),
  }));
  const store = createMetricStore();
  const states = new Map<string, AlarmState>();
  const firedAt = new Map<string, string[]>();

  function stateOf(name: string): AlarmState {
    return states.get(name) ?? "INSUFFICIENT_DATA";
  }

  function enter(name: string, state: AlarmState, at: Date): void {
    if (state === "ALARM" && stateOf(name) !== "ALARM") {
      firedAt.set(name, [...(firedAt.get(name) ?? []), at.toISOString()]);
    }
    states.set(name, state);
  }

  async function countMessages(at: Date): Promise<void> {
    for (const { name, arn } of queues) {
      const metric = { metricName: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: name } };
      store.put({ namespace: "AWS/SQS", ...metric, value: await messages(arn), timestampMs: at.getTime() });
    }
  }

  const reportOf = ({ name, description }: MetricAlarm | CompositeAlarm): AlarmReport => ({
    name,
    description,
    state: stateOf(name),
    firedAt: firedAt.get(name) ?? [],
  });

  return {
    logged: (line) => {
      for (const sample of [...readMetricsLine(line.line), ...readLambdaLine(line, now().getTime())]) store.put(sample);
    },
    triggered: (rule) => {
      const metric = { namespace: "AWS/Events", metricName: "TriggeredRules", dimensions: { RuleName: rule } };
      store.put({ ...metric, value: 1, timestampMs: now().getTime() });
    },
    evaluate: async () => {
      const at = now();
      await countMessages(at);
      for (const alarm of metricAlarms) {
        enter(alarm.name, evaluateAlarm(alarm, store, at.getTime(), stateOf(alarm.name)), at);
      }
      for (const { name, rule } of composites) enter(name, evaluateRule(rule, stateOf) ? "ALARM" : "OK", at);
    },
    metrics: store.summaries,
    alarms: () =>
      [...metricAlarms.filter(({ name }) => !parts.has(name)), ...composites]
        .map(reportOf)
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function readCompositeAlarm({ inputs }: Registered): CompositeAlarm {
  const { alarmName, alarmDescription, alarmRule } = inputs;
  // Read once with no states, so that a wrong rule is told at once.
  evaluateRule(String(alarmRule), () => "INSUFFICIENT_DATA");
  return { name: String(alarmName), description: String(alarmDescription ?? ""), rule: String(alarmRule) };
}

function partsOf(composites: readonly CompositeAlarm[]): Set<string> {
  const parts = new Set<string>();
  for (const { rule } of composites) {
    evaluateRule(rule, (name) => {
      parts.add(name);
      return "OK";
    });
  }
  return parts;
}
