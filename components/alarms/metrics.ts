// What the functions measure. Every name is declared only in this file, so that an alarm cannot watch a metric that is
// never emitted. CloudWatch charges for each metric beyond an account's first ten, so only a value that an alarm watches is a
// metric. Everything else is a field of the same log line, for Logs Insights.

/** The CloudWatch namespace of the functions' own metrics. */
export const metricNamespace = "Playlake";

/** The one dimension: the Lambda function's name. */
export const metricDimension = "FunctionName";

type Unit = "Count" | "None";

/** What the extractor emits at the end of each run, with its unit. */
export const extractMetrics = {
  RunSucceeded: "Count",
  NeedsAttention: "Count",
  PlaylistsUnavailable: "Count",
  DaysMissed: "Count",
  ConsentDaysLeft: "None",
} as const satisfies Record<string, Unit>;

/** What the transformer emits at the end of each invocation, with its unit. */
export const transformMetrics = {
  ObjectsTransformed: "Count",
  NeedsAttention: "Count",
  ObjectsRefused: "Count",
  RowsRejected: "Count",
} as const satisfies Record<string, Unit>;

type ExtractMetric = keyof typeof extractMetrics;
type TransformMetric = keyof typeof transformMetrics;
export type MetricName = ExtractMetric | TransformMetric;

/** Fields of the same line that are not metrics. */
export type ExtractField =
  | "PlaylistsStored"
  | "PlaylistsUnchanged"
  | "PlaylistsFailed"
  | "ItemsRead"
  | "SpotifyRequests";
export type TransformField = "ObjectsGone" | "RowsRead" | "RowsWritten";

/** One function's values of one invocation. Unknown values are undefined and left out. */
export type Values<Name extends string> = { [N in Name]?: number | undefined };
export type ExtractValues = Values<ExtractMetric | ExtractField>;
export type TransformValues = Values<TransformMetric | TransformField>;

/** What each value means. Kept apart from the units, because those are packed into the functions' archives. */
export const meanings: Readonly<Record<MetricName | ExtractField | TransformField, string>> = {
  RunSucceeded: "1 if the day is complete when the run ends; absent otherwise, so that the overdue alarm fires",
  NeedsAttention: "1 if something needs attention, else 0; the line's `attention` lists what",
  PlaylistsUnavailable:
    "playlists of the day that are gone or closed, those that only `me` includes on their first day; later runs of the day repeat it",
  DaysMissed: "days before this one that cannot be recovered, reported by the first run of a day",
  ConsentDaysLeft: "whole days until the user's consent ends, 0 once it has ended; absent if that is not known",
  ObjectsTransformed: "raw objects whose tables are written and visible in the catalog; absent if there are none",
  ObjectsRefused: "raw objects that are not Spotify responses",
  RowsRejected: "entries that could not be read: rows of rejected_items",
  PlaylistsStored: "playlists that this run stored",
  PlaylistsUnchanged: "those of them whose contents were not read again",
  PlaylistsFailed: "playlists still missing from the day when the run ends",
  ItemsRead: "entries of the playlists that this run stored",
  SpotifyRequests: "requests to Spotify, including tokens and failed tries",
  ObjectsGone: "raw objects that were removed before their event arrived; nothing is written for them",
  RowsRead: "entries in the raw objects",
  RowsWritten: "rows in the files of all tables",
};
