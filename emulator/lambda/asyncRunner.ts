import type { Clock } from "../clock";
import type { Iam } from "../iam";
import type { Sqs } from "../sqs";
import type { InvokeResult } from "./environment";
import type { LambdaFunction } from "./functions";
import type { Pool } from "./pool";
import type { Queue, QueuedInvocation } from "./queue";

export interface AsyncResult extends InvokeResult {
  requestId: string;
  functionName: string;
  functionArn: string;
  request: unknown;
  attempts: number;
}

interface AsyncRunnerDeps {
  queue: Queue;
  clock: Clock;
  sqs: Pick<Sqs, "sendFailure">;
  poolOf(arn: string): Pick<Pool, "fn" | "invoke">;
  /** False once the run has ended. Invocations that are running then stay in the queue. */
  isOpen(): boolean;
}

/**
 * Checks a function as Lambda does when it stores the setting: its role may send to its failure queue.
 * @throws one line naming the function
 */
export function checkDestination(fn: LambdaFunction, iam: Iam): void {
  const arn = fn.onFailureArn;
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
function failureRecord({ requestId, functionArn, request, attempts, ...result }: AsyncResult, now: Date): object {
  const ended = { condition: "RetriesExhausted", approximateInvokeCount: attempts };
  return {
    version: "1.0",
    timestamp: now.toISOString(),
    requestContext: { requestId, functionArn: `${functionArn}:$LATEST`, ...ended },
    requestPayload: request,
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: result.functionError },
    responsePayload: result.payload,
  };
}

/**
 * Runs queued invocations to their end, including retries and the failure queue. Returns a function that resolves when
 * nothing is left, with the results in order of acceptance.
 */
export function createAsyncRunner(deps: AsyncRunnerDeps): () => Promise<AsyncResult[]> {
  const { queue, clock } = deps;

  function end(fn: LambdaFunction, invocation: QueuedInvocation, attempts: number, result: InvokeResult): AsyncResult {
    const { requestId, functionArn, payload: request } = invocation;
    const ended = { requestId, functionName: fn.name, functionArn, request, attempts, ...result };
    if (result.functionError !== undefined) {
      const record = failureRecord(ended, clock.now());
      deps.sqs.sendFailure(fn.roleArn, fn.name, fn.onFailureArn, record);
    }
    queue.remove(invocation);
    return ended;
  }

  /** Runs the chosen invocations and everything that they cause. A retry starts when nothing else runs. */
  async function runAll(chosen: (invocation: QueuedInvocation) => boolean): Promise<AsyncResult[]> {
    const results = new Map<QueuedInvocation["sequence"], AsyncResult>();
    const attempts = new Map<QueuedInvocation, number>();
    const failed: QueuedInvocation[] = [];
    const running = new Set<Promise<void>>();
    const problems: unknown[] = [];

    async function attempt(invocation: QueuedInvocation, number: number): Promise<void> {
      const { fn, invoke } = deps.poolOf(invocation.functionArn);
      const event = JSON.stringify(invocation.payload);
      const result = await invoke({ requestId: invocation.requestId, event });
      if (!deps.isOpen()) return;
      const isRetried = result.functionError !== undefined && number <= fn.maxRetries;
      if (isRetried) failed.push(invocation);
      else results.set(invocation.sequence, end(fn, invocation, number, result));
    }

    function launch(invocation: QueuedInvocation): void {
      const number = (attempts.get(invocation) ?? 0) + 1;
      attempts.set(invocation, number);
      const tracked: Promise<void> = attempt(invocation, number)
        .catch((error) => void problems.push(error))
        .finally(() => running.delete(tracked));
      running.add(tracked);
    }

    const isNew = (invocation: QueuedInvocation) => !attempts.has(invocation) && chosen(invocation);
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
    const before = clock.fixedMs === undefined ? undefined : clock.now();
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
