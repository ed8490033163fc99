export interface MetricId {
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

/** The metrics of a run, in memory. */
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
