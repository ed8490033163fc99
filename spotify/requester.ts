import { codedError, errorText } from "./errors";
import { limitedError, readRateLimit, retryAfterMs } from "./rateLimit";
import type { Effects, Method } from "./types";

export interface RequesterOptions {
  /** Least time between an answer and the next request. @default 100; 0 for a loopback address */
  gapMs?: number;
  /** A request whose answer is not complete after this time counts as failed. @default 30000 */
  timeoutMs?: number;
  /** A response that is larger when decompressed counts as failed, so that it fits the function's memory. @default 16777216 */
  mostBytes?: number;
  /** Milliseconds left of the invocation. @default no limit */
  remainingMs?: () => number;
  /** Reserved at the invocation's end for storing results. @default 10000 */
  reserveMs?: number;
}

export interface Request {
  method?: Method;
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** The subject of messages: "playlist 37i9…", "the access token". */
  purpose: string;
  /** Whether the parsed body of a success is what was asked for; false counts as a failed try. @default always */
  isGood?: (json: unknown) => boolean;
  /** The status of a success. @default 200 */
  success?: readonly number[];
  /**
   * Whether it may be sent again after a failure that leaves open whether it took effect. If not, such a failure rejects
   * with `UNCLEAR` at once. A 429 is sent again in any case: it took no effect. @default true
   */
  mayRepeat?: boolean;
  /** The latest end, in milliseconds since 1970. @default only the invocation's end counts */
  deadlineMs?: number | undefined;
}

/** A response that was read to its end. */
export interface Received {
  status: number;
  /** The body as received. */
  text: string;
  /** The body parsed; undefined if it is not JSON (never on a success). */
  json: unknown;
  /** When the body had arrived, ISO 8601. */
  fetchedAt: string;
}

export interface Requester {
  /**
   * Sends a request, and retries failures that can be temporary. Resolves with a success, or with a refusal (4xx) for the
   * caller to judge. Rejects with `TRANSIENT`, `UNCLEAR`, `LIMITED` (has `until`, ISO 8601), `TOO_SLOW` or `OUT_OF_TIME`.
   */
  send(request: Request): Promise<Received>;
  /** Requests sent so far, failed tries included. */
  count(): number;
  /** Milliseconds left for requests and waits; infinite if the invocation's time is not limited. */
  usableMs(): number;
}

const mostFailures = 4;
const mostBurstWaits = 5;
const longestBurstWaitMs = 30_000;
const longestBackoffMs = 8_000;
const firstBackoffMs = 500;

/** How one try ended. */
type Attempt = { received: Received; retryAfter: string | null } | { failure: string };

