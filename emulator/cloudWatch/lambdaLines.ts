import type { LogLine } from "../lambda";
import type { Sample } from "./metricStore";

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
