// The local Lambda. Each function runs in Node processes that start as in Lambda, with the archive that would be uploaded.
// Memory is limited as V8's heap. CPU share, /tmp's size and freezing between invocations are not modelled.
import { join } from "node:path";
import { AwsError } from "../awsJson";
import type { Clock } from "../clock";
import type { Principal } from "../iam";
import type { ServiceOptions } from "../options";
import type { Sqs } from "../sqs";
import { type AsyncResult, checkDestination, createAsyncRunner } from "./asyncRunner";
import type { InvokeResult } from "./environment";
import { functionNameOf, readFunctions } from "./functions";
import { createGuard } from "./guard";
import type { LogLine } from "./logs";
import { createPool, type Pool } from "./pool";
import { openQueue } from "./queue";
import { createScratch, type Scratch } from "./scratch";

export type { AsyncResult } from "./asyncRunner";
export type { InvokeResult } from "./environment";
export type { LogLine } from "./logs";
export type { QueuedInvocation } from "./queue";

export interface LambdaOptions extends ServiceOptions {
  clock: Clock;
  /** Environment variables for every function: the addresses of the local services, such as AWS_ENDPOINT_URL_S3. */
  endpoints: Readonly<Record<string, string>>;
  sqs: Pick<Sqs, "sendFailure">;
  /** Called with every line of the functions' logs, whether or not the role may write it. */
  onLog?: (line: LogLine) => void;
}

export type Lambda = ReturnType<typeof createLambda>;

/**
 * Creates a Lambda with the functions that a program declares. Calls name them by name or ARN, with or without `:$LATEST`.
 * Accepted invocations are stored in `lambda/queue/`, logs in `logs/`.
 * @throws one line for a declaration that Lambda would refuse or that is not modelled
 */
export function createLambda(options: LambdaOptions) {
  const { resources, iam, clock, stateDir, endpoints, sqs, onLog = () => {} } = options;
  const queue = openQueue(join(stateDir, "lambda", "queue"));
  const guard = createGuard();
  const logs = { resources, iam, logsFolder: join(stateDir, "logs"), onLog };
  let scratch: Promise<Scratch> | undefined;
  const deps = { iam, clock, guard, logs, endpoints, scratch: () => (scratch ??= createScratch(stateDir)) };
  const pools = new Map(readFunctions(resources).map((fn) => [fn.name, createPool(fn, deps)]));
  // Events for functions that are no longer declared are dropped.
  for (const waiting of queue.waiting()) if (!pools.has(functionNameOf(waiting.functionArn))) queue.remove(waiting);
  let open = true;

  function poolOf(nameOrArn: string): Pool {
    const pool = pools.get(functionNameOf(nameOrArn));
    if (pool === undefined) throw new AwsError("ResourceNotFoundException", `Function not found: ${nameOrArn}`);
    return pool;
  }

  const runQueued = createAsyncRunner({ queue, clock, sqs, poolOf, isOpen: () => open });
  let draining: Promise<unknown> = Promise.resolve();

  return {
    /** Checks what AWS checks when functions are stored: trust, and the destinations of asynchronous invocations. */
    start: async (): Promise<void> => {
      for (const { fn } of pools.values()) {
        iam.assume(fn.roleArn, "lambda.amazonaws.com", { session: fn.name });
        checkDestination(fn, iam);
      }
    },
    /** Runs a function and waits for its result. Throws if the caller is not allowed to, or the function does not exist. */
    invoke: async (functionName: string, payload: unknown, principal: Principal): Promise<InvokeResult> => {
      const { fn, invoke } = poolOf(functionName);
      iam.authorize(principal, "lambda:InvokeFunction", fn.arn);
      return invoke({ requestId: crypto.randomUUID(), event: JSON.stringify(payload ?? {}) });
    },
    /** Starts a process of a function before it is invoked, as Lambda sometimes does. */
    warm: (functionName: string): void => poolOf(functionName).warm(),
    /**
     * Accepts an asynchronous invocation. Once this returns, `drain` will run it, even if the program is killed in between.
     * @param id while an invocation is waiting, the same id for the same function stands for the same invocation
     */
    enqueue: (functionName: string, payload: unknown, principal: Principal, id?: string): void => {
      const { fn } = poolOf(functionName);
      iam.authorize(principal, "lambda:InvokeFunction", fn.arn);
      const acceptedAt = clock.fixedMs === undefined ? {} : { acceptedAt: clock.now().toISOString() };
      queue.add({ functionArn: fn.arn, payload: payload ?? {}, ...acceptedAt }, id);
    },
    /**
     * Runs all accepted invocations, including those of former runs, until nothing is left. Failed ones are retried by the
     * function's setting, then their record goes to the failure queue. Lambda waits 1 and 2 minutes before a retry. Locally
     * there is no wait, and a simulated clock stands still, so that a day with retries gives the same bytes.
     */
    drain: (): Promise<AsyncResult[]> => {
      // Two at a time would run the same file twice.
      const drained = draining.catch(() => undefined).then(runQueued);
      draining = drained;
      return drained;
    },
    /** Invocations that have been accepted and have not ended, in order of acceptance. */
    waiting: queue.waiting,
    cancel: queue.remove,
    processes: () => [...pools].flatMap(([functionName, pool]) => pool.pids().map((pid) => ({ functionName, pid }))),
    /** Ends all processes. Running invocations stay in the queue. */
    close: async (): Promise<void> => {
      open = false;
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      await draining.catch(() => undefined);
      guard.close();
      await (await scratch?.catch(() => undefined))?.remove();
    },
  };
}
