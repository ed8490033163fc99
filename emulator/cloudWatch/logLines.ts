import type { LogLine } from "../lambda";
import { parseJson } from "../resources";
import type { Sample } from "./metricStore";

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
