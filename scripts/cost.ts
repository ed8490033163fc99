// The monthly cost of a stack, computed from its declared resources, counts of simulated days, and assumptions about
// playlists and queries. docs/cost.md, docs/scale.md and the comment on a pull request all use this model.
import { extractMetrics, transformMetrics } from "../components/alarms/metrics";
import { ofType, type Registered } from "../emulator/resources";
import { views } from "../queries";
import { compactReads, compactWindowDays } from "../queries/compact";
import { firesAfter } from "../schedule/nextFire";
import { parseScheduleExpression } from "../schedule/scheduleExpression";
import { catalogPrefix, tableNames } from "../transforms/schema";
import { allowances, assumptions, counts, prices } from "./costBasis";
import { dailyRequests } from "./requests";

/** The resources of a stack that determine its cost. Memory in MiB. */
export interface CostedStack {
  extractMemoryMiB: number;
  transformMemoryMiB: number;
  /** 0 without a digest. */
  digestMemoryMiB: number;
  digestsAMonth: number;
  /** Runs and catch-ups a day. */
  runsADay: number;
  crawlsAMonth: number;
  /** Statements of the compact copy. */
  copiesAMonth: number;
  /** Runs of the compact copy's optimizers. */
  optimizationsAMonth: number;
  alarms: number;
  compositeAlarms: number;
  dashboards: number;
  hasTrail: boolean;
}

/** Reads the cost factors from a program's resources. */
export function costedStack(resources: readonly Registered[]): CostedStack {
  const count = (type: string) => resources.filter((one) => one.type === type).length;
  const memoryOf = (suffix: string) =>
    ofType(resources, "aws:lambda/function:Function")
      .filter(({ name }) => name.endsWith(suffix))
      .reduce((most, { inputs }) => Math.max(most, inputs.memorySize ?? 128), 0);
  const firesAMonth = (...suffixes: string[]) =>
    ofType(resources, "aws:scheduler/schedule:Schedule")
      .filter(({ name, inputs }) => suffixes.some((suffix) => name.endsWith(suffix)) && inputs.state !== "DISABLED")
      .reduce((sum, { inputs }) => sum + firesADay(inputs.scheduleExpression) * assumptions.daysAMonth, 0);
  return {
    extractMemoryMiB: memoryOf("-extract"),
    transformMemoryMiB: memoryOf("-transform"),
    digestMemoryMiB: memoryOf("-digest"),
    digestsAMonth: firesAMonth("-digest"),
    runsADay: firesAMonth("-run", "-catch-up") / assumptions.daysAMonth,
    crawlsAMonth: firesAMonth("-crawl"),
    copiesAMonth: firesAMonth("-compact"),
    optimizationsAMonth: optimizationsAMonth(resources, firesAMonth("-compact")),
    alarms: count("aws:cloudwatch/metricAlarm:MetricAlarm"),
    compositeAlarms: count("aws:cloudwatch/compositeAlarm:CompositeAlarm"),
    dashboards: count("aws:cloudwatch/dashboard:Dashboard"),
    hasTrail: count("awsx:cloudtrail:Trail") > 0,
  };
}

/** Runs by the clock, and a compaction whenever enough files have come. */
function optimizationsAMonth(resources: readonly Registered[], copiesAMonth: number): number {
  const hoursAMonth = assumptions.daysAMonth * 24;
  return ofType(resources, "aws:glue/catalogTableOptimizer:CatalogTableOptimizer").reduce((sum, { inputs }) => {
    const { compactionConfiguration, retentionConfiguration, orphanFileDeletionConfiguration } = inputs.configuration;
    const clock = (retentionConfiguration ?? orphanFileDeletionConfiguration)?.icebergConfiguration?.runRateInHours;
    const files = compactionConfiguration?.icebergConfiguration?.minInputFiles;
    return sum + (clock ? hoursAMonth / clock : 0) + (files ? (copiesAMonth * assumptions.filesACopy) / files : 0);
  }, 0);
}

/** A number of playlists and years. */
export interface Scenario {
  playlists: number;
  years: number;
}

