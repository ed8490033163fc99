import { metricDimension, metricNamespace } from "../alarms/metrics";

/** What a line of metrics is made of. */
export interface Measured {
  /** Milliseconds since 1970. */
  timestampMs: number;
  /** The dimension's value. */
  functionName: string;
  /** Values by metric; one that is undefined is not known, and left out. */
  values: { readonly [metric: string]: number | undefined };
  /** Beside the metrics, to find the line by: the request's id for instance. */
  properties: { readonly [name: string]: unknown };
}

/**
 * A record of CloudWatch's embedded metric format: CloudWatch makes metrics of it when it comes as a line of a function's
 * log, so the function's role needs no permission for it. Undefined where no value is known.
 *
 * @param units every metric that may come, with its unit
 */
export function metricsRecord(
  units: { readonly [metric: string]: string },
  { timestampMs, functionName, values, properties }: Measured,
): object | undefined {
  const known = Object.keys(units).filter((name) => values[name] != null);
  if (known.length === 0) return undefined;
  return {
    _aws: {
      Timestamp: timestampMs,
      CloudWatchMetrics: [
        {
          Namespace: metricNamespace,
          Dimensions: [[metricDimension]],
          Metrics: known.map((name) => ({ Name: name, Unit: units[name] })),
        },
      ],
    },
    ...properties,
    [metricDimension]: functionName,
    ...Object.fromEntries(known.map((name) => [name, values[name]])),
  };
}
