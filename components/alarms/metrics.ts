// What the functions measure: every name stands here and nowhere else, so that an alarm can't watch a metric that nobody
// emits.

/** The CloudWatch namespace of all metrics of one's own. */
export const metricNamespace = "Playlake";

/** The one dimension: the Lambda function's name. */
export const metricDimension = "FunctionName";

type Unit = "Count" | "None";

/** What the extractor emits at the end of each run, with its unit. */
export const extractMetrics = {
  RunSucceeded: "Count",
  PlaylistsStored: "Count",
  PlaylistsUnchanged: "Count",
  PlaylistsUnavailable: "Count",
  PlaylistsFailed: "Count",
  DaysMissed: "Count",
  ItemsRead: "Count",
  SpotifyRequests: "Count",
  ConsentDaysLeft: "None",
  ConsentEnded: "Count",
} as const satisfies Record<string, Unit>;

/** What the transformer emits at the end of each invocation, with its unit. */
export const transformMetrics = {
  ObjectsTransformed: "Count",
  ObjectsGone: "Count",
  ObjectsRefused: "Count",
  RowsRead: "Count",
  RowsWritten: "Count",
  RowsRejected: "Count",
} as const satisfies Record<string, Unit>;

export type ExtractMetric = keyof typeof extractMetrics;
export type TransformMetric = keyof typeof transformMetrics;
export type MetricName = ExtractMetric | TransformMetric;

/** One function's values of one invocation; what is not known is left out. */
export type MetricValues<Name extends MetricName = MetricName> = { [N in Name]?: number | undefined };

/** What each metric tells. Apart from the units: those travel in the functions' archives. */
export const metricMeanings: Readonly<Record<MetricName, string>> = {
  RunSucceeded: "1 where the day is complete when the run ends, else 0",
  PlaylistsStored: "playlists that this run stored",
  PlaylistsUnchanged: "those of them whose contents were not read again",
  PlaylistsUnavailable: "playlists of the day that are gone or closed; later runs of the day repeat it",
  PlaylistsFailed: "playlists that the day still lacks when the run ends",
  DaysMissed: "days before this one that can't be had any more, told by the first run of a day",
  ItemsRead: "entries in what this run stored",
  SpotifyRequests: "requests to Spotify, tokens and failed tries among them",
  ConsentDaysLeft: "whole days until the user's consent ends; only where that is known",
  ConsentEnded: "1 where Spotify says that the consent has ended, 0 where it took the app's requests",
  ObjectsTransformed: "raw objects whose tables are written",
  ObjectsGone: "raw objects that were removed before their event came; nothing is written of them",
  ObjectsRefused: "raw objects that are no response of Spotify's",
  RowsRead: "entries of playlists in the raw objects",
  RowsWritten: "rows in the files of all tables",
  RowsRejected: "entries that could not be read: rows of rejected_items",
};
