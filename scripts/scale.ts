// Computes the limits of one stack: Spotify's requests, Athena's small files, Lambda's concurrency.
import { assumptions } from "./costBasis";

/** Assumptions beyond those of `assumptions`. */
export const limits = {
  /**
   * Seconds between an answer and the next request, seconds that a run keeps for its end, and the extractor's timeout.
   */
  gapSeconds: 0.1,
  reserveSeconds: 10,
  timeoutSeconds: 900,
  /** Requests after which Spotify refused more that day: the least and the most in field reports. */
  quotas: [800, 2300],
  /** The GETs per second that S3 guarantees a prefix before it splits it. */
  s3GetsASecond: 5500,
  /** Athena ends a query after this many minutes, unless the quota was raised. */
  athenaMinutes: 30,
} as const;

/** The number of requests that one invocation has time for. */
export function requestsAnInvocation(): number {
  const seconds = limits.timeoutSeconds - limits.reserveSeconds - assumptions.runSeconds;
  return Math.floor(seconds / secondsARequest());
}

/** Seconds from one request to the next. */
export function secondsARequest(): number {
  return assumptions.requestSeconds + limits.gapSeconds;
}

/** The least minutes that S3 needs to serve a query's files at its rate, without any other time. */
export function leastMinutes(files: number): number {
  return files / limits.s3GetsASecond / 60;
}

/** How many transforms run at the same time. One starts after each playlist that the extractor has read. */
export function concurrentTransforms(): number {
  return assumptions.transformSeconds / secondsARequest();
}

/** The most MiB that the functions use for 50,000 Liked Songs; a full test measures it. */
export const likedMemoryMiB = { extract: 256, transform: 256 } as const;
