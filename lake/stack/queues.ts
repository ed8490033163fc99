import type { StartQueryExecutionCommandInput } from "@aws-sdk/client-athena";
import type { Message } from "@aws-sdk/client-sqs";
import { type FailedMessage, type FailureQueue, functionOf, type QueueName, queueNames, queueUrl } from "../failures";
import { startCrawler } from "./crawl";
import type { Stack } from "./stack";

/** How long a received message stays hidden, unless it is put back or removed earlier. */
const hiddenSeconds = 300;
/** A long poll asks all of the queue's servers. A short poll may miss messages. */
const longPollSeconds = 1;

interface ReceivedMessage extends FailedMessage {
  readonly id: string;
  readonly receipt: string;
}

/** The stack's failure queues, in the order of the data flow. */
export function stackQueues(stack: Stack): FailureQueue<ReceivedMessage>[] {
  return queueNames.flatMap((name) => {
    const url = queueUrl(stack.outputs, name);
    return url === undefined ? [] : [stackQueue(stack, name, url)];
  });
}

/** The approximate number of messages in a queue. SQS offers no exact count. */
export async function failureCount({ clients, outputs }: Stack, name: QueueName): Promise<number> {
  const { sdk, client } = clients.sqs();
  const request = { QueueUrl: queueUrl(outputs, name), AttributeNames: ["ApproximateNumberOfMessages" as const] };
  const { Attributes = {} } = await client.send(new sdk.GetQueueAttributesCommand(request));
  return Number(Attributes.ApproximateNumberOfMessages ?? 0);
}

function stackQueue(stack: Stack, name: QueueName, QueueUrl: string): FailureQueue<ReceivedMessage> {
  const { sdk, client } = stack.clients.sqs();
  const again = caller(stack, name);

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
      if (Messages.length === 0) return;
      // Skips messages that fail again during this run, and those received twice because their hiding time ran out.
      const isNews = ({ sentAt, id }: ReceivedMessage) => Date.parse(sentAt) <= startedMs && !seen.has(id);
      const received = Messages.map(readMessage);
      const news = received.filter(isNews);
      for (const message of received) if (!isNews(message)) await putBack(message);
      if (news.length === 0) return;
      for (const { id } of news) seen.add(id);
      yield* news;
    }
  }

  async function putBack({ receipt: ReceiptHandle }: ReceivedMessage): Promise<void> {
    await client.send(new sdk.ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  }

  return {
    name,
    messages,
    again,
    remove: async ({ receipt: ReceiptHandle }) => {
      await client.send(new sdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    putBack,
  };
}

/** Repeats a queue's failed calls. One crawl, statement of the copy or digest covers all failed ones. */
function caller(stack: Stack, name: QueueName): (payload: unknown) => Promise<void> {
  const { outputs } = stack;
  switch (name) {
    case "crawlSchedule":
      return once(() => startCrawler(stack, outputs.crawler ?? ""));
    case "compactSchedule":
      // Two concurrent statements would conflict: the second to end fails.
      return once((payload) => startStatement(stack, payload));
    case "digest":
      // Two concurrent digests would send the same changes.
      return once((payload) => invokeLater(stack, functionOf(outputs, name), payload));
    default:
      return (payload) => invokeLater(stack, functionOf(outputs, name), payload);
  }
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

function readMessage(message: Message): ReceivedMessage {
  const { MessageId = "", Body = "", ReceiptHandle = "", Attributes, MessageAttributes = {} } = message;
  const attributes = Object.entries(MessageAttributes).map(([name, { StringValue = "" }]) => [name, StringValue]);
  return {
    body: Body,
    id: MessageId,
    receipt: ReceiptHandle,
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
    attributes: Object.fromEntries(attributes),
  };
}
