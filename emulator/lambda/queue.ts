import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Principal } from "../iam";

/** An asynchronous invocation that has been accepted and has not come to its end. */
export interface QueuedInvocation {
  /** Lambda's request id: the same over all tries. */
  requestId: string;
  functionArn: string;
  payload: unknown;
  /** Who asked for it. */
  principal: Principal;
  /** Position among all that were accepted, over runs. */
  sequence: number;
  /** The simulated instant at which it was accepted; absent where the machine's clock counted. */
  acceptedAt?: string;
  /** Tries that have failed. */
  attempts: number;
}

/** Accepted invocations as files: one each, complete or not there, whenever the program is ended. */
export interface Queue {
  /** Takes one in; the same `id` for the same function again while it is waiting changes nothing. */
  add(invocation: Omit<QueuedInvocation, "sequence" | "attempts" | "requestId">, id: string | undefined): void;
  /** Those that are waiting, in the order in which they were accepted. */
  waiting(): QueuedInvocation[];
  /** Those that were there when the queue was opened and are still waiting. */
  isLeftOver(invocation: QueuedInvocation): boolean;
  /** The position of the last one that was accepted; 0 where there was none. */
  lastSequence(): number;
  update(invocation: QueuedInvocation): void;
  remove(invocation: QueuedInvocation): void;
}

/** An invocation's file: by its id, so that the same event twice is one file. */
interface Entry {
  file: string;
  invocation: QueuedInvocation;
}

/**
 * Opens the queue in a folder; what a former run left there is waiting again.
 * @throws one line where a file of it is no invocation
 */
export function openQueue(folder: string): Queue {
  const temporary = join(folder, ".new");
  mkdirSync(temporary, { recursive: true });
  const entries = new Map<string, Entry>();
  const leftOver = new Set<string>();
  let sequence = 0;

  for (const name of readdirSync(folder).filter((candidate) => candidate.endsWith(".json"))) {
    const file = join(folder, name);
    const invocation = readInvocation(file);
    entries.set(invocation.requestId, { file, invocation });
    leftOver.add(invocation.requestId);
    sequence = Math.max(sequence, invocation.sequence);
  }

  function write({ file, invocation }: Entry): void {
    // Renamed into place: a killed program leaves the whole file or none.
    const unfinished = join(temporary, invocation.requestId);
    writeFileSync(unfinished, JSON.stringify(invocation));
    renameSync(unfinished, file);
  }

  return {
    add: (accepted, id) => {
      const requestId = randomUUID();
      const name = createHash("sha256")
        .update(`${accepted.functionArn}\n${id ?? requestId}`)
        .digest("hex");
      const file = join(folder, `${name.slice(0, 40)}.json`);
      if ([...entries.values()].some((entry) => entry.file === file)) return;
      sequence += 1;
      const entry = { file, invocation: { ...accepted, requestId, sequence, attempts: 0 } };
      write(entry);
      entries.set(requestId, entry);
    },
    waiting: () => [...entries.values()].map(({ invocation }) => invocation).sort((a, b) => a.sequence - b.sequence),
    isLeftOver: ({ requestId }) => leftOver.has(requestId),
    lastSequence: () => sequence,
    update: (invocation) => {
      const entry = entries.get(invocation.requestId);
      if (entry === undefined) return;
      entry.invocation = invocation;
      write(entry);
    },
    remove: ({ requestId }) => {
      const entry = entries.get(requestId);
      if (entry === undefined) return;
      rmSync(entry.file, { force: true });
      entries.delete(requestId);
      leftOver.delete(requestId);
    },
  };
}

function readInvocation(file: string): QueuedInvocation {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as QueuedInvocation;
  } catch (error) {
    throw new Error(`${file} is no queued invocation (${(error as Error).message}); delete it and run again`);
  }
}
