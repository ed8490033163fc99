import { createHash, randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, readJson, replaceFile } from "../files";
import type { Principal } from "../iam";

/** An asynchronous invocation that has been accepted and has not ended. */
export interface QueuedInvocation {
  /** Lambda's request id: the same for all attempts. */
  requestId: string;
  functionArn: string;
  payload: unknown;
  /** The caller. */
  principal: Principal;
  /** Position among all accepted invocations of all runs. */
  sequence: number;
  /** The simulated instant at which it was accepted; absent if the run used the machine's clock. */
  acceptedAt?: string;
  /** How many attempts have failed. */
  attempts: number;
}

/** Accepted invocations, one file each. A file is whole or missing, whenever the program ends. */
export interface Queue {
  /** Adds an invocation. Does nothing if one with the same `id` for the same function is waiting. */
  add(invocation: Omit<QueuedInvocation, "sequence" | "attempts" | "requestId">, id: string | undefined): void;
  /** Waiting invocations, in order of acceptance. */
  waiting(): QueuedInvocation[];
  /** Whether the invocation was in the queue when it was opened and is still waiting. */
  isLeftOver(invocation: QueuedInvocation): boolean;
  /** The position of the last accepted invocation; 0 if there was none. */
  lastSequence(): number;
  update(invocation: QueuedInvocation): void;
  remove(invocation: QueuedInvocation): void;
}

/** An invocation's file, named by its id, so that the same event twice is one file. */
interface Entry {
  file: string;
  invocation: QueuedInvocation;
}

/**
 * Opens the queue in a folder. Invocations of a former run wait again.
 * @throws one line if a file is damaged
 */
export function openQueue(folder: string): Queue {
  makeFolder(folder);
  const entries = new Map<string, Entry>();
  const leftOver = new Set<string>();
  let sequence = 0;

  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const invocation = name.endsWith(".json") ? readJson<QueuedInvocation>(file) : undefined;
    if (invocation === undefined) {
      // A killed run was still writing it, so its invocation was not accepted yet.
      rmSync(file, { force: true });
      continue;
    }
    entries.set(invocation.requestId, { file, invocation });
    leftOver.add(invocation.requestId);
    sequence = Math.max(sequence, invocation.sequence);
  }

  const write = ({ file, invocation }: Entry) => replaceFile(file, JSON.stringify(invocation));

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
