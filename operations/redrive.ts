// Repeats failed calls from the failure queues.
import type { Lake, Progress } from "../lake";
import { type FailedMessage, type FailureQueue, type QueueName, readFailure, visitMessages } from "../lake/failures";
import type { Report } from "../lake/runReport";

/** Lists the messages of the queues, and leaves all of them in place. */
export async function listFailures(queues: readonly FailureQueue[]) {
  const listed: { queue: QueueName; sentAt: string; what: string; reason: string }[] = [];
  for (const queue of queues) {
    await visitMessages(queue, (message) => {
      const call = readFailure(message);
      const [what, reason] = "problem" in call ? [message.body.slice(0, 80), call.problem] : [call.what, call.reason];
      listed.push({ queue: queue.name, sentAt: message.sentAt, what, reason });
      return false;
    });
  }
  return listed;
}

/** The result for a queue. */
export interface Redriven {
  readonly queue: QueueName;
  /** Messages whose call was repeated, and which were removed from the queue. */
  readonly again: number;
  /** Why messages were left in the queue, a line each. */
  readonly left: readonly string[];
}

/**
 * Repeats the calls in a lake's failure queues. A message is removed only after its call was accepted. If redrive is stopped
 * in between, the call is repeated once more, which writes the same again.
 * @returns `ended`: the results of the calls, if they have ended by now
 */
export async function redrive(
  { failureQueues, report }: Pick<Lake, "failureQueues" | "report">,
  progress: Pick<Progress, "step" | "warn">,
): Promise<{ queues: Redriven[]; ended: Report | undefined; failures: string[] }> {
  const queues: Redriven[] = [];
  for (const queue of failureQueues) {
    let again = 0;
    const left: string[] = [];
    await visitMessages(queue, async (message) => {
      const problem = await redriveOne(queue, message, progress);
      if (problem === undefined) again += 1;
      else left.push(problem);
      return problem === undefined;
    });
    queues.push({ queue: queue.name, again, left });
  }
  const ended = report?.();
  const failures = [...queues.flatMap(({ left }) => left), ...(ended?.failures ?? [])];
  for (const line of failures) progress.warn(line);
  return { queues, ended, failures };
}

/** Returns why the message stays in its queue; undefined if its call was accepted. */
async function redriveOne(
  queue: FailureQueue,
  message: FailedMessage,
  progress: Pick<Progress, "step">,
): Promise<string | undefined> {
  const call = readFailure(message);
  try {
    if ("problem" in call) throw new Error(call.problem);
    await progress.step(
      queue.name,
      () => queue.again(call.payload, message),
      () => `called again: ${call.what}`,
    );
  } catch (error) {
    const { name, message: reason } = error as Error;
    const cause = name === "Error" ? reason : `${name}: ${reason}`;
    return `${queue.name}: a message of ${message.sentAt} was left in the queue: ${cause}`;
  }
  return undefined;
}
