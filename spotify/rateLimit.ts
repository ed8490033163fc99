import { codedError } from "./errors";

/** A rate limit, from a 429. */
interface RateLimit {
  /** The developer account's quota is used up. That takes hours, whatever the header says. */
  isQuota: boolean;
  waitMs: number;
}

/** When Spotify accepts requests again. */
export interface LimitState {
  /** ISO 8601. */
  until: string;
  isQuota: boolean;
}

const longestWaitMs = 48 * 3_600_000;
const quotaWaitMs = 3_600_000;
const burstWaitMs = 2_000;

/**
 * Reads a 429. If `Retry-After` is missing or invalid, the wait is 2 s after a burst and an hour for the quota. No wait is
 * longer than two days, so that an absurd header cannot stop the history for good.
 *
 * @param retryAfter the header: seconds, possibly with a fraction, or an HTTP date
 * @param json the parsed body, undefined if it is not JSON
 */
export function readRateLimit(retryAfter: string | null, json: unknown, nowMs: number): RateLimit {
  const error = (json as { error?: { reason?: unknown; message?: unknown } } | null | undefined)?.error;
  const isQuota = error?.reason === "QUOTA_EXCEEDED" || /\bquota\b/i.test(String(error?.message ?? ""));
  const askedMs = retryAfterMs(retryAfter, nowMs);
  const waitMs = askedMs ?? (isQuota ? quotaWaitMs : burstWaitMs);
  return { isQuota, waitMs: Math.min(waitMs, longestWaitMs) };
}

/** Milliseconds that a `Retry-After` header asks for; undefined if it holds neither seconds nor a future date. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  if (!/^[A-Z][a-z]{2}, /.test(text)) return undefined;
  const waitMs = Date.parse(text) - nowMs;
  return waitMs >= 0 ? waitMs : undefined;
}

/** Whether a stored limit still holds. One that is further ahead than the longest wait comes from a wrong clock. */
export function isLimited(limit: LimitState | undefined, nowMs: number): limit is LimitState {
  const leftMs = Date.parse(limit?.until ?? "") - nowMs;
  return leftMs > 0 && leftMs <= longestWaitMs;
}

export function limitedError(subject: string | undefined, limit: LimitState): Error {
  const why = limit.isQuota ? "Spotify's quota is used up" : "Spotify limits the rate of requests";
  return codedError("LIMITED", subject, `${why}; no request before ${limit.until}`, limit);
}
