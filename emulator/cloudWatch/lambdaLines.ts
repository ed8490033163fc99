import type { LogLine } from "../lambda";
import type { Sample } from "./metricStore";

/**
 * The metrics that Lambda keeps of a function, read from the lines that it writes itself around each invocation, in the
 * format "Text". Throttles don't come up here: nothing limits a function but its own reservation.
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
