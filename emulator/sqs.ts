import { createHash, randomUUID } from "node:crypto";
import path from "node:path";
import { AwsError, type Call, type Operations } from "./awsJson";
import { removeMessage, storedMessages, storeMessage } from "./files";
import type { Principal } from "./iam";
import type { ServiceOptions } from "./options";
import { notModelled, ofType } from "./resources";

export interface Message {
  readonly messageId: string;
  /** Hexadecimal. */
  readonly md5OfBody: string;
  /** By the run's clock, ISO 8601. */
  readonly sentAt: string;
  readonly body: string;
}

interface SqsOptions extends ServiceOptions {
  onSent?: (queueArn: string) => void;
}

type OnQueue = Call<{ QueueUrl: string; ReceiptHandle?: string; VisibilityTimeout?: number }>;

export type Sqs = ReturnType<typeof createSqs>;

/**
 * The declared queues. A run only adds messages, in `sqs/QUEUE/`. They stay until a user removes or redrives them. Hidden
 * messages are tracked only in memory. Retention, redrive and size limits are not modelled.
 */
export function createSqs({ resources, iam, stateDir, clock, onSent }: SqsOptions) {
  const queues = ofType(resources, "aws:sqs/queue:Queue").map((queue) => {
    if (queue.inputs.fifoQueue === true) throw notModelled(queue, "fifoQueue");
    const { arn, url, name } = queue.outputs;
    return { arn, url, folder: path.join(stateDir, "sqs", name) };
  });

  /** @param reference an ARN or a URL */
  function queueOf(reference: string) {
    const queue = queues.find(({ arn, url }) => arn === reference || url === reference);
    if (queue === undefined) throw new AwsError("QueueDoesNotExist", `there is no queue ${reference}`);
    return queue;
  }

  function store(queueArn: string, body: string): Message {
    const md5OfBody = createHash("md5").update(body).digest("hex");
    const message: Message = { messageId: randomUUID(), md5OfBody, sentAt: clock.now().toISOString(), body };
    storeMessage(queueOf(queueArn).folder, message);
    onSent?.(queueArn);
    return message;
  }

  function send(principal: Principal, queueArn: string, body: string): Message {
    iam.authorize(principal, "sqs:SendMessage", queueArn);
    return store(queueArn, body);
  }

  const hiddenUntilMs = new Map<string, number>();

  function hide(messageId: string, { VisibilityTimeout = 30 }: OnQueue["input"]): void {
    hiddenUntilMs.set(messageId, Date.now() + VisibilityTimeout * 1000);
  }

  function visibleIn(folder: string): Message[] {
    const isVisible = ({ messageId }: Message) => (hiddenUntilMs.get(messageId) ?? 0) <= Date.now();
    return storedMessages<Message>(folder).filter(isVisible);
  }

  /** The folder of a call's queue. */
  function authorize({ principal, input }: OnQueue, action: string): string {
    const { arn, folder } = queueOf(input.QueueUrl);
    iam.authorize(principal, `sqs:${action}`, arn);
    return folder;
  }

  const operations: Operations = {
    SendMessage: async ({ principal, input }: Call<{ QueueUrl: string; MessageBody: string }>) => {
      const { messageId, md5OfBody } = send(principal, queueOf(input.QueueUrl).arn, input.MessageBody);
      return { MessageId: messageId, MD5OfMessageBody: md5OfBody };
    },
    ReceiveMessage: async (call: Call<OnQueue["input"] & { MaxNumberOfMessages?: number }>) => {
      const received = visibleIn(authorize(call, "ReceiveMessage")).slice(0, call.input.MaxNumberOfMessages ?? 1);
      for (const { messageId } of received) hide(messageId, call.input);
      const Messages = received.map(({ messageId, md5OfBody, sentAt, body }) => ({
        MessageId: messageId,
        ReceiptHandle: messageId,
        MD5OfBody: md5OfBody,
        Body: body,
        Attributes: { SentTimestamp: String(Date.parse(sentAt)) },
      }));
      return { Messages };
    },
    DeleteMessage: async (call: OnQueue) => {
      removeMessage(authorize(call, "DeleteMessage"), call.input.ReceiptHandle ?? "");
      return {};
    },
    ChangeMessageVisibility: async (call: OnQueue) => {
      authorize(call, "ChangeMessageVisibility");
      hide(call.input.ReceiptHandle ?? "", call.input);
      return {};
    },
    GetQueueAttributes: async (call: OnQueue) => {
      const count = visibleIn(authorize(call, "GetQueueAttributes")).length;
      return { Attributes: { ApproximateNumberOfMessages: String(count) } };
    },
  };

  return {
    operations,
    /**
     * Adds a message. It is stored in a file before this returns.
     * @throws AccessDenied, and one line for an unknown queue
     */
    send,
    /**
     * Adds a message to a failure queue, if there is one. If the role may not send to it, the message is lost, as in AWS; the
     * refusal is recorded in `iam.denied`.
     */
    sendFailure: (arn: string, session: string, queueArn: string | undefined, body: object): void => {
      const principal = { kind: "role", arn, session } as const;
      if (queueArn === undefined || !iam.allows(principal, "sqs:SendMessage", queueArn)) return;
      store(queueArn, JSON.stringify(body));
    },
    /** Does nothing if the message does not exist. */
    remove: (queueArn: string, messageId: string): void => removeMessage(queueOf(queueArn).folder, messageId),
    /** A queue's messages, oldest first. */
    messages: (queueArn: string): Message[] => storedMessages<Message>(queueOf(queueArn).folder),
  };
}
