import { type Environment, type InvocationRequest, type InvokeResult, startEnvironment } from "./environment";
import type { LambdaFunction } from "./functions";
import type { ProcessDeps } from "./process";
import { unpackArchive } from "./scratch";

const concurrency = 2;

export type Pool = ReturnType<typeof createPool>;

/** A function's processes: unpacked and started when needed, kept warm, never more than two. */
export function createPool(fn: LambdaFunction, deps: ProcessDeps) {
  const idle: Promise<Environment>[] = [];
  const all = new Set<Environment>();
  const starting = new Set<Promise<Environment>>();
  const queue: (() => void)[] = [];
  let running = 0;
  let unpacked: Promise<string> | undefined;
  let closed = false;

  async function unpack(): Promise<string> {
    const folder = deps.scratch.folder(`code-${fn.name}`);
    await unpackArchive(fn.code, folder).catch((error: Error) => {
      throw new Error(`function ${fn.name}: ${error.message}`);
    });
    return folder;
  }

  async function takeTurn(): Promise<void> {
    if (running < concurrency) running += 1;
    // An invocation that ends hands over its slot, so `running` does not change.
    else await new Promise<void>((resolve) => queue.push(resolve));
  }

  function endTurn(): void {
    const next = queue.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  function checkOpen(): void {
    if (closed) throw new Error(`function ${fn.name}: the local run has ended`);
  }

  async function startProcess(): Promise<Environment> {
    unpacked ??= unpack();
    const codeFolder = await unpacked;
    checkOpen();
    const started = await startEnvironment(fn, codeFolder, deps);
    all.add(started);
    return started;
  }

  function start(): Promise<Environment> {
    const started = startProcess();
    starting.add(started);
    return started.finally(() => starting.delete(started));
  }

  async function takeEnvironment(): Promise<Environment> {
    for (let warm = idle.pop(); warm !== undefined; warm = idle.pop()) {
      const environment = await warm.catch(() => undefined);
      if (environment?.usable) return environment;
      if (environment !== undefined) await discard(environment);
    }
    return start();
  }

  async function discard(environment: Environment): Promise<void> {
    all.delete(environment);
    await environment.close();
  }

  return {
    pids: (): number[] => [...all].filter(({ usable }) => usable).map(({ pid }) => pid),
    /** Waits for a free process if all are busy. */
    invoke: async (request: InvocationRequest): Promise<InvokeResult> => {
      await takeTurn();
      try {
        checkOpen();
        const environment = await takeEnvironment();
        const result = await environment.invoke(request);
        if (environment.usable) idle.push(Promise.resolve(environment));
        else await discard(environment);
        return result;
      } finally {
        endTurn();
      }
    },
    /** Starts the first process, which then waits for an invocation. If it cannot start, the invocation reports why. */
    warm: (): void => {
      if (all.size + starting.size > 0) return;
      const warming = start();
      warming.catch(() => undefined);
      idle.push(warming);
    },
    close: async (): Promise<void> => {
      closed = true;
      await Promise.allSettled(starting);
      await Promise.all([...all].map(discard));
    },
  };
}
