import { codedError, errorText } from "./errors";
import { readRateLimit, retryAfterMs } from "./rateLimit";
import type { Effects } from "./types";

export interface RequesterOptions {
  /** Least time between an answer and the next request. @default 100, none towards this machine itself */
  gapMs?: number;
  /** A request without an answer for so long counts as failed. @default 30000 */
  timeoutMs?: number;
  /** What is left of the invocation. @default without end */
  remainingMs?: () => number;
  /** Kept free at the invocation's end, for storing what is known. @default 10000 */
  reserveMs?: number;
}

export interface Request {
  method?: "GET" | "POST";
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** What the answer is for, in messages: "playlist 37i9…", "the access token". */
  purpose: string;
  /** Whether the parsed body of a success is what it should be; false counts as a failed try. @default always */
  isGood?: (json: unknown) => boolean;
}

export interface Answer {
  status: number;
  /** The body as it came. */
  text: string;
  /** The body parsed; undefined where it is no JSON (never on a success). */
  json: unknown;
  /** When the body had arrived, ISO 8601. */
  fetchedAt: string;
}

export interface Requester {
  /**
   * Sends, and tries again what is worth it. Resolves with a success, or with a refusal (4xx) that is the caller's to
   * judge. Rejects with `TRANSIENT`, `LIMITED` (has `until`, ISO 8601) or `OUT_OF_TIME`.
   */
  send(request: Request): Promise<Answer>;
  /** How many requests were sent, failed tries included. */
  count(): number;
}

const mostFailures = 4;
const mostBurstWaits = 5;
const longestBurstWaitMs = 30_000;
const longestBackoffMs = 8_000;
const firstBackoffMs = 500;

type Outcome = { answer: Answer; retryAfter: string | null } | { failure: string };

/** One request after the other, with a gap; waits, backs off and gives up as Spotify's limits ask for. */
export function makeRequester(effects: Effects, options: RequesterOptions): Requester {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const reserveMs = options.reserveMs ?? 10_000;
  let count = 0;
  let lastAnswerMs: number | undefined;

  /** Time for requests and waits; without end where the invocation has none. */
  function usableMs(): number {
    return (options.remainingMs?.() ?? Number.POSITIVE_INFINITY) - reserveMs;
  }

  async function pause(waitMs: number, purpose: string): Promise<void> {
    if (usableMs() <= waitMs) {
      throw codedError("OUT_OF_TIME", purpose, "the time of this invocation is used up", {});
    }
    if (waitMs > 0) await effects.sleep(waitMs);
  }

  function gapLeftMs(url: string): number {
    const isLoopback = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url);
    const gapMs = options.gapMs ?? (isLoopback ? 0 : 100);
    if (lastAnswerMs == null) return 0;
    return Math.min(gapMs, Math.max(0, lastAnswerMs + gapMs - effects.now()));
  }

  async function once(request: Request): Promise<Outcome> {
    count += 1;
    try {
      const response = await effects.fetch(request.url, {
        method: request.method ?? "GET",
        headers: request.headers,
        ...(request.body == null ? {} : { body: request.body }),
        redirect: "error",
        signal: AbortSignal.timeout(Math.max(1, Math.floor(Math.min(timeoutMs, usableMs())))),
      });
      const text = await response.text();
      const { status } = response;
      const answer = { status, text, json: parseJson(text), fetchedAt: new Date(effects.now()).toISOString() };
      if (status >= 200 && status < 300) {
        if (answer.json === undefined) return { failure: `${status} with a body that is no JSON` };
        if (request.isGood?.(answer.json) === false) return { failure: `${status} with an unexpected body` };
      }
      return { answer, retryAfter: response.headers.get("retry-after") };
    } catch (error) {
      return { failure: networkFailure(error, timeoutMs) };
    } finally {
      lastAnswerMs = effects.now();
    }
  }

  async function send(request: Request): Promise<Answer> {
    const { purpose } = request;
    let failures = 0;
    let burstWaits = 0;
    await pause(gapLeftMs(request.url), purpose);
    for (;;) {
      const outcome = await once(request);
      if ("answer" in outcome && outcome.answer.status === 429) {
        const limit = readRateLimit(outcome.retryAfter, outcome.answer.json, effects.now());
        burstWaits += 1;
        if (limit.isQuota || limit.waitMs > longestBurstWaitMs || burstWaits > mostBurstWaits) {
          const until = new Date(effects.now() + limit.waitMs).toISOString();
          throw limitedError(purpose, { until, isQuota: limit.isQuota });
        }
        effects.log?.({ event: "rateLimited", purpose, waitMs: limit.waitMs });
        await pause(limit.waitMs + Math.floor(effects.random() * 250), purpose);
        continue;
      }
      const failure = failureOf(outcome);
      if (failure == null) return (outcome as { answer: Answer }).answer;
      failures += 1;
      if (failures > mostFailures) {
        throw codedError("TRANSIENT", purpose, `${failure}, ${failures} times`, {});
      }
      const waitMs = backoffMs(failures, effects.random(), askedWaitMs(outcome, effects.now()));
      effects.log?.({ event: "retry", purpose, failure, waitMs });
      await pause(waitMs, purpose);
    }
  }

  return { send, count: () => count };
}

/** Spotify wants no request before `until` (ISO 8601). */
export function limitedError(subject: string | undefined, limit: { until: string; isQuota: boolean }): Error {
  const why = limit.isQuota ? "Spotify's quota is used up" : "Spotify limits the rate of requests";
  return codedError("LIMITED", subject, `${why}; no request before ${limit.until}`, limit);
}

/** What a later try can mend; undefined for an answer that stands. */
function failureOf(outcome: Outcome): string | undefined {
  if ("failure" in outcome) return outcome.failure;
  const { status } = outcome.answer;
  const isAnswer = (status >= 200 && status < 300) || (status >= 400 && status < 500);
  return isAnswer && status !== 408 && status !== 425 ? undefined : `status ${status}`;
}

/** Exponential with jitter: half of it sure, half by chance. A server's own short wish counts where it is longer. */
function backoffMs(failures: number, random: number, askedMs: number): number {
  const fullMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (failures - 1));
  return Math.max(askedMs, Math.floor(fullMs / 2 + (random * fullMs) / 2));
}

function askedWaitMs(outcome: Outcome, nowMs: number): number {
  const askedMs = "retryAfter" in outcome ? retryAfterMs(outcome.retryAfter, nowMs) : undefined;
  return Math.min(askedMs ?? 0, longestBurstWaitMs);
}

function networkFailure(error: unknown, timeoutMs: number): string {
  const name = (error as { name?: unknown } | null)?.name;
  if (name === "AbortError" || name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  return `network error (${errorText(error)})`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
