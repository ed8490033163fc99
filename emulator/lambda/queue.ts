import { createHash, randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, readJson, replaceFile } from "../files";
import type { Principal } from "../iam";

/** An asynchronous invocation that has been accepted and has not ended. */
export interface QueuedInvocation {
  /** Lambda's request id: the same over all tries. */
  requestId: string;
  functionArn: string;
  payload: unknown;
  /** Who asked for it. */
  principal: Principal;
  /** Position among all that were accepted, over runs. */
  sequence: number;
  /** The simulated instant at which it was accepted; absent if the machine's clock counted. */
  acceptedAt?: string;
  /** Tries that have failed. */
  attempts: number;
}

/** Accepted invocations as files: one each, whole or missing, whenever the program is ended. */
export interface Queue {
  /** Takes one in; the same `id` for the same function again while it is waiting changes nothing. */
  add(invocation: Omit<QueuedInvocation, "sequence" | "attempts" | "requestId">, id: string | undefined): void;
  /** Those that are waiting, in the order in which they were accepted. */
  waiting(): QueuedInvocation[];
  /** Those that were there when the queue was opened and are still waiting. */
  isLeftOver(invocation: QueuedInvocation): boolean;
  /** The position of the last one that was accepted; 0 if there was none. */
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
 * Opens the queue in a folder; what a former run left in it waits again.
 * @throws one line if a file of it is damaged
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
      // A killed run was about to write it: what it was for is not accepted yet.
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
