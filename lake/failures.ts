// The content of failure queues, local and in a stack.

import { type RawEvent, rawObjectsOf } from "../components/callbacks/rawEvents";
import type { StackOutputs } from "../components/stack/outputs";
import { parseJson } from "../emulator/resources";

/** A queue by the source of its messages. */
export type QueueName = keyof StackOutputs["failureQueues"] | "digest";

/** A queue that a stack has. It keeps the failed calls of a function, or of a schedule that calls AWS itself. */
export interface QueueSource {
  readonly name: QueueName;
  readonly url: string;
  readonly functionName?: string | undefined;
  readonly schedule?: string | undefined;
}

/** A stack's failure queues, in the order of the data flow. A component alone has only its own. */
export function queueSources({ failureQueues, schedules, digest, ...functions }: Partial<StackOutputs>): QueueSource[] {
  const queues: Partial<StackOutputs["failureQueues"]> = failureQueues ?? {};
  const { extract, transform, crawlSchedule, compactSchedule } = queues;
  const all = [
    { name: "extract", url: extract, functionName: functions.extractFunction },
    { name: "transform", url: transform, functionName: functions.transformFunction },
    { name: "crawlSchedule", url: crawlSchedule, schedule: schedules?.crawl },
    { name: "compactSchedule", url: compactSchedule, schedule: schedules?.compact },
    { name: "digest", url: digest?.failureQueueUrl, functionName: digest?.functionName },
  ] as const;
  return all.flatMap(({ url, ...queue }) => (url === undefined ? [] : { ...queue, url }));
}

/** A queue's message. */
export interface FailedMessage {
  readonly body: string;
  /** ISO 8601. */
  readonly sentAt: string;
  /** The sender's message attributes, by name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A message that was received from its queue. */
export interface ReceivedMessage extends FailedMessage {
  remove(): Promise<void>;
  /** Makes it visible again. */
  putBack(): Promise<void>;
}

/** A queue of failed calls. */
export interface FailureQueue {
  readonly name: QueueName;
  /** The queue's current messages, oldest first if the queue keeps an order. Later ones are left out. */
  messages(): AsyncIterable<ReceivedMessage>;
  /** Makes a failed call again. Resolves when the call is accepted. */
  again(payload: unknown, message: FailedMessage): Promise<void>;
}

/**
 * Visits a queue's messages. Those that are kept are put back at the end: before it, they would be received again.
 * @param isDone returns whether the message is removed from the queue
 */
export async function visitMessages(
  queue: FailureQueue,
  isDone: (message: FailedMessage) => boolean | Promise<boolean>,
): Promise<void> {
  const kept: ReceivedMessage[] = [];
  for await (const message of queue.messages()) {
    if (await isDone(message)) await message.remove();
    else kept.push(message);
  }
  for (const message of kept) await message.putBack();
}

/** A failed call, or why its message cannot be read. */
type FailedCall =
  | { readonly payload: unknown; readonly what: string; readonly reason: string }
  | { readonly problem: string };

/** The parts we read of Lambda's record of a failed invocation. */
interface DestinationRecord {
  readonly requestPayload: unknown;
  readonly requestContext: { readonly condition?: string };
  readonly responsePayload?: { readonly errorMessage?: string; readonly errorType?: string } | null;
}

/**
 * Reads a message of a failure queue. Lambda's on-failure destination wraps the event together with the function's answer.
 * Scheduler and EventBridge send the target's input, with the reason as attributes.
 */
export function readFailure({ body, attributes }: FailedMessage): FailedCall {
  if (attributes.IS_PAYLOAD_TRUNCATED === "true") return { problem: "Scheduler has cut its payload" };
  const message = parseJson(body);
  if (message === undefined) return { problem: "its body is not JSON" };
  if (typeof message !== "object" || message === null) return { problem: "its body is not a JSON object" };
  if ("requestPayload" in message && "requestContext" in message) {
    const { requestPayload, requestContext, responsePayload } = message as DestinationRecord;
    const reason = responsePayload?.errorMessage ?? responsePayload?.errorType ?? requestContext.condition;
    return { payload: requestPayload, what: describePayload(requestPayload), reason: reason ?? "failed" };
  }
  const reason = attributes.ERROR_MESSAGE ?? attributes.ERROR_CODE ?? "could not be delivered";
  return { payload: message, what: describePayload(message), reason };
}

/** The keys of the raw objects that an event names; empty for anything else, such as a schedule's input. */
export function rawKeysOf(payload: unknown): string[] {
  try {
    return rawObjectsOf(payload as RawEvent).map(({ key }) => key);
  } catch {
    return [];
  }
}

/** The objects that an event names, or the beginning of any other payload. */
function describePayload(payload: unknown): string {
  const keys = rawKeysOf(payload);
  return keys.length > 0 ? keys.join(", ") : JSON.stringify(payload).slice(0, 80);
}
