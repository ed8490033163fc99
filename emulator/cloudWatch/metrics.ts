import type { LogLine } from "../lambda";
import { parseJson } from "../resources";

interface MetricId {
  namespace: string;
  metricName: string;
  dimensions: Readonly<Record<string, string>>;
}

export interface Sample extends MetricId {
  value: number;
  timestampMs: number;
}

export interface MetricSummary extends MetricId {
  samples: number;
  sum: number;
  minimum: number;
  maximum: number;
}

/** In CloudWatch, each combination of name and dimensions is a separate metric. */
function keyOf({ namespace, metricName, dimensions }: MetricId): string {
  const named = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, metricName, named]);
}

export type MetricStore = ReturnType<typeof createMetricStore>;

export function createMetricStore() {
  const samples = new Map<string, Sample[]>();
  return {
    put(sample: Sample): void {
      const key = keyOf(sample);
      const known = samples.get(key);
      if (known === undefined) samples.set(key, [sample]);
      else known.push(sample);
    },
    /** The values of a metric with exactly these dimensions, from one instant (inclusive) to another (exclusive). */
    values: (metric: MetricId, fromMs: number, toMs: number): number[] =>
      (samples.get(keyOf(metric)) ?? [])
        .filter(({ timestampMs }) => timestampMs >= fromMs && timestampMs < toMs)
        .map(({ value }) => value),
    /** Every metric that has a value, sorted by name. */
    summaries: (): MetricSummary[] =>
      [...samples]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, list]) => {
          const { namespace, metricName, dimensions } = list[0] as Sample;
          const values = list.map(({ value }) => value);
          return {
            ...{ namespace, metricName, dimensions },
            samples: values.length,
            sum: values.reduce((total, value) => total + value, 0),
            minimum: Math.min(...values),
            maximum: Math.max(...values),
          };
        }),
  };
}

interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string; Unit?: string }[];
}

/**
 * The values that CloudWatch extracts from a log line in the embedded metric format; empty for any other line. As in
 * CloudWatch, a malformed line has no values either.
 */
export function readMetricsLine(line: string): Sample[] {
  if (!line.startsWith("{") || !line.includes('"_aws"')) return [];
  const record = (parseJson(line) ?? {}) as Record<string, unknown>;
  const { Timestamp, CloudWatchMetrics } = (record._aws ?? {}) as { Timestamp?: unknown; CloudWatchMetrics?: unknown };
  if (typeof Timestamp !== "number" || !Array.isArray(CloudWatchMetrics)) return [];
  return (CloudWatchMetrics as Directive[]).flatMap((directive) => samplesOf(record, directive, Timestamp));
}

function samplesOf(record: Record<string, unknown>, directive: Directive, timestampMs: number): Sample[] {
  const { Namespace: namespace, Dimensions, Metrics } = directive;
  return Dimensions.flatMap((names) => {
    const dimensions = Object.fromEntries(names.map((name) => [name, String(record[name])]));
    // A metric whose dimension has no value is dropped.
    if (names.some((name) => typeof record[name] !== "string")) return [];
    return Metrics.flatMap(({ Name: metricName }) => {
      const values = [record[metricName]].flat().filter((value): value is number => typeof value === "number");
      return values.map((value) => ({ namespace, metricName, dimensions, value, timestampMs }));
    });
  });
}

/**
 * A function's Lambda metrics, read from the lines that Lambda writes around each invocation in the format "Text".
 * Throttles do not occur: only a function's own reservation limits it.
 */
export function readLambdaLine({ functionName, line }: LogLine, timestampMs: number): Sample[] {
  const sample = (metricName: string, value: number) => ({
    ...{ namespace: "AWS/Lambda", metricName, dimensions: { FunctionName: functionName } },
    ...{ value, timestampMs },
  });
  if (line.startsWith("START RequestId: ")) return [sample("Invocations", 1)];
  const durationMs = /^REPORT RequestId: .*?\tDuration: ([\d.]+) ms\t/.exec(line)?.[1];
  if (durationMs === undefined) return [];
  return [sample("Duration", Number(durationMs)), sample("Errors", /\tStatus: /.test(line) ? 1 : 0)];
}
