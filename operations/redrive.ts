// Failed events again: what is in a failure queue, and what is done with it, on this machine and in a stack.
import { type RawEvent, rawObjectsOf } from "../components/callbacks/rawEvents";

/** The queues, by what ends up in them. */
export const queueNames = ["runSchedule", "extract", "transform", "crawlSchedule", "compactSchedule"] as const;
export type QueueName = (typeof queueNames)[number];

/** A message as its queue holds it. */
export interface FailedMessage {
  readonly body: string;
  /** ISO 8601. */
  readonly sentAt: string;
  /** What the sender noted beside the body, by name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A queue of failed calls. */
export interface FailureQueue<Message extends FailedMessage = FailedMessage> {
  readonly name: QueueName;
  /** Those that are there now, the oldest first as far as the queue keeps an order; none that comes in meanwhile. */
  messages(): AsyncIterable<Message>;
  /** Calls again what had failed; resolves when the call is accepted. */
  again(payload: unknown, message: Message): Promise<void>;
  remove(message: Message): Promise<void>;
  /** Leaves a message that was looked at in its queue, for others to see. */
  putBack(message: Message): Promise<void>;
}

/** What had failed, or why it can't be told. */
export type FailedCall =
  | { readonly payload: unknown; readonly what: string; readonly reason: string }
  | { readonly problem: string };

/**
 * Reads a message of a failure queue. Lambda's on-failure destination wraps the event together with the function's answer;
 * Scheduler and EventBridge send what their target would have got, and the reason as attributes.
 */
export function readFailure({ body, attributes }: FailedMessage): FailedCall {
  if (attributes.IS_PAYLOAD_TRUNCATED === "true") return { problem: "Scheduler has cut its payload" };
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return { problem: "its body is no JSON" };
  }
  if (typeof message !== "object" || message === null) return { problem: "its body is no JSON object" };
  if ("requestPayload" in message && "requestContext" in message) {
    const { requestPayload, requestContext, responsePayload } = message as DestinationRecord;
    const reason = responsePayload?.errorMessage ?? responsePayload?.errorType ?? requestContext.condition;
    return { payload: requestPayload, what: describePayload(requestPayload), reason: reason ?? "failed" };
  }
  const reason = attributes.ERROR_MESSAGE ?? attributes.ERROR_CODE ?? "could not be delivered";
  return { payload: message, what: describePayload(message), reason };
}

/** Lambda's record of a failed invocation, as far as it is read. */
interface DestinationRecord {
  readonly requestPayload: unknown;
  readonly requestContext: { readonly condition?: string };
  readonly responsePayload?: { readonly errorMessage?: string; readonly errorType?: string } | null;
}

/** The objects that an event names; of another payload its beginning. */
function describePayload(payload: unknown): string {
  try {
    const keys = rawObjectsOf(payload as RawEvent).map(({ key }) => key);
    if (keys.length > 0) return keys.join(", ");
  } catch {
    // No event of an object: a schedule's input.
  }
  return JSON.stringify(payload).slice(0, 80);
}

/** A failed call, as it is listed. */
export interface ListedFailure {
  readonly queue: QueueName;
  readonly sentAt: string;
  readonly what: string;
  readonly reason: string;
}

/** Lists what is in the queues, and leaves all of it there. */
export async function listFailures(queues: readonly FailureQueue[]): Promise<ListedFailure[]> {
  const listed: ListedFailure[] = [];
  for (const queue of queues) {
    const seen: FailedMessage[] = [];
    for await (const message of queue.messages()) {
      seen.push(message);
      const call = readFailure(message);
      const [what, reason] = "problem" in call ? [message.body.slice(0, 80), call.problem] : [call.what, call.reason];
      listed.push({ queue: queue.name, sentAt: message.sentAt, what, reason });
    }
    for (const message of seen) await queue.putBack(message);
  }
  return listed;
}

/** What became of the messages of a queue. */
export interface Redriven {
  readonly queue: QueueName;
  /** Called again, and gone from the queue. */
  readonly again: number;
  /** Why messages were left in the queue, a line each. */
  readonly left: readonly string[];
}

/** Called around each call that is made again, to show it. */
export type WatchCall = (queue: QueueName, what: string, call: () => Promise<void>) => Promise<void>;

/**
 * Calls again what is in the queues. A message goes only when its call was accepted: ended in between, it is called once
 * more, which changes nothing, since what is written again is the same.
 */
export async function redriveAll(queues: readonly FailureQueue[], watch: WatchCall): Promise<Redriven[]> {
  const all: Redriven[] = [];
  for (const queue of queues) {
    let again = 0;
    const left: string[] = [];
    const kept: FailedMessage[] = [];
    for await (const message of queue.messages()) {
      const problem = await redriveOne(queue, message, watch);
      if (problem === undefined) again += 1;
      else {
        left.push(problem);
        kept.push(message);
      }
    }
    // Only now: put back at once they would come again.
    for (const message of kept) await queue.putBack(message);
    all.push({ queue: queue.name, again, left });
  }
  return all;
}

/** Gives why the message was left in its queue. */
async function redriveOne(queue: FailureQueue, message: FailedMessage, watch: WatchCall): Promise<string | undefined> {
  const call = readFailure(message);
  try {
    if ("problem" in call) throw new Error(call.problem);
    await watch(queue.name, call.what, () => queue.again(call.payload, message));
  } catch (error) {
    const { name, message: reason } = error as Error;
    return `${queue.name}: a message of ${message.sentAt} was left there: ${name === "Error" ? "" : `${name}: `}${reason}`;
  }
  await queue.remove(message);
  return undefined;
}
