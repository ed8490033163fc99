// One page that shows whether the last run worked, what it read and what it costs.
import {
  type ExtractField,
  type MetricName,
  metricDimension,
  metricNamespace,
  type TransformField,
} from "../alarms/metrics";

/** A function, as the dashboard shows it. */
interface ShownFunction {
  functionName: string;
  memoryMiB: number;
}

/** What the dashboard shows. */
interface DashboardSubject {
  region: string;
  extract: ShownFunction;
  transform: ShownFunction;
  logGroups: { extract: string; transform: string };
  /** Names of the failure queues. */
  queues: readonly string[];
  /** `compact`: undefined if there is no compact copy. */
  workgroups: { queries: string; compact?: string | undefined };
  alarmArns: readonly string[];
  /** Undefined if there is no crawler. */
  crawler?: string | undefined;
}

/** A widget, on a grid of 24 columns. */
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

/** The dashboard's body. Days are whole UTC days: CloudWatch supports no others. */
export function dashboardBody(subject: DashboardSubject): { start: string; widgets: Widget[] } {
  const graph = (title: string, metrics: Line[], properties: Record<string, unknown> = {}) => ({
    type: "metric" as const,
    properties: { title, region: subject.region, view: "timeSeries", period: daySeconds, metrics, ...properties },
  });
  const log = (title: string, query: string, view: "table" | "timeSeries" = "timeSeries") => ({
    type: "log" as const,
    properties: { title, region: subject.region, view, query },
  });
  const { extract, transform } = subject.logGroups;
  const { queries, compact } = subject.workgroups;
  const rows = [
    [
      { type: "alarm" as const, properties: { title: "Alarms", alarms: subject.alarmArns } },
      graph("Day complete (1: yes)", worked(subject), { yAxis: { left: { min: 0, max: 1 } } }),
    ],
    [
      log("Playlists per day", dailySums(extract, playlistCounts)),
      log("Requests to Spotify per day", dailySums(extract, { SpotifyRequests: "sum" })),
    ],
    [
      log("Entries stored per day", dailySums(extract, { ItemsRead: "sum" })),
      log("Objects and rows per day", dailySums(transform, rowCounts)),
    ],
    [
      graph("Messages in failure queues", queueDepths(subject), { period: 300 }),
      log("Needs attention", attention(subject), "table"),
    ],
    [graph("Days until consent ends", consent(subject)), graph("Longest invocation, seconds", durations(subject))],
    [
      graph("Lambda cost per day, list price", lambdaCost(subject)),
      graph("Athena cost per day, list price", athenaCost(queries)),
    ],
    ...(compact === undefined
      ? []
      : [
          [
            graph("Compact copy: statements per day", statements(compact)),
            graph("Compact copy: cost per day, list price", athenaCost(compact)),
          ],
        ]),
    [log("Last failures", lastFailures(subject), "table")],
    ...(subject.crawler === undefined ? [] : [[log("Last crawls", lastCrawls(subject.crawler), "table")]]),
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

function worked({ extract, transform }: DashboardSubject): Line[] {
  // A day is complete if one run succeeded, whatever failed before.
  return [
    own("RunSucceeded", extract, "Maximum", "day complete"),
    own("ObjectsTransformed", transform, "SampleCount", "transforms"),
    own("NeedsAttention", extract, "Maximum", "extractor needs attention"),
    own("NeedsAttention", transform, "Maximum", "transformer needs attention"),
  ];
}

/** How a day's value is computed from those of its invocations. */
type Sums = Partial<Record<ExtractField | TransformField | MetricName, "sum" | "max">>;

const playlistCounts: Sums = {
  PlaylistsStored: "sum",
  PlaylistsUnchanged: "sum",
  PlaylistsUnavailable: "max",
  PlaylistsFailed: "max",
  DaysMissed: "sum",
};

const rowCounts: Sums = {
  ObjectsTransformed: "sum",
  ObjectsRefused: "sum",
  ObjectsGone: "sum",
  RowsRead: "sum",
  RowsWritten: "sum",
  RowsRejected: "sum",
};

/** Values that are not metrics are read from the log lines. That costs per view of the page, not per month. */
function dailySums(logGroup: string, sums: Sums): string {
  const names = Object.keys(sums) as (keyof Sums)[];
  const stats = names.map((name) => `${sums[name]}(${name}) as ${name.replace(/^(Playlists|Objects)/, "")}`);
  return `SOURCE '${logGroup}' | filter ispresent(NeedsAttention) | stats ${stats.join(", ")} by bin(1d)`;
}

function consent({ extract }: DashboardSubject): Line[] {
  return [own("ConsentDaysLeft", extract, "Minimum", "days left")];
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

/** Athena's metrics have the dimensions workgroup, query type and query state. */
function athenaMetric(name: string, state: string, workgroup: string, options: Record<string, unknown>): Line {
  return ["AWS/Athena", name, "QueryState", state, "QueryType", "DML", "WorkGroup", workgroup, options];
}

const queryEnds = ["SUCCEEDED", "CANCELED", "FAILED"];

function statements(workgroup: string): Line[] {
  return queryEnds.map((state) =>
    athenaMetric("TotalExecutionTime", state, workgroup, { stat: "SampleCount", label: state.toLowerCase() }),
  );
}

function athenaCost(workgroup: string): Line[] {
  const hidden = { stat: "Sum", visible: false };
  // Cancelled queries are billed too.
  const scanned = queryEnds.map((state, i) =>
    athenaMetric("ProcessedBytes", state, workgroup, { ...hidden, id: `m${i + 1}` }),
  );
  return [
    ...scanned,
    [{ expression: "SUM(FILL(METRICS(), 0)) / 1048576", id: "e1", label: "MiB scanned" }],
    [{ expression: `e1 / 1048576 * ${dollarsPerTebibyte}`, id: "e2", label: "dollars", yAxis: "right" }],
  ];
}

function sourcesOf({ logGroups }: DashboardSubject): string {
  return [logGroups.extract, logGroups.transform].map((group) => `SOURCE '${group}'`).join(" | ");
}

function attention(subject: DashboardSubject): string {
  return `${sourcesOf(subject)} | filter NeedsAttention = 1
| stats count(*) as times, min(@timestamp) as since, max(@timestamp) as last by FunctionName, attention.0, attention.1, attention.2
| sort last desc`;
}

function lastFailures(subject: DashboardSubject): string {
  return `${sourcesOf(subject)} | fields @timestamp, event, playlistId, key, reason, @message
| filter level = "ERROR" or @message like /\\tERROR\\t|Task timed out|Runtime exited/
| sort @timestamp desc
| limit 20`;
}

/** Glue writes all crawlers' logs into one group, a stream for each. No crawl in the page's two weeks means that it is overdue. */
function lastCrawls(crawler: string): string {
  return `SOURCE '/aws-glue/crawlers' | fields @timestamp, @message
| filter @logStream = "${crawler}" and @message like /BENCHMARK|WARN|ERROR/
| sort @timestamp desc
| limit 20`;
}
