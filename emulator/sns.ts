// The local SNS: Publish over HTTP. What is published is kept in files, and nobody gets it.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { AwsError, authenticate } from "./awsJson";
import { storedMessages, storeMessage } from "./files";
import { AccessDenied } from "./iam";
import { readRequestBody } from "./loopback";
import type { ServiceOptions } from "./options";
import { sendXml, xmlDocument } from "./s3/xml";

export interface Publication {
  readonly messageId: string;
  readonly subject: string;
  readonly message: string;
  /** By the run's clock, ISO 8601. */
  readonly sentAt: string;
}

const maxMessageBytes = 262_144;
const maxFormBytes = 4 * maxMessageBytes;
const topicArnForm = /^arn:[^:]+:sns:[^:]+:\d{12}:([\w-]+)$/;
const namespace = "http://sns.amazonaws.com/doc/2010-03-31/";

/** The local topics. A topic of another stack is known by its ARN alone. Messages are stored in `sns/TOPIC/`. */
export function createSns({ iam, stateDir, clock }: Omit<ServiceOptions, "resources">) {
  function folderOf(topicArn: string): string {
    const [, name] = topicArnForm.exec(topicArn) ?? [];
    if (name === undefined) throw new AwsError("InvalidParameter", `Invalid parameter: TopicArn: ${topicArn}`);
    return path.join(stateDir, "sns", name);
  }

  async function publish(request: IncomingMessage): Promise<string> {
    const body = await readRequestBody(request, maxFormBytes);
    const principal = authenticate(iam, request);
    const form = new URLSearchParams(body?.toString() ?? "");
    const action = form.get("Action");
    if (action !== "Publish") throw new AwsError("InvalidAction", `SNS.${action} is not modelled by the local run`);
    const topicArn = form.get("TopicArn") ?? "";
    const folder = folderOf(topicArn);
    iam.authorize(principal, "sns:Publish", topicArn);
    const [subject, message] = [form.get("Subject") ?? "", form.get("Message") ?? ""];
    if (message === "") throw new AwsError("InvalidParameter", "Invalid parameter: Empty message");
    if (Buffer.byteLength(message) > maxMessageBytes) {
      throw new AwsError("InvalidParameter", "Invalid parameter: Message too long");
    }
    if (!/^[!-~][ -~]{0,98}$/.test(subject)) throw new AwsError("InvalidParameter", "Invalid parameter: Subject");
    const messageId = randomUUID();
    const publication: Publication = { messageId, subject, message, sentAt: clock.now().toISOString() };
    storeMessage(folder, publication);
    return messageId;
  }

  return {
    /** Whether a request is for this service: it is the only one that gets forms. */
    isFor: ({ headers }: IncomingMessage): boolean =>
      headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true,
    listener: (request: IncomingMessage, response: ServerResponse): void => {
      const ResponseMetadata = { RequestId: randomUUID() };
      const send = (status: number, root: string, content: Parameters<typeof xmlDocument>[1]) =>
        sendXml(response, status, xmlDocument(root, content, namespace));
      publish(request).then(
        (MessageId) => send(200, "PublishResponse", { PublishResult: { MessageId }, ResponseMetadata }),
        (error: Error) => {
          const isDenied = error instanceof AccessDenied;
          const Code = isDenied ? "AuthorizationError" : error instanceof AwsError ? error.code : "InternalError";
          const status = isDenied ? 403 : Code === "InternalError" ? 500 : 400;
          const Type = status === 500 ? "Receiver" : "Sender";
          send(status, "ErrorResponse", { Error: { Type, Code, Message: error.message }, ...ResponseMetadata });
        },
      );
    },
    messages: (topicArn: string): Publication[] => storedMessages<Publication>(folderOf(topicArn)),
  };
}
