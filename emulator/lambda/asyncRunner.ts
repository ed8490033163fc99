import type { Clock } from "../clock";
import type { Iam } from "../iam";
import type { Sqs } from "../sqs";
import type { InvocationRequest, InvokeResult } from "./environment";
import type { LambdaFunction } from "./functions";
import type { Queue, QueuedInvocation } from "./queue";

type EndReason = "Success" | "RetriesExhausted";

export interface AsyncResult extends InvokeResult {
  requestId: string;
  functionName: string;
  functionArn: string;
  request: unknown;
  attempts: number;
  condition: EndReason;
  sentTo?: string;
}

interface AsyncRunnerDeps {
  queue: Queue;
  clock: Clock;
  sqs: Pick<Sqs, "sendFailure">;
  functionOf(arn: string): LambdaFunction;
  invoke(fn: LambdaFunction, request: InvocationRequest): Promise<InvokeResult>;
  /** False once the run has ended. Invocations that are running then stay in the queue. */
  isOpen(): boolean;
  /** Whether the subject of the event exists; see `LambdaOptions.isReady`. */
  isReady(invocation: QueuedInvocation): Promise<boolean>;
}

const readinessTries = 100;
const readinessPauseMs = 10;

/**
 * Checks a function as Lambda does when it stores the setting: its role may send to its failure queue.
 * @throws one line naming the function
 */
export function checkDestination(fn: LambdaFunction, iam: Iam): void {
  const arn = fn.asynchronous.onFailureArn;
  if (arn === undefined) return;
  if (arn.split(":")[2] !== "sqs") {
    throw new Error(`function ${fn.name}: the local run models queues as destinations only, got ${arn}`);
  }
  try {
    iam.authorize({ kind: "role", arn: fn.roleArn, session: fn.name }, "sqs:SendMessage", arn);
  } catch (cause) {
    const text = `The function's execution role does not have permissions to call SendMessage on ${arn}`;
    throw new Error(`function ${fn.name}: ${text}`, { cause });
  }
}

/** The record that Lambda sends to the failure queue for an invocation that finally failed. */
function failureRecord(invocation: QueuedInvocation, result: InvokeResult, condition: EndReason, now: Date): object {
  const { requestId, functionArn, attempts: approximateInvokeCount, payload: requestPayload } = invocation;
  const { functionError, payload: responsePayload } = result;
  return {
    version: "1.0",
    timestamp: now.toISOString(),
    requestContext: { requestId, functionArn: `${functionArn}:$LATEST`, condition, approximateInvokeCount },
    requestPayload,
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError },
    responsePayload,
  };
}

/**
 * Runs queued invocations to their end, including retries and the failure queue. Returns a function that resolves when
 * nothing is left, with the results in order of acceptance.
 */
export function createAsyncRunner(deps: AsyncRunnerDeps): () => Promise<AsyncResult[]> {
  const { queue, clock } = deps;

  async function waitUntilReady(invocation: QueuedInvocation): Promise<boolean> {
    for (let tries = 0; tries < readinessTries; tries += 1) {
      if (await deps.isReady(invocation)) return true;
      // The subject of a former run's event will never appear. In this run it can still be on its way.
      if (queue.isLeftOver(invocation)) return false;
      await new Promise((resolve) => setTimeout(resolve, readinessPauseMs));
    }
    return true;
  }

  async function end(invocation: QueuedInvocation, result: InvokeResult, condition: EndReason): Promise<AsyncResult> {
    const fn = deps.functionOf(invocation.functionArn);
    const failed = condition !== "Success";
    const record = failureRecord(invocation, result, condition, clock.now());
    const { onFailureArn } = fn.asynchronous;
    const sentTo = failed ? await deps.sqs.sendFailure(fn.roleArn, fn.name, onFailureArn, record) : undefined;
    queue.remove(invocation);
    const { requestId, functionArn, payload: request, attempts } = invocation;
    const sent = sentTo === undefined ? {} : { sentTo };
    return { requestId, functionName: fn.name, functionArn, request, attempts, condition, ...sent, ...result };
  }

  /** One attempt: its result, or the invocation to retry. Undefined if the run has ended meanwhile, or there is no subject. */
  async function attempt(invocation: QueuedInvocation): Promise<AsyncResult | QueuedInvocation | undefined> {
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
    return tried;
  }

  /** Runs the chosen invocations and everything that they cause. A retry starts when nothing else runs. */
  async function runAll(chosen: (invocation: QueuedInvocation) => boolean): Promise<AsyncResult[]> {
    const results = new Map<QueuedInvocation["sequence"], AsyncResult>();
    const started = new Set<string>();
    const failed: QueuedInvocation[] = [];
    const running = new Set<Promise<void>>();
    const problems: unknown[] = [];

    function launch(invocation: QueuedInvocation): void {
      started.add(invocation.requestId);
      const task = attempt(invocation).then((outcome) => {
        if (outcome === undefined) return;
        if ("condition" in outcome) results.set(invocation.sequence, outcome);
        else failed.push(outcome);
      });
      const tracked: Promise<void> = task
        .catch((error) => void problems.push(error))
        .finally(() => running.delete(tracked));
      running.add(tracked);
    }

    const isNew = (invocation: QueuedInvocation) => !started.has(invocation.requestId) && chosen(invocation);
    while (deps.isOpen() && problems.length === 0) {
      queue.waiting().filter(isNew).forEach(launch);
      // An event is handled while the function that caused it is still running, as in AWS.
      if (running.size > 0) await Promise.race([...running, queue.added()]);
      else if (failed.length > 0) failed.splice(0).forEach(launch);
      else break;
    }
    await Promise.all(running);
    if (problems.length > 0 && deps.isOpen()) throw problems[0];
    return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
  }

  /** Completes a former run's invocations at the instants at which they were accepted, the earliest first. */
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
