import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "./clock";
import { replaceFile } from "./files";
import { AccessDenied, type Iam, type Principal } from "./iam";
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
  let sent = 0;

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
    // Files are ordered by the machine's time, as the run's clock can stand still.
    const order = `${String(Date.now()).padStart(15, "0")}-${String(sent++).padStart(9, "0")}`;
    replaceFile(path.join(folder, `${order}-${message.messageId}.json`), JSON.stringify(message, null, 2));
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
    remove: async (queueArn, messageId) => {
      const folder = find(queueArn);
      for (const name of await messageFiles(folder)) {
        if (name.endsWith(`-${messageId}.json`)) await rm(path.join(folder, name), { force: true });
      }
    },
    messages: async (queueArn) => {
      const folder = find(queueArn);
      const files = await messageFiles(folder);
      // A message can be removed while the others are read.
      const texts = await Promise.all(files.map((name) => unlessGone(readFile(path.join(folder, name), "utf8"), "")));
      return texts.filter((text) => text !== "").map((text) => JSON.parse(text) as Message);
    },
  };
}

/** The names of a queue's files, oldest first. */
async function messageFiles(folder: string): Promise<string[]> {
  const names = await unlessGone(readdir(folder), []);
  return names.filter((name) => name.endsWith(".json")).sort();
}

/** The result of `reading`, or `instead` if the file does not exist. */
async function unlessGone<T>(reading: Promise<T>, instead: T): Promise<T> {
  return reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return instead;
    throw error;
  });
}