/** Makes the requester. It sends one request at a time, with a gap, and follows Spotify's limits. */
export function makeRequester(effects: Effects, options: RequesterOptions): Requester {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const mostBytes = options.mostBytes ?? 16 * 1024 ** 2;
  const reserveMs = options.reserveMs ?? 10_000;
  let count = 0;
  let lastAnswerMs: number | undefined;
  /** Before this time Spotify accepts no request, whichever playlist it is for. */
  let limitedUntilMs = 0;

  function usableMs(): number {
    return (options.remainingMs?.() ?? Number.POSITIVE_INFINITY) - reserveMs;
  }

  function shareMs({ deadlineMs }: Request): number {
    return deadlineMs == null ? Number.POSITIVE_INFINITY : deadlineMs - effects.now();
  }

  async function pause(waitMs: number, request: Request): Promise<void> {
    if (usableMs() <= waitMs) {
      throw codedError("OUT_OF_TIME", request.purpose, "the time of this invocation is used up", {});
    }
    if (shareMs(request) <= waitMs) {
      throw codedError("TOO_SLOW", request.purpose, "its share of this invocation's time is used up", {});
    }
    if (waitMs > 0) await effects.sleep(waitMs);
  }

  function gapLeftMs(url: string): number {
    const isLoopback = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url);
    const gapMs = options.gapMs ?? (isLoopback ? 0 : 100);
    if (lastAnswerMs == null) return 0;
    return Math.min(gapMs, Math.max(0, lastAnswerMs + gapMs - effects.now()));
  }

  async function once(request: Request): Promise<Attempt> {
    count += 1;
    try {
      const response = await effects.fetch(request.url, {
        method: request.method ?? "GET",
        headers: request.headers,
        ...(request.body == null ? {} : { body: request.body }),
        // A redirect could carry the token or the secret to another host.
        redirect: "error",
        size: mostBytes,
        signal: AbortSignal.timeout(Math.max(1, Math.floor(Math.min(timeoutMs, usableMs(), shareMs(request))))),
      });
      const text = await response.text();
      const { status } = response;
      const received = { status, text, json: parseJson(text), fetchedAt: new Date(effects.now()).toISOString() };
      const failure = bodyFailure(received, request);
      return failure == null ? { received, retryAfter: response.headers.get("retry-after") } : { failure };
    } catch (error) {
      return { failure: networkFailure(error, timeoutMs, mostBytes) };
    } finally {
      lastAnswerMs = effects.now();
    }
  }

  async function send(request: Request): Promise<Received> {
    const { purpose } = request;
    let failures = 0;
    let burstWaits = 0;
    // A playlist whose time is used up leaves its wait to the next one.
    await pause(Math.max(gapLeftMs(request.url), limitedUntilMs - effects.now()), request);
    for (;;) {
      const attempt = await once(request);
      if ("received" in attempt && attempt.received.status === 429) {
        const limit = readRateLimit(attempt.retryAfter, attempt.received.json, effects.now());
        burstWaits += 1;
        if (limit.isQuota || limit.waitMs > longestBurstWaitMs || burstWaits > mostBurstWaits) {
          const until = new Date(effects.now() + limit.waitMs).toISOString();
          throw limitedError(purpose, { until, isQuota: limit.isQuota });
        }
        limitedUntilMs = effects.now() + limit.waitMs;
        effects.log?.({ event: "rateLimited", purpose, waitMs: limit.waitMs });
        await pause(limit.waitMs + Math.floor(effects.random() * 250), request);
        continue;
      }
      const failure = failureOf(attempt, request);
      if (failure == null) return (attempt as { received: Received }).received;
      if (request.mayRepeat === false) {
        throw codedError("UNCLEAR", purpose, `${failure}: it is not known whether it took effect`, {});
      }
      failures += 1;
      if (failures > mostFailures) {
        throw codedError("TRANSIENT", purpose, `${failure}, ${failures} times`, {});
      }
      const waitMs = backoffMs(failures, effects.random(), askedWaitMs(attempt, effects.now()));
      effects.log?.({ event: "retry", purpose, failure, waitMs });
      await pause(waitMs, request);
    }
  }

  return { send, count: () => count, usableMs };
}

/** Why a try failed that can succeed later; undefined for a good answer and for a refusal. */
function failureOf(attempt: Attempt, request: Request): string | undefined {
  if ("failure" in attempt) return attempt.failure;
  const { status } = attempt.received;
  const isAnswer = isSuccess(status, request) || (status >= 400 && status < 500);
  return isAnswer && status !== 408 && status !== 425 ? undefined : `status ${status}`;
}

function isSuccess(status: number, { success = [200] }: Request): boolean {
  return success.includes(status);
}

/** The fault of a success's body; undefined if there is none. */
function bodyFailure({ status, json }: Received, request: Request): string | undefined {
  if (!isSuccess(status, request)) return undefined;
  if (json === undefined) return `${status} with a body that is not JSON`;
  const { error } = (json ?? {}) as { error?: { status?: unknown } | null };
  if (typeof error === "object" && error !== null) {
    return `${status} with an error body (${typeof error.status === "number" ? error.status : "no status"})`;
  }
  return request.isGood?.(json) === false ? `${status} with another body than was asked for` : undefined;
}

/** Exponential backoff, half of it fixed and half random. A short wait that the server asks for applies if it is longer. */
function backoffMs(failures: number, random: number, askedMs: number): number {
  const fullMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (failures - 1));
  return Math.max(askedMs, Math.floor(fullMs / 2 + (random * fullMs) / 2));
}

function askedWaitMs(attempt: Attempt, nowMs: number): number {
  const askedMs = "retryAfter" in attempt ? retryAfterMs(attempt.retryAfter, nowMs) : undefined;
  return Math.min(askedMs ?? 0, longestBurstWaitMs);
}

function networkFailure(error: unknown, timeoutMs: number, mostBytes: number): string {
  const { name, type } = (error ?? {}) as { name?: unknown; type?: unknown };
  if (name === "AbortError" || name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  if (type === "max-size") return `a response of more than ${mostBytes / 1024 ** 2} MiB`;
  return `network error (${errorText(error)})`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
