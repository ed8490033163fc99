// What the model of the monthly cost (cost.ts) is based on: prices, allowances, assumptions and counts.
import { readFileSync } from "node:fs";
import path from "node:path";

/** List prices of us-east-1 in dollars, as of November 2026. */
export const prices = {
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  crawlerDpuHour: 0.44,
  catalogRequest: 1 / 1e6,
  alarmMonth: 0.1,
  compositeAlarmMonth: 0.5,
  dashboardMonth: 3,
  metricMonth: 0.3,
  logGb: 0.5,
  s3Put: 0.005 / 1000,
  s3Get: 0.0004 / 1000,
  s3GbMonth: 0.023,
  athenaTb: 5,
  trailEvent: 0.1 / 1e5,
} as const;

/** What every account gets free each month; the first year's free tier is not counted. */
export const allowances = {
  lambdaGbSeconds: 400_000,
  lambdaRequests: 1e6,
  catalogRequests: 1e6,
  alarms: 10,
  metrics: 10,
  dashboards: 3,
  logGb: 5,
} as const;

/** Assumptions about playlists, time and queries; everything else is counted. */
export const assumptions = {
  daysAMonth: 30.4,
  daysAYear: 365,
  /** Seconds of a run itself, and of each request to Spotify. */
  runSeconds: 1,
  requestSeconds: 0.3,
  entries: 100,
  changedShare: 0.1,
  /** Turning one raw object into nine files and their partitions. */
  transformSeconds: 1,
  /** The minimum that Glue charges for a crawl; with many files it takes longer. */
  crawlMinutes: 10,
  crawlerDpus: 2,
  /** The minimum that Glue charges for a run of an Iceberg table's optimizer. AWS does not document how many DPUs it uses. */
  optimizerMinutes: 1,
  optimizerDpus: 2,
  /** Files that a statement of the compact copy adds to its month. */
  filesACopy: 1,
  /** The digest's function waits for one query. */
  digestSeconds: 10,
  /** Each query reads this many days of all tables. Athena charges for at least 10 MB. */
  queries: 100,
  queriedDays: 30,
  leastQueryBytes: 10e6,
} as const;

/** Counts of one kind of work. */
export interface Work {
  /** PutObject, and the steps of multipart uploads. */
  puts: number;
  gets: number;
  lists: number;
  /** Calls to Glue, which register a table's days. */
  glueCalls: number;
  /** Invocations of both functions. */
  invocations: number;
  /** Bytes of the functions' log lines. */
  logBytes: number;
}

/** The counts that are kept in runCounts.json. */
export interface RunCounts {
  /** One playlist on one day. */
  playlistDay: Work & { lakeFiles: number };
  /** A day's run without its playlists. */
  run: Work;
  /** A catch-up on a complete day. */
  catchUp: Work;
  rawBytesAnEntry: number;
  lakeBytesAnEntry: number;
}

/** Where the counts are kept. */
export const countsFile = path.join(__dirname, "runCounts.json");

/** Counted in simulated days of the sample playlists, by scripts/countRuns.ts. */
export const counts: RunCounts = JSON.parse(readFileSync(countsFile, "utf8")) as RunCounts;
