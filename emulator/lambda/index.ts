// The local Lambda. Each function runs in Node processes that start as in Lambda, with the archive that would be uploaded.
// Memory is limited as V8's heap. CPU share, /tmp's size and freezing between invocations are not modelled.
import { join } from "node:path";
import { AwsError } from "../awsJson";
import type { Clock } from "../clock";
import type { Principal } from "../iam";
import type { ServiceOptions } from "../options";
import type { Sqs } from "../sqs";
import { type AsyncResult, checkDestination, createAsyncRunner } from "./asyncRunner";
import type { InvocationRequest, InvokeResult } from "./environment";
import { functionNameOf, type LambdaFunction, readFunctions } from "./functions";
import { createGuard } from "./guard";
import type { LogLine } from "./logs";
import { createPool, type Pool } from "./pool";
import type { ProcessDeps } from "./process";
import { openQueue, type QueuedInvocation } from "./queue";
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
  /**
   * Called before the first attempt of an asynchronous invocation: does the subject of its event exist? Waits for one that is
   * being written. Without its subject, an invocation that a killed run has left behind is dropped. @default always
   */
  hasSubject?: (invocation: QueuedInvocation) => Promise<boolean>;
}

export type Lambda = ReturnType<typeof createLambda>;

/**
 * Creates a Lambda with the functions that a program declares. Calls name them by name or ARN, with or without `:$LATEST`.
 * Accepted invocations are stored in `lambda/queue/`, logs in `logs/`.
 * @throws one line for a declaration that Lambda would refuse or that is not modelled
 */
export function createLambda(options: LambdaOptions) {
  const { resources, iam, clock, stateDir, sqs, hasSubject = async () => true, onLog = () => {} } = options;
  const functions = new Map(readFunctions(resources).map((fn) => [fn.name, fn]));
  const queue = openQueue(join(stateDir, "lambda", "queue"));
  // Events for functions that are no longer declared are dropped.
  for (const waiting of queue.waiting()) if (!functions.has(functionNameOf(waiting.functionArn))) queue.remove(waiting);
  const guard = createGuard();
  const pools = new Map<string, Pool>();
  const logs = { resources, iam, logsFolder: join(stateDir, "logs"), onLog };
  let scratch: Promise<Scratch> | undefined;
  let open = true;

  function functionOf(nameOrArn: string): LambdaFunction {
    const fn = functions.get(functionNameOf(nameOrArn));
    if (fn === undefined) throw new AwsError("ResourceNotFoundException", `Function not found: ${nameOrArn}`);
    return fn;
  }

  async function poolOf(fn: LambdaFunction): Promise<Pool> {
    if (open) scratch ??= createScratch(stateDir);
    const folders = await scratch;
    if (!open || folders === undefined) throw new Error(`function ${fn.name}: the local run has ended`);
    const deps: ProcessDeps = { iam, clock, guard, logs, endpoints: options.endpoints, scratch: folders };
    const pool = pools.get(fn.name) ?? createPool(fn, deps);
    pools.set(fn.name, pool);
    return pool;
  }

  async function run(fn: LambdaFunction, request: InvocationRequest): Promise<InvokeResult> {
    return (await poolOf(fn)).invoke(request);
  }

  const runQueued = createAsyncRunner({ queue, clock, sqs, functionOf, invoke: run, hasSubject, isOpen: () => open });
  let draining: Promise<unknown> = Promise.resolve();

  return {
    /** Checks what AWS checks when functions are stored: trust, and the destinations of asynchronous invocations. */
    start: async (): Promise<void> => {
      for (const fn of functions.values()) {
        iam.assume(fn.roleArn, "lambda.amazonaws.com", { session: fn.name });
        checkDestination(fn, iam);
      }
    },
    /** Runs a function and waits for its result. Throws if the caller is not allowed to, or the function does not exist. */
    invoke: async (functionName: string, payload: unknown, principal: Principal): Promise<InvokeResult> => {
      const fn = functionOf(functionName);
      iam.authorize(principal, "lambda:InvokeFunction", fn.arn);
      return run(fn, { requestId: crypto.randomUUID(), event: JSON.stringify(payload ?? {}) });
    },
    /** Starts a process of a function before it is invoked, as Lambda sometimes does. */
    warm: (functionName: string): void => {
      poolOf(functionOf(functionName)).then(
        (pool) => pool.warm(),
        () => undefined,
      );
    },
    /**
     * Accepts an asynchronous invocation. Once this resolves, `drain` will run it, even if the program is killed in between.
     * @param id while an invocation is waiting, the same id for the same function stands for the same invocation
     */
    enqueue: async (functionName: string, payload: unknown, principal: Principal, id?: string): Promise<void> => {
      const fn = functionOf(functionName);
      iam.authorize(principal, "lambda:InvokeFunction", fn.arn);
      const acceptedAt = clock.shifted ? { acceptedAt: clock.now().toISOString() } : {};
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
