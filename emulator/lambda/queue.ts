import { createHash, randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, readJson, replaceFile } from "../files";

/** An asynchronous invocation that has been accepted and has not ended. */
export interface QueuedInvocation {
  /** Lambda's request id: the same for all attempts of a run. */
  requestId: string;
  functionArn: string;
  payload: unknown;
  /** Position among all accepted invocations of all runs. */
  sequence: number;
  /** The simulated instant at which it was accepted; absent if the run used the machine's clock. */
  acceptedAt?: string;
}

export type Queue = ReturnType<typeof openQueue>;

/**
 * Accepted invocations, one file each. A file is whole or missing, whenever the program ends. Invocations of a former run
 * wait again.
 * @throws one line if a file is damaged
 */
export function openQueue(folder: string) {
  makeFolder(folder);
  /** By file, which is named by the invocation's id, so that the same event twice is one file. */
  const waiting = new Map<string, QueuedInvocation>();
  let sequence = 0;
  let onAdded = () => {};

  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const invocation = name.endsWith(".json") ? readJson<QueuedInvocation>(file) : undefined;
    if (invocation === undefined) {
      // A killed run was still writing it, so its invocation was not accepted yet.
      rmSync(file, { force: true });
      continue;
    }
    waiting.set(file, invocation);
    sequence = Math.max(sequence, invocation.sequence);
  }

  const lastLeftOver = sequence;

  return {
    /** Adds an invocation. Does nothing if one with the same `id` for the same function is waiting. */
    add: (accepted: Omit<QueuedInvocation, "sequence" | "requestId">, id: string | undefined): void => {
      const requestId = randomUUID();
      const text = `${accepted.functionArn}\n${id ?? requestId}`;
      const name = createHash("sha256").update(text).digest("hex").slice(0, 40);
      const file = join(folder, `${name}.json`);
      if (waiting.has(file)) return;
      sequence += 1;
      const invocation = { ...accepted, requestId, sequence };
      replaceFile(file, JSON.stringify(invocation));
      waiting.set(file, invocation);
      onAdded();
    },
    /** Resolves when the next invocation is accepted. For one caller at a time. */
    added: (): Promise<void> =>
      new Promise((resolve) => {
        onAdded = resolve;
      }),
    waiting: (): QueuedInvocation[] => [...waiting.values()].sort((a, b) => a.sequence - b.sequence),
    /** Whether the invocation was in the queue when it was opened. */
    isLeftOver: (invocation: QueuedInvocation): boolean => invocation.sequence <= lastLeftOver,
    /** The position of the last accepted invocation; 0 if there was none. */
    lastSequence: (): number => sequence,
    remove: (invocation: QueuedInvocation): void => {
      const [file] = [...waiting].find(([, one]) => one === invocation) ?? [];
      if (file === undefined) return;
      rmSync(file, { force: true });
      waiting.delete(file);
    },
  };
}
