// Where one stack ends, reckoned: Spotify's requests, Athena's small files, the crawler's folders, Lambda's concurrency.

import { views } from "../queries";
import { compactReads, compactWindowDays } from "../queries/compact";
import { catalogPrefix, tableNames } from "../transforms/schema";
import { assumptions, prices } from "./cost";

/** What is taken for granted beyond `assumptions`. */
export const limits = {
  /** Milliseconds between an answer and the next request; what a run keeps for its end; the extractor's timeout. */
  gapSeconds: 0.1,
  reserveSeconds: 10,
  timeoutSeconds: 900,
  /** Contents that did not change are read afresh every so many days. */
  fullReadDays: 7,
  pageEntries: 50,
  /** Requests that Spotify refused after so many a day, by field reports: the least and the most. */
  quotas: [800, 2300],
  /** What S3 promises a prefix before it has split it. */
  s3GetsASecond: 5500,
  /** After that long Athena ends a query, in minutes, where the quota was not raised. */
  athenaMinutes: 30,
} as const;

const pages = Math.ceil(assumptions.entries / limits.pageEntries);
/** The playlist's response, its pages, the response once more. */
export const afreshRequests = 2 + pages;

/** Requests that a playlist takes a day, on average: unchanged ones take one, and each week all. */
export function dailyRequests(): number {
  const { changedShare } = assumptions;
  const afreshShare = changedShare + (1 - changedShare) / limits.fullReadDays;
  return 1 + afreshShare * (afreshRequests - 1);
}

/** Requests for which one invocation has the time. */
export function requestsAnInvocation(): number {
  const seconds = limits.timeoutSeconds - limits.reserveSeconds - assumptions.runSeconds;
  return Math.floor(seconds / secondsARequest());
}

/** From one request to the next. */
export function secondsARequest(): number {
  return assumptions.requestSeconds + limits.gapSeconds;
}

/** The tables whose files a query over names and entries reads, as the compact copy does. */
export const readTables: readonly string[] = tableNames.filter((table) => isRead(compactReads, catalogPrefix + table));

function isRead(names: readonly string[], table: string): boolean {
  return names.some((name) => name === table || isRead(views.find((view) => view.name === name)?.reads ?? [], table));
}

/** What a query over so many days of `readTables` takes. */
export interface QueryCost {
  files: number;
  /** A day of a table is a partition, and a partition a folder to be listed. */
  partitions: number;
  bytes: number;
  /** By S3's rate alone, all other time left out. */
  leastMinutes: number;
  /** Of Athena for the bytes, and of S3 for a GET a file and a LIST a partition. */
  dollars: number;
}

/** @param days all that a query reads, such as ten years' */
export function queryCost(playlists: number, days: number): QueryCost {
  const files = readTables.length * playlists * days;
  const partitions = readTables.length * days;
  const bytes = playlists * days * assumptions.entries * assumptions.lakeBytesAnEntry;
  const scanned = Math.max(10e6, bytes) * (prices.athenaTb / 1e12);
  return {
    files,
    partitions,
    bytes,
    leastMinutes: files / limits.s3GetsASecond / 60,
    dollars: scanned + files * prices.s3Get + partitions * prices.s3Put,
  };
}

/** What keeping the compact copy costs a month. */
export function compactCost(playlists: number): number {
  return queryCost(playlists, compactWindowDays).dollars * assumptions.daysAMonth;
}

/** Transforms that run at the same time: one begins with each playlist that the extractor has read. */
export function concurrentTransforms(): number {
  return assumptions.transformSeconds / secondsARequest();
}
