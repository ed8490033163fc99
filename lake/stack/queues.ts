import type { StartQueryExecutionCommandInput } from "@aws-sdk/client-athena";
import type { Message } from "@aws-sdk/client-sqs";
import { type FailureQueue, type QueueSource, queueSources, type ReceivedMessage } from "../failures";
import { startCrawler } from "./crawl";
import type { Stack } from "./stack";

/** How long a received message stays hidden, unless it is put back or removed earlier. */
const hiddenSeconds = 300;
/** A long poll asks all of the queue's servers. A short poll may miss messages. */
const longPollSeconds = 1;

/** The stack's failure queues, in the order of the data flow. */
export function stackQueues(stack: Stack): FailureQueue[] {
  return queueSources(stack.outputs).map((source) => stackQueue(stack, source));
}

/** The approximate number of failed transforms. SQS offers no exact count. */
export async function failedTransforms({ clients, outputs }: Stack): Promise<number> {
  const { sdk, client } = clients.sqs();
  const QueueUrl = outputs.failureQueues.transform;
  const request = new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] });
  const { Attributes = {} } = await client.send(request);
  return Number(Attributes.ApproximateNumberOfMessages ?? 0);
}

function stackQueue(stack: Stack, source: QueueSource): FailureQueue {
  const { sdk, client } = stack.clients.sqs();
  const QueueUrl = source.url;

  async function* messages(): AsyncGenerator<ReceivedMessage> {
    const startedMs = Date.now();
    const seen = new Set<string>();
    for (;;) {
      const { Messages = [] } = await client.send(
        new sdk.ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: hiddenSeconds,
          WaitTimeSeconds: longPollSeconds,
          MessageSystemAttributeNames: ["SentTimestamp"],
          MessageAttributeNames: ["All"],
        }),
      );
      // Skips messages that fail again during this run, and those received twice because their hiding time ran out.
      const isNews = ({ MessageId = "", Attributes }: Message) =>
        Number(Attributes?.SentTimestamp ?? 0) <= startedMs && !seen.has(MessageId);
      const news = Messages.filter(isNews);
      for (const message of Messages) if (!isNews(message)) await received(message).putBack();
      if (news.length === 0) return;
      for (const { MessageId = "" } of news) seen.add(MessageId);
      yield* news.map(received);
    }
  }

  function received({ Body = "", ReceiptHandle, Attributes, MessageAttributes = {} }: Message): ReceivedMessage {
    const attributes = Object.entries(MessageAttributes).map(([key, { StringValue = "" }]) => [key, StringValue]);
    const message = { QueueUrl, ReceiptHandle };
    return {
      body: Body,
      sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
      attributes: Object.fromEntries(attributes),
      remove: async () => void (await client.send(new sdk.DeleteMessageCommand(message))),
      putBack: async () => {
        await client.send(new sdk.ChangeMessageVisibilityCommand({ ...message, VisibilityTimeout: 0 }));
      },
    };
  }

  return { name: source.name, messages, again: caller(stack, source) };
}

/** Repeats a queue's failed calls. One crawl, statement of the copy or digest covers all failed ones. */
function caller(stack: Stack, { name, functionName }: QueueSource): (payload: unknown) => Promise<void> {
  if (functionName !== undefined) {
    const invokeAgain = (payload: unknown) => invokeLater(stack, functionName, payload);
    // Two concurrent digests would send the same changes.
    return name === "digest" ? once(invokeAgain) : invokeAgain;
  }
  if (name === "crawlSchedule") return once(() => startCrawler(stack, stack.outputs.crawler ?? ""));
  // Two concurrent statements would conflict: the second to end fails.
  return once((payload) => startStatement(stack, payload));
}

/** Makes only the first call. The others share its result. */
function once(call: (payload: unknown) => Promise<unknown>): (payload: unknown) => Promise<void> {
  let made: Promise<void> | undefined;
  return (payload) => {
    made ??= call(payload).then(() => undefined);
    return made;
  };
}

/** Sends Athena the input that Scheduler would have sent. Its token makes repeated calls one query. */
async function startStatement({ clients }: Stack, payload: unknown): Promise<void> {
  const { sdk, client } = clients.athena();
  await client.send(new sdk.StartQueryExecutionCommand(payload as StartQueryExecutionCommandInput));
}

async function invokeLater({ clients }: Stack, FunctionName: string, payload: unknown): Promise<void> {
  const { sdk, client } = clients.lambda();
  const Payload = Buffer.from(JSON.stringify(payload));
  await client.send(new sdk.InvokeCommand({ FunctionName, InvocationType: "Event", Payload }));
}
