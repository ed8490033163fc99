import { metricDimension, metricNamespace } from "../alarms/metrics";

/** What a line of metrics is made of. */
interface Measured {
  /** Milliseconds since 1970. */
  timestampMs: number;
  /** The dimension's value. */
  functionName: string;
  /** Values by name: metrics, and fields that are not metrics. Undefined values are left out. */
  values: { readonly [name: string]: number | undefined };
  /** More fields by which to find the line, such as the request's id. */
  properties: { readonly [name: string]: unknown };
}

/**
 * A record of CloudWatch's embedded metric format. CloudWatch turns such a log line into metrics; the function's role needs
 * no permission for that. Undefined if no value is known.
 *
 * @param units every value that is a metric, with its unit
 */
export function metricsRecord(
  units: { readonly [metric: string]: string },
  { timestampMs, functionName, values, properties }: Measured,
): object | undefined {
  const known = Object.entries(values).filter(([, value]) => value != null);
  if (known.length === 0) return undefined;
  const metrics = Object.keys(units).filter((name) => values[name] != null);
  return {
    _aws: {
      Timestamp: timestampMs,
      CloudWatchMetrics: [
        {
          Namespace: metricNamespace,
          Dimensions: [[metricDimension]],
          Metrics: metrics.map((name) => ({ Name: name, Unit: units[name] })),
        },
      ],
    },
    ...properties,
    [metricDimension]: functionName,
    ...Object.fromEntries(known),
  };
}
