// What a stack costs a month, reckoned from the resources that it declares and from what playlists are taken to be.
import { extractMetrics, transformMetrics } from "../components/alarms/metrics";
import type { Registered } from "../emulator/resources";
import { tableNames } from "../transforms/schema";

/** List prices of us-east-1 in dollars, as of November 2026; free tiers are not taken off. */
export const prices = {
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  crawlerDpuHour: 0.44,
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

/** What the reckoning takes for granted: a day's run and hourly catch-ups, and playlists like the samples. */
export const assumptions = {
  daysAMonth: 30.4,
  runsADay: 18,
  /** A run's own seconds, and those of each request to Spotify. */
  runSeconds: 1,
  requestSeconds: 0.3,
  entries: 100,
  changedShare: 0.1,
  rawBytesAnEntry: 450,
  lakeBytesAnEntry: 490,
  /** One raw object to nine files. */
  transformSeconds: 1,
  logBytesAPlaylist: 2000,
  logBytesARun: 1500,
  /** A crawl's least: with many files it takes longer. */
  crawlMinutes: 10,
  crawlerDpus: 2,
  /** Storage is reckoned after that many months. */
  monthsKept: 12,
  /** Each reads so many days of all tables, at least 10 MB. */
  queries: 100,
  queriedDays: 30,
} as const;

/** What of a stack's resources costs by itself. Memory in MiB. */
export interface CostedStack {
  extractMemoryMiB: number;
  transformMemoryMiB: number;
  alarms: number;
  compositeAlarms: number;
  dashboards: number;
  crawlers: number;
  hasTrail: boolean;
}

/** Picks what costs from a program's resources. */
export function costedStack(resources: readonly Registered[]): CostedStack {
  const count = (type: string) => resources.filter((one) => one.type === type).length;
  const memoryOf = (suffix: string) =>
    resources
      .filter(({ type, name }) => type === "aws:lambda/function:Function" && name.endsWith(suffix))
      .reduce((most, { inputs }) => Math.max(most, Number(inputs.memorySize)), 0);
  return {
    extractMemoryMiB: memoryOf("-extract"),
    transformMemoryMiB: memoryOf("-transform"),
    alarms: count("aws:cloudwatch/metricAlarm:MetricAlarm"),
    compositeAlarms: count("aws:cloudwatch/compositeAlarm:CompositeAlarm"),
    dashboards: count("aws:cloudwatch/dashboard:Dashboard"),
    crawlers: count("aws:glue/crawler:Crawler"),
    hasTrail: count("awsx:cloudtrail:Trail") > 0,
  };
}

/** The parts of a month's cost, dollars each, in the order in which they are shown. */
export function monthlyCost(stack: CostedStack, playlists: number): Record<string, number> {
  const a = assumptions;
  const days = a.daysAMonth;
  const objects = playlists * days;
  const bytes = { raw: objects * a.entries * a.rawBytesAnEntry, lake: objects * a.entries * a.lakeBytesAnEntry };
  const s3 = s3Requests(objects);
  return {
    "Glue crawler": stack.crawlers * days * a.crawlerDpus * (a.crawlMinutes / 60) * prices.crawlerDpuHour,
    Lambda: lambdaCost(stack, playlists),
    "S3 requests": s3.puts * prices.s3Put + s3.gets * prices.s3Get,
    "S3 storage": ((bytes.raw + bytes.lake) / 1e9) * a.monthsKept * prices.s3GbMonth,
    Athena: a.queries * Math.max(10e6, (bytes.lake / days) * a.queriedDays) * (prices.athenaTb / 1e12),
    Logs: ((objects * a.logBytesAPlaylist + days * a.runsADay * a.logBytesARun) / 1e9) * prices.logGb,
    "Alarms and dashboards":
      stack.alarms * prices.alarmMonth +
      stack.compositeAlarms * prices.compositeAlarmMonth +
      stack.dashboards * prices.dashboardMonth,
    Metrics: metricMonths() * prices.metricMonth,
    "Audit trail": stack.hasTrail ? (s3.puts + s3.gets) * prices.trailEvent : 0,
  };
}

/** All parts together, dollars a month. */
export function totalCost(stack: CostedStack, playlists: number): number {
  return Object.values(monthlyCost(stack, playlists)).reduce((sum, part) => sum + part, 0);
}

/** Raw, its state and each table's file are written; raw is read by the transform, state by each run. */
function s3Requests(objects: number): { puts: number; gets: number } {
  const runs = assumptions.daysAMonth * assumptions.runsADay;
  return { puts: objects * (2 + tableNames.length) + runs, gets: objects * 2 + runs };
}

function lambdaCost({ extractMemoryMiB, transformMemoryMiB }: CostedStack, playlists: number): number {
  const a = assumptions;
  const pages = Math.ceil(a.entries / 50);
  const requests = playlists * (1 + a.changedShare * (1 + pages));
  const extractSeconds = a.runsADay * a.runSeconds + requests * a.requestSeconds;
  const gbSeconds = (extractSeconds * extractMemoryMiB + playlists * a.transformSeconds * transformMemoryMiB) / 1024;
  const invocations = a.runsADay + playlists;
  return a.daysAMonth * (gbSeconds * prices.lambdaGbSecond + invocations * prices.lambdaRequest);
}

/** A metric is billed for the hours in which it has values: the extractor's in each run's, the transformer's in one. */
function metricMonths(): number {
  const extract = Object.keys(extractMetrics).length * assumptions.runsADay;
  return (extract + Object.keys(transformMetrics).length) / 24;
}