/** A part of a month's cost in dollars, at list price and after an account's allowances. */
export interface Part {
  list: number;
  left: number;
}

/** The parts of a month's cost, in the order in which they are shown. */
export function monthlyCost(stack: CostedStack, { playlists, years }: Scenario): Record<string, Part> {
  const { daysAMonth, entries, queries, queriedDays } = assumptions;
  const objects = playlists * daysAMonth;
  const storedDays = years * assumptions.daysAYear;
  const s3 = s3Requests(stack, objects);
  const bytesADay = playlists * entries;
  const logGb = (objects * counts.playlistDay.logBytes + logBytesOfRuns(stack)) / 1e9;
  const query = queryCost(playlists, Math.min(queriedDays, storedDays), tableNames.length);
  return {
    "Glue crawler": fixed(stack.crawlsAMonth * crawlCost(playlists, storedDays)),
    "Glue catalog requests": after(
      objects * counts.playlistDay.glueCalls,
      allowances.catalogRequests,
      prices.catalogRequest,
    ),
    Lambda: lambdaCost(stack, playlists),
    "S3 requests": fixed(s3.puts * prices.s3Put + s3.gets * prices.s3Get),
    "S3 storage": fixed(
      ((bytesADay * storedDays * (counts.rawBytesAnEntry + counts.lakeBytesAnEntry)) / 1e9) * prices.s3GbMonth,
    ),
    Athena: fixed(queries * query.dollars),
    "Compact copy": fixed(
      stack.copiesAMonth * queryCost(playlists, Math.min(compactWindowDays, storedDays)).dollars +
        stack.optimizationsAMonth * optimizationCost,
    ),
    Digest: fixed(stack.digestsAMonth === 0 ? 0 : stack.digestsAMonth * digestCost(stack, playlists, storedDays)),
    Logs: after(logGb, allowances.logGb, prices.logGb),
    Alarms: sum(
      after(stack.alarms, allowances.alarms, prices.alarmMonth),
      fixed(stack.compositeAlarms * prices.compositeAlarmMonth),
    ),
    Dashboards: after(stack.dashboards, allowances.dashboards, prices.dashboardMonth),
    Metrics: after(metricMonths(stack), allowances.metrics, prices.metricMonth),
    "Audit trail": fixed(stack.hasTrail ? (s3.puts + s3.gets) * prices.trailEvent : 0),
  };
}

const optimizationCost = assumptions.optimizerDpus * (assumptions.optimizerMinutes / 60) * prices.crawlerDpuHour;

/** All parts together. */
export function totalCost(stack: CostedStack, scenario: Scenario): Part {
  return sum(...Object.values(monthlyCost(stack, scenario)));
}

/** The cost of a query over some days. */
export interface QueryCost {
  files: number;
  /** Each day of a table is a partition, and each partition is a folder to list. */
  partitions: number;
  bytes: number;
  /** Athena charges for the bytes, S3 for a GET per file and a LIST per partition. */
  dollars: number;
}

/** The tables that a query over names and entries reads, like the compact copy. */
export const readTables: readonly string[] = tableNames.filter((table) => isRead(compactReads, catalogPrefix + table));

function isRead(names: readonly string[], table: string): boolean {
  return names.some((name) => name === table || isRead(views.find((view) => view.name === name)?.reads ?? [], table));
}

/**
 * @param days all days that a query reads, such as ten years
 * @param tables how many
 * @default those of names and entries
 */
export function queryCost(playlists: number, days: number, tables = readTables.length): QueryCost {
  const files = tables * playlists * days;
  const partitions = tables * days;
  const bytes = playlists * days * assumptions.entries * counts.lakeBytesAnEntry;
  const scanned = Math.max(assumptions.leastQueryBytes, bytes) * (prices.athenaTb / 1e12);
  return {
    files,
    partitions,
    bytes,
    dollars: scanned + files * prices.s3Get + partitions * prices.s3Put,
  };
}

