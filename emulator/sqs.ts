import { createHash, randomUUID } from "node:crypto";
import path from "node:path";
import type { Principal } from "./iam";
import { removeMessage, storedMessages, storeMessage } from "./messageFiles";
import type { ServiceOptions } from "./options";
import { ofType, titleOf } from "./resources";

export interface Message {
  readonly messageId: string;
  /** MD5 of the body, hexadecimal. */
  readonly md5OfBody: string;
  /** By the run's clock, ISO 8601. */
  readonly sentAt: string;
  readonly body: string;
}

interface SqsOptions extends ServiceOptions {
  onSent?: (queueArn: string) => void;
}

export type Sqs = ReturnType<typeof createSqs>;

/**
 * The declared queues. A run only adds messages, in `sqs/QUEUE/`. They stay until a user removes or redrives them.
 * Retention, visibility, redrive and size limits are not modelled.
 */
export function createSqs({ resources, iam, stateDir, clock, onSent }: SqsOptions) {
  const folders = new Map(
    ofType(resources, "aws:sqs/queue:Queue").map((queue) => {
      const { inputs, outputs } = queue;
      if (inputs.fifoQueue === true)
        throw new Error(`${titleOf(queue)}: FIFO queues are not modelled by the local run`);
      return [outputs.arn, path.join(stateDir, "sqs", outputs.name)];
    }),
  );

  function find(queueArn: string): string {
    const folder = folders.get(queueArn);
    if (folder === undefined) throw new Error(`AWS.SimpleQueueService.NonExistentQueue: there is no queue ${queueArn}`);
    return folder;
  }

  function store(queueArn: string, body: string): Message {
    const folder = find(queueArn);
    const sentAt = clock.now();
    const md5OfBody = createHash("md5").update(body).digest("hex");
    const message: Message = { messageId: randomUUID(), md5OfBody, sentAt: sentAt.toISOString(), body };
    storeMessage(folder, message);
    onSent?.(queueArn);
    return message;
  }

  return {
    /**
     * Adds a message. It is stored in a file before this returns.
     * @throws AccessDenied, and one line for an unknown queue
     */
    send: async (principal: Principal, queueArn: string, body: string): Promise<Message> => {
      iam.authorize(principal, "sqs:SendMessage", queueArn);
      return store(queueArn, body);
    },
    /**
     * Adds a message to a failure queue, if there is one. If the role may not send to it, the message is lost, as in AWS; the
     * refusal is recorded in `iam.denied`.
     * @returns the queue, if it has the message
     */
    sendFailure: async (arn: string, session: string, queueArn: string | undefined, body: object) => {
      const principal = { kind: "role", arn, session } as const;
      if (queueArn === undefined || !iam.allows(principal, "sqs:SendMessage", queueArn)) return undefined;
      store(queueArn, JSON.stringify(body));
      return queueArn;
    },
    /** Removes a message; does nothing if it does not exist. */
    remove: async (queueArn: string, messageId: string): Promise<void> => removeMessage(find(queueArn), messageId),
    /** A queue's messages, oldest first. */
    messages: async (queueArn: string): Promise<Message[]> => storedMessages<Message>(find(queueArn)),
  };
}
