import { createHash, randomUUID } from "node:crypto";
import path from "node:path";
import type { Clock } from "./clock";
import { AccessDenied, type Iam, type Principal } from "./iam";
import { removeMessage, storedMessages, storeMessage } from "./messageFiles";
import { ofType, type Registered } from "./resources";

/** A message in a queue. */
export interface Message {
  readonly messageId: string;
  /** MD5 of the body, hexadecimal. */
  readonly md5OfBody: string;
  /** By the run's clock, ISO 8601. */
  readonly sentAt: string;
  readonly body: string;
}

/** The local queues. A run only adds messages. They stay until a user removes or redrives them. */
export interface Sqs {
  /**
   * Adds a message. It is stored in a file before this returns.
   * @throws AccessDenied, and one line for an unknown queue
   */
  send(principal: Principal, queueArn: string, body: string): Promise<Message>;
  /**
   * Adds a message to a failure queue, if there is one. If the role may not send to it, the message is lost, as in AWS; the
   * refusal is recorded in `iam.denied`.
   * @returns the queue, if it has the message
   */
  sendFailure(
    roleArn: string,
    session: string,
    queueArn: string | undefined,
    body: object,
  ): Promise<string | undefined>;
  /** A queue's messages, oldest first. */
  messages(queueArn: string): Promise<Message[]>;
  /** Removes a message; does nothing if it does not exist. */
  remove(queueArn: string, messageId: string): Promise<void>;
}

interface SqsOptions {
  resources: Registered[];
  iam: Iam;
  /** Messages are stored in its `sqs/QUEUE/`. */
  stateDir: string;
  /** @default the machine's time */
  clock?: Pick<Clock, "now">;
  onSent?: (queueArn: string) => void;
}

/** Creates the declared queues. Retention, visibility, redrive and size limits are not modelled. */
export function createSqs({ resources, iam, stateDir, clock, onSent }: SqsOptions): Sqs {
  const folders = new Map(
    ofType(resources, "aws:sqs/queue:Queue").map(({ type, name, inputs, outputs }) => {
      if (inputs.fifoQueue === true)
        throw new Error(`${type} "${name}": FIFO queues are not modelled by the local run`);
      return [outputs.arn, path.join(stateDir, "sqs", outputs.name)];
    }),
  );

  /** The folder of a queue's messages. */
  function find(queueArn: string): string {
    const folder = folders.get(queueArn);
    if (folder === undefined) throw new Error(`AWS.SimpleQueueService.NonExistentQueue: there is no queue ${queueArn}`);
    return folder;
  }

  async function send(principal: Principal, queueArn: string, body: string): Promise<Message> {
    iam.authorize(principal, "sqs:SendMessage", queueArn);
    const folder = find(queueArn);
    const sentAt = clock?.now() ?? new Date();
    const md5OfBody = createHash("md5").update(body).digest("hex");
    const message: Message = { messageId: randomUUID(), md5OfBody, sentAt: sentAt.toISOString(), body };
    storeMessage(folder, message);
    onSent?.(queueArn);
    return message;
  }

  return {
    send,
    sendFailure: async (arn, session, queueArn, body) => {
      if (queueArn === undefined) return undefined;
      try {
        await send({ kind: "role", arn, session }, queueArn, JSON.stringify(body));
        return queueArn;
      } catch (error) {
        if (error instanceof AccessDenied) return undefined;
        throw error;
      }
    },
    remove: async (queueArn, messageId) => removeMessage(find(queueArn), messageId),
    messages: async (queueArn) => storedMessages<Message>(find(queueArn)),
  };
}
