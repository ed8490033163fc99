// Where one stack ends, computed: Spotify's requests, Athena's small files, Lambda's concurrency.
import { assumptions } from "./cost";

/** What is assumed beyond `assumptions`. */
export const limits = {
  /** Seconds between an answer and the next request; what a run keeps for its end; the extractor's timeout. */
  gapSeconds: 0.1,
  reserveSeconds: 10,
  timeoutSeconds: 900,
  /** Requests after which Spotify refused more that day, from field reports: the least and the most. */
  quotas: [800, 2300],
  /** What S3 promises a prefix before it has split it. */
  s3GetsASecond: 5500,
  /** After that many minutes Athena ends a query, unless the quota was raised. */
  athenaMinutes: 30,
} as const;

/** Requests for which one invocation has the time. */
export function requestsAnInvocation(): number {
  const seconds = limits.timeoutSeconds - limits.reserveSeconds - assumptions.runSeconds;
  return Math.floor(seconds / secondsARequest());
}

/** From one request to the next. */
export function secondsARequest(): number {
  return assumptions.requestSeconds + limits.gapSeconds;
}

/** The least minutes that S3 takes to serve the files of a query, at its rate, all other time left out. */
export function leastMinutes(files: number): number {
  return files / limits.s3GetsASecond / 60;
}

/** Transforms that run at the same time: one begins with each playlist that the extractor has read. */
export function concurrentTransforms(): number {
  return assumptions.transformSeconds / secondsARequest();
}
