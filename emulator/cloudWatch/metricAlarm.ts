import { type Resource, titleOf } from "../resources";
import type { MetricStore } from "./metrics";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

const treatments = { notBreaching: true, ignore: true, missing: true };

const statistics = {
  Sum: (values: readonly number[]) => values.reduce((total, value) => total + value, 0),
  Maximum: (values: readonly number[]) => Math.max(...values),
};

const comparisons = {
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
};

export type MetricAlarm = ReturnType<typeof readMetricAlarm>;

/**
 * Reads a declared alarm.
 * @throws one line, for an alarm that CloudWatch refuses or that is not modelled
 */
export function readMetricAlarm(resource: Resource<"aws:cloudwatch/metricAlarm:MetricAlarm">) {
  const { inputs, outputs } = resource;
  const { namespace = "", metricName = "", dimensions = {}, period = 0, evaluationPeriods = 0, threshold = 0 } = inputs;
  const at = titleOf(resource);
  if (inputs.metricQueries !== undefined) throw new Error(`${at}: metricQueries are not modelled by the local run`);
  const missing = inputs.treatMissingData ?? "missing";
  return {
    name: outputs.name,
    description: inputs.alarmDescription ?? "",
    namespace,
    metricName,
    dimensions,
    periodSeconds: period,
    evaluationPeriods,
    datapointsToAlarm: inputs.datapointsToAlarm ?? evaluationPeriods,
    statistic: known(at, "statistic", inputs.statistic, statistics),
    comparison: known(at, "comparisonOperator", inputs.comparisonOperator, comparisons),
    threshold,
    actsOnSilence: inputs.insufficientDataActions !== undefined && inputs.actionsEnabled !== false,
    missing: known(at, "treatMissingData", missing, treatments),
  };
}

function known<T extends object>(at: string, property: string, value: unknown, table: T): keyof T {
  if (Object.hasOwn(table, String(value))) return value as keyof T;
  throw new Error(`${at}: ${property}: got ${JSON.stringify(value)}, expected one of ${Object.keys(table).join(", ")}`);
}

/**
 * The state of an alarm at an instant, from the periods before it. CloudWatch fetches more periods than it evaluates, and
 * uses them if data is missing. How many is not documented, so this uses none.
 */
export function evaluateAlarm(alarm: MetricAlarm, store: MetricStore, atMs: number, before: AlarmState): AlarmState {
  const breaching = breachesOf(alarm, store, atMs);
  const count = (wanted: boolean | undefined) => breaching.filter((one) => one === wanted).length;
  const good = count(false);
  const { missing, datapointsToAlarm, evaluationPeriods } = alarm;
  if (count(true) >= datapointsToAlarm) return "ALARM";
  if (missing === "notBreaching") return "OK";
  if (missing === "ignore") return evaluationPeriods - good < datapointsToAlarm ? "OK" : before;
  if (count(undefined) === evaluationPeriods) return "INSUFFICIENT_DATA";
  // All known periods breach, and the oldest of them is old enough.
  return good === 0 && breaching.lastIndexOf(true) >= datapointsToAlarm - 1 ? "ALARM" : "OK";
}

/** For each period, the latest first, whether it breaches; undefined if it has no data. */
function breachesOf(alarm: MetricAlarm, store: MetricStore, atMs: number): (boolean | undefined)[] {
  const periodMs = alarm.periodSeconds * 1000;
  return Array.from({ length: alarm.evaluationPeriods }, (_, i) => {
    // A value at the instant itself belongs to the latest period.
    const endMs = atMs + 1 - i * periodMs;
    const values = store.values(alarm, endMs - periodMs, endMs);
    if (values.length === 0) return undefined;
    return comparisons[alarm.comparison](statistics[alarm.statistic](values), alarm.threshold);
  });
}