/** A digest reads the days since the one before and the day that they are compared with, and reads and writes its state. */
function digestCost({ digestsAMonth }: CostedStack, playlists: number, storedDays: number): number {
  const days = assumptions.daysAMonth / digestsAMonth + 1;
  return queryCost(playlists, Math.min(days, storedDays)).dollars + prices.s3Get + prices.s3Put;
}

/** Every crawl reads each file and lists each folder. AWS does not document how long it takes for many files. */
export function crawlCost(playlists: number, storedDays: number): number {
  const { crawlerDpus, crawlMinutes } = assumptions;
  const files = counts.playlistDay.lakeFiles * playlists * storedDays;
  const folders = tableNames.length * storedDays;
  return crawlerDpus * (crawlMinutes / 60) * prices.crawlerDpuHour + files * prices.s3Get + folders * prices.s3Put;
}

function s3Requests({ runsADay }: CostedStack, objects: number): { puts: number; gets: number } {
  const { playlistDay, run, catchUp } = counts;
  const days = runsADay === 0 ? 0 : assumptions.daysAMonth;
  // The counted run includes one catch-up.
  const catchUps = days * Math.max(0, runsADay - 2);
  const of = (name: "puts" | "gets" | "lists") =>
    objects * playlistDay[name] + days * run[name] + catchUps * catchUp[name];
  // A LIST costs as much as a PUT.
  return { puts: of("puts") + of("lists"), gets: of("gets") };
}

function logBytesOfRuns({ runsADay }: CostedStack): number {
  return assumptions.daysAMonth * (counts.run.logBytes + Math.max(0, runsADay - 2) * counts.catchUp.logBytes);
}

function lambdaCost(stack: CostedStack, playlists: number): Part {
  const { extractMemoryMiB, transformMemoryMiB, digestMemoryMiB, runsADay, digestsAMonth } = stack;
  const { runSeconds, requestSeconds, transformSeconds, digestSeconds, daysAMonth, entries, changedShare } =
    assumptions;
  const extractSeconds =
    runsADay * runSeconds + playlists * dailyRequests(entries, changedShare, false) * requestSeconds;
  const gbSeconds = (extractSeconds * extractMemoryMiB + playlists * transformSeconds * transformMemoryMiB) / 1024;
  const digestGbSeconds = (digestsAMonth * digestSeconds * digestMemoryMiB) / 1024;
  const invocations = runsADay + playlists * counts.playlistDay.invocations;
  return sum(
    after(daysAMonth * gbSeconds + digestGbSeconds, allowances.lambdaGbSeconds, prices.lambdaGbSecond),
    after(daysAMonth * invocations + digestsAMonth, allowances.lambdaRequests, prices.lambdaRequest),
  );
}

/**
 * A metric is billed for the hours in which it has values: the extractor's in each run's hour, the transformer's in
 * one.
 */
function metricMonths({ runsADay }: CostedStack): number {
  if (runsADay === 0) return 0;
  const extract = Object.keys(extractMetrics).length * Math.min(24, runsADay);
  return (extract + Object.keys(transformMetrics).length) / 24;
}

const knownFires = new Map<string, number>();

/** Over 52 weeks. */
function firesADay(text: string): number {
  const fires = knownFires.get(text) ?? countFires(text);
  knownFires.set(text, fires);
  return fires;
}

function countFires(text: string): number {
  const expression = parseScheduleExpression(text);
  const days = 52 * 7;
  const start = Date.UTC(2026, 0, 1);
  const end = new Date(start + days * 24 * 3600 * 1000);
  let fires = 0;
  for (const at of firesAfter(expression, "UTC", new Date(start - 1))) {
    if (at >= end) break;
    fires += 1;
  }
  return fires / days;
}

function after(amount: number, free: number, price: number): Part {
  return { list: amount * price, left: Math.max(0, amount - free) * price };
}

function fixed(dollars: number): Part {
  return { list: dollars, left: dollars };
}

function sum(...parts: readonly Part[]): Part {
  const total = (of: keyof Part) => parts.reduce((all, part) => all + part[of], 0);
  return { list: total("list"), left: total("left") };
}
