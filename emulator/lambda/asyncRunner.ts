import type { Clock } from "../clock";
import type { Sqs } from "../sqs";
import { type Condition, deliver, destinationRecord } from "./destinations";
import type { InvocationRequest, InvokeResult } from "./environment";
import type { LambdaFunction } from "./functions";
import type { Queue, QueuedInvocation } from "./queue";

/** What became of an asynchronous invocation. */
export interface AsyncResult extends InvokeResult {
  requestId: string;
  functionName: string;
  functionArn: string;
  /** The event. */
  request: unknown;
  /** How often the function was started for it. */
  attempts: number;
  condition: Condition;
  /** The queues that its record was sent to. */
  delivered: string[];
}

/** What the runner works with. */
export interface AsyncRunnerDeps {
  queue: Queue;
  clock: Clock;
  sqs: Pick<Sqs, "send">;
  functionOf(arn: string): LambdaFunction;
  invoke(fn: LambdaFunction, request: InvocationRequest): Promise<InvokeResult>;
  /** False from the moment at which the run is ended: what is under way then is not over. */
  isOpen(): boolean;
  /** Whether what the event speaks of is there; see `LambdaOptions.isReady`. */
  isReady(invocation: QueuedInvocation): Promise<boolean>;
}

/** How long Lambda waits before the first and the second retry. */
const retryDelaysMs = [60_000, 120_000];
const readinessTries = 100;
const readinessPauseMs = 10;

/** A try that failed waits for its next one until the clock has come there. */
interface Delayed {
  invocation: QueuedInvocation;
  result: InvokeResult;
  dueMs: number;
}

/**
 * Runs what is queued to its end, retries and destinations included. Gives a function that resolves when nothing is left,
 * with the results in the order in which the invocations were accepted.
 */
export function createAsyncRunner(deps: AsyncRunnerDeps): () => Promise<AsyncResult[]> {
  const { queue, clock } = deps;

  async function waitUntilReady(invocation: QueuedInvocation): Promise<boolean> {
    for (let tries = 0; tries < readinessTries; tries += 1) {
      if (await deps.isReady(invocation)) return true;
      // What a former run left behind can't come any more; what this one announced is on its way.
      if (queue.isLeftOver(invocation)) return false;
      await new Promise((resolve) => setTimeout(resolve, readinessPauseMs));
    }
    return true;
  }

  async function end(invocation: QueuedInvocation, result: InvokeResult, condition: Condition): Promise<AsyncResult> {
    const fn = deps.functionOf(invocation.functionArn);
    const record = destinationRecord(invocation, result, condition, clock.now());
    const delivered = await deliver(fn, invocation, record, deps.sqs);
    queue.remove(invocation);
    const { requestId, functionArn, payload: request, attempts } = invocation;
    return { requestId, functionName: fn.name, functionArn, request, attempts, condition, delivered, ...result };
  }

  /** One try. Undefined where the run was ended meanwhile, or there is nothing to run for any more. */
  async function attempt(invocation: QueuedInvocation): Promise<AsyncResult | Delayed | undefined> {
    if (invocation.attempts === 0 && !(await waitUntilReady(invocation))) {
      queue.remove(invocation);
      return undefined;
    }
    const fn = deps.functionOf(invocation.functionArn);
    const event = JSON.stringify(invocation.payload);
    const result = await deps.invoke(fn, { requestId: invocation.requestId, event });
    if (!deps.isOpen()) return undefined;
    const tried = { ...invocation, attempts: invocation.attempts + 1 };
    if (result.functionError === undefined) return end(tried, result, "Success");
    if (tried.attempts > fn.asynchronous.maxRetries) return end(tried, result, "RetriesExhausted");
    queue.update(tried);
    const delayMs = retryDelaysMs[tried.attempts - 1] ?? 0;
    return { invocation: tried, result, dueMs: clock.now().getTime() + delayMs };
  }

  /** Runs the chosen ones and all that comes of them, at the clock's instant and the retries' after it. */
  async function runAll(chosen: (invocation: QueuedInvocation) => boolean): Promise<AsyncResult[]> {
    const results = new Map<QueuedInvocation["sequence"], AsyncResult>();
    const taken = new Set<string>();
    const startedMs = new Map<string, number>();
    let delayed: Delayed[] = [];
    const running = new Set<Promise<void>>();
    const problems: unknown[] = [];

    function launch(invocation: QueuedInvocation): void {
      taken.add(invocation.requestId);
      startedMs.set(invocation.requestId, startedMs.get(invocation.requestId) ?? clock.now().getTime());
      const task = attempt(invocation).then((outcome) => {
        if (outcome === undefined) return;
        if ("dueMs" in outcome) delayed.push(outcome);
        else results.set(invocation.sequence, outcome);
      });
      const tracked: Promise<void> = task
        .catch((error) => void problems.push(error))
        .finally(() => running.delete(tracked));
      running.add(tracked);
    }

    /** Nothing runs: the next retry, without a wait. The clock stands still, so that a day that was tried again is the same. */
    async function retryNext(): Promise<void> {
      const dueMs = Math.min(...delayed.map((one) => one.dueMs));
      const due = delayed.filter((one) => one.dueMs === dueMs);
      delayed = delayed.filter((one) => one.dueMs !== dueMs);
      for (const { invocation, result } of due) {
        const ageMs = dueMs - (startedMs.get(invocation.requestId) ?? dueMs);
        const { maxAgeSeconds } = deps.functionOf(invocation.functionArn).asynchronous;
        if (ageMs <= maxAgeSeconds * 1000) launch(invocation);
        else results.set(invocation.sequence, await end(invocation, result, "EventAgeExceeded"));
      }
    }

    const isNew = (invocation: QueuedInvocation) => !taken.has(invocation.requestId) && chosen(invocation);
    while (deps.isOpen() && problems.length === 0) {
      queue.waiting().filter(isNew).forEach(launch);
      if (running.size > 0) await Promise.race(running);
      else if (delayed.length > 0) await retryNext();
      else break;
    }
    await Promise.all(running);
    if (problems.length > 0 && deps.isOpen()) throw problems[0];
    return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
  }

  /** What a former run left is completed at the instants at which it was accepted, the earliest first. */
  async function completeLeftOver(): Promise<AsyncResult[]> {
    const results: AsyncResult[] = [];
    const before = clock.shifted ? clock.now() : undefined;
    const next = () => queue.waiting().find(queue.isLeftOver);
    for (let first = next(); first !== undefined && deps.isOpen(); first = next()) {
      const { acceptedAt } = first;
      const sequenceBefore = queue.lastSequence();
      clock.set(acceptedAt === undefined ? undefined : new Date(acceptedAt));
      const belongs = (one: QueuedInvocation) =>
        one.sequence > sequenceBefore || (queue.isLeftOver(one) && one.acceptedAt === acceptedAt);
      results.push(...(await runAll(belongs)));
    }
    clock.set(before);
    return results;
  }

  return async () => {
    const leftOver = await completeLeftOver();
    return [...leftOver, ...(await runAll(() => true))];
  };
}
