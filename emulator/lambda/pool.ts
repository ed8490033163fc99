import { diskError } from "../files";
import { type Environment, type InvocationRequest, type InvokeResult, startEnvironment } from "./environment";
import type { LambdaFunction } from "./functions";
import type { ProcessDeps } from "./process";
import { unpackArchive } from "./scratch";

/** A place for one process, which takes one invocation at a time. */
interface Slot {
  started?: Promise<Environment>;
  /** Set once it has started. */
  environment?: Environment;
}

export type Pool = ReturnType<typeof createPool>;

/** A function's processes: unpacked and started when needed, kept warm, never more than two. */
export function createPool(fn: LambdaFunction, deps: ProcessDeps) {
  const slots: readonly Slot[] = [{}, {}];
  const free = [...slots];
  const waiting: ((slot: Slot) => void)[] = [];
  let unpacked: Promise<string> | undefined;
  let closed = false;

  async function unpack(): Promise<string> {
    const folder = (await deps.scratch()).folder(`code-${fn.name}`);
    await unpackArchive(fn.code, folder).catch((error: Error) => {
      const { message } = diskError(error, "its archive cannot be unpacked") as Error;
      throw new Error(`function ${fn.name}: ${message}`);
    });
    return folder;
  }

  function checkOpen(): void {
    if (closed) throw new Error(`function ${fn.name}: the local run has ended`);
  }

  function start(slot: Slot): Promise<Environment> {
    checkOpen();
    unpacked ??= unpack();
    slot.started = unpacked.then(async (codeFolder) => {
      checkOpen();
      slot.environment = await startEnvironment(fn, codeFolder, deps);
      return slot.environment;
    });
    return slot.started;
  }

  async function clear(slot: Slot): Promise<void> {
    const environment = await slot.started?.catch(() => undefined);
    delete slot.started;
    delete slot.environment;
    await environment?.close();
  }

  async function environmentOf(slot: Slot): Promise<Environment> {
    const warm = await slot.started?.catch(() => undefined);
    if (warm?.usable) return warm;
    await clear(slot);
    return start(slot);
  }

  /** A free place, warm if possible. If all are busy, the next to become free. */
  async function takeSlot(): Promise<Slot> {
    const slot = free.find(({ started }) => started !== undefined) ?? free[0];
    if (slot === undefined) return new Promise((resolve) => waiting.push(resolve));
    free.splice(free.indexOf(slot), 1);
    return slot;
  }

  function giveBack(slot: Slot): void {
    const next = waiting.shift();
    if (next === undefined) free.push(slot);
    else next(slot);
  }

  return {
    fn,
    pids: (): number[] => slots.flatMap(({ environment }) => (environment?.usable ? environment.pid : [])),
    invoke: async (request: InvocationRequest): Promise<InvokeResult> => {
      const slot = await takeSlot();
      try {
        const environment = await environmentOf(slot);
        return await environment.invoke(request);
      } finally {
        if (!slot.environment?.usable) await clear(slot);
        giveBack(slot);
      }
    },
    /** Starts the first process, which then waits for an invocation. If it cannot start, the invocation reports why. */
    warm: (): void => {
      const [first] = free;
      if (closed || first === undefined || slots.some(({ started }) => started !== undefined)) return;
      start(first).catch(() => undefined);
    },
    close: async (): Promise<void> => {
      closed = true;
      await Promise.all(slots.map(clear));
    },
  };
}
