// One page that answers: did last night work, what did it read, what does it cost?
import { type MetricName, metricDimension, metricNamespace } from "../alarms/metrics";

/** A function, as the dashboard shows it. */
interface ShownFunction {
  functionName: string;
  memoryMiB: number;
}

/** What the dashboard shows. */
export interface DashboardSubject {
  region: string;
  extract: ShownFunction;
  transform: ShownFunction;
  logGroups: readonly string[];
  /** Names of the failure queues. */
  queues: readonly string[];
  workgroup: string;
  alarmArns: readonly string[];
}

/** A part of the page, on a grid of 24 columns. */
export interface Widget {
  type: "metric" | "log" | "text" | "alarm";
  x: number;
  y: number;
  width: number;
  height: number;
  properties: Record<string, unknown>;
}

/** A line of a graph: a metric with its options, or an expression over others. */
type Line = (string | Record<string, unknown>)[];

const daySeconds = 24 * 60 * 60;
/** List prices of us-east-1, arm64. */
const dollarsPerGibSecond = 0.0000133334;
const dollarsPerRequest = 0.2e-6;
const dollarsPerTebibyte = 5;

/** The dashboard's body. Days are whole ones, of UTC: CloudWatch knows no other. */
export function dashboardBody(subject: DashboardSubject): { start: string; widgets: Widget[] } {
  const graph = (title: string, metrics: Line[], properties: Record<string, unknown> = {}) => ({
    type: "metric" as const,
    properties: { title, region: subject.region, view: "timeSeries", period: daySeconds, metrics, ...properties },
  });
  const rows = [
    [
      { type: "alarm" as const, properties: { title: "Alarms", alarms: subject.alarmArns } },
      graph("Did the day work? (1: complete)", succeeded(subject), { yAxis: { left: { min: 0, max: 1 } } }),
    ],
    [graph("Playlists a day", playlists(subject)), graph("Entries and rows a day", rowsADay(subject))],
    [graph("Requests to Spotify a day", requests(subject)), graph("Longest run, seconds", durations(subject))],
    [
      graph("Waiting in failure queues", queueDepths(subject), { period: 300 }),
      graph("Consent, days left", consent(subject)),
    ],
    [
      graph("Lambda a day, at list price", lambdaCost(subject)),
      graph("Athena a day, at list price", athenaCost(subject)),
    ],
    [{ type: "log" as const, properties: lastFailures(subject) }],
  ];
  return { start: "-P14D", widgets: rows.flatMap(placed) };
}

function placed(row: Pick<Widget, "type" | "properties">[], y: number): Widget[] {
  const [width, height] = [24 / row.length, 6];
  return row.map((widget, x) => ({ ...widget, x: x * width, y: y * height, width, height }));
}

function own(name: MetricName, { functionName }: ShownFunction, stat: string, label: string): Line {
  return [metricNamespace, name, metricDimension, functionName, { stat, label }];
}

function succeeded({ extract }: DashboardSubject): Line[] {
  // A day on which one run ended well is had, whatever failed before.
  return [own("RunSucceeded", extract, "Maximum", "day complete")];
}

function playlists({ extract }: DashboardSubject): Line[] {
  return [
    own("PlaylistsStored", extract, "Sum", "stored"),
    own("PlaylistsUnchanged", extract, "Sum", "of them unchanged"),
    own("PlaylistsUnavailable", extract, "Maximum", "unavailable"),
    own("PlaylistsFailed", extract, "Maximum", "failed, most in a run"),
    own("DaysMissed", extract, "Sum", "days missed"),
  ];
}

function rowsADay({ extract, transform }: DashboardSubject): Line[] {
  return [
    own("ItemsRead", extract, "Sum", "entries stored"),
    own("RowsRead", transform, "Sum", "entries transformed"),
    own("RowsWritten", transform, "Sum", "rows written"),
    own("RowsRejected", transform, "Sum", "entries rejected"),
    own("ObjectsTransformed", transform, "Sum", "objects transformed"),
    own("ObjectsRefused", transform, "Sum", "objects refused"),
    own("ObjectsGone", transform, "Sum", "objects gone"),
  ];
}

function requests({ extract }: DashboardSubject): Line[] {
  return [own("SpotifyRequests", extract, "Sum", "requests")];
}

function consent({ extract }: DashboardSubject): Line[] {
  return [own("ConsentDaysLeft", extract, "Minimum", "days left"), own("ConsentEnded", extract, "Maximum", "ended")];
}

function lambdaMetric(name: string, { functionName }: ShownFunction, options: Record<string, unknown>): Line {
  return ["AWS/Lambda", name, "FunctionName", functionName, options];
}

function durations({ extract, transform }: DashboardSubject): Line[] {
  const hidden = { stat: "Maximum", visible: false };
  return [
    lambdaMetric("Duration", extract, { ...hidden, id: "extract" }),
    lambdaMetric("Duration", transform, { ...hidden, id: "transform" }),
    [{ expression: "extract / 1000", id: "extract_s", label: "extract" }],
    [{ expression: "transform / 1000", id: "transform_s", label: "transform" }],
  ];
}

function queueDepths({ queues }: DashboardSubject): Line[] {
  return queues.map((name) => [
    "AWS/SQS",
    "ApproximateNumberOfMessagesVisible",
    "QueueName",
    name,
    { stat: "Maximum", label: name },
  ]);
}

function lambdaCost({ extract, transform }: DashboardSubject): Line[] {
  const hidden = { stat: "Sum", visible: false };
  const gibSeconds = (id: string, { memoryMiB }: ShownFunction) => `${id} / 1000 * ${memoryMiB / 1024}`;
  return [
    lambdaMetric("Duration", extract, { ...hidden, id: "m1" }),
    lambdaMetric("Duration", transform, { ...hidden, id: "m2" }),
    lambdaMetric("Invocations", extract, { ...hidden, id: "m3" }),
    lambdaMetric("Invocations", transform, { ...hidden, id: "m4" }),
    [{ expression: `${gibSeconds("m1", extract)} + ${gibSeconds("m2", transform)}`, id: "e1", label: "GB-seconds" }],
    [
      {
        expression: `e1 * ${dollarsPerGibSecond} + (m3 + m4) * ${dollarsPerRequest.toFixed(7)}`,
        id: "e2",
        label: "dollars",
        yAxis: "right",
      },
    ],
  ];
}

function athenaCost({ workgroup }: DashboardSubject): Line[] {
  const hidden = { stat: "Sum", visible: false };
  // Athena keeps it by workgroup, kind and end of a query; cancelled ones are billed too.
  const scanned = ["SUCCEEDED", "CANCELED", "FAILED"].map((state, i) => [
    ...["AWS/Athena", "ProcessedBytes", "QueryState", state, "QueryType", "DML", "WorkGroup", workgroup],
    { ...hidden, id: `m${i + 1}` },
  ]);
  return [
    ...scanned,
    [{ expression: "SUM(FILL(METRICS(), 0)) / 1048576", id: "e1", label: "MiB scanned" }],
    [{ expression: `e1 / 1048576 * ${dollarsPerTebibyte}`, id: "e2", label: "dollars", yAxis: "right" }],
  ];
}

function lastFailures({ region, logGroups }: DashboardSubject): Record<string, unknown> {
  const sources = logGroups.map((group) => `SOURCE '${group}'`).join(" | ");
  const query = `${sources} | fields @timestamp, event, playlistId, key, reason, @message
| filter level = "ERROR" or @message like /\\tERROR\\t|Task timed out|Runtime exited/
| sort @timestamp desc
| limit 20`;
  return { title: "Last failures", region, view: "table", query };
}
