import { AwsError, type Call, type Operations } from "./awsJson";
import type { Iam } from "./iam";
import { ofType, type Registered } from "./resources";
import type { Sqs } from "./sqs";

/** SQS's operations for the local queues. Hidden messages are tracked only in memory. */
export function sqsOperations(sqs: Sqs, resources: readonly Registered[], iam: Iam): Operations {
  const hiddenUntilMs = new Map<string, number>();

  function arnOf(url: string): string {
    const queue = ofType(resources, "aws:sqs/queue:Queue").find(({ outputs }) => outputs.url === url);
    if (queue === undefined) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
    return queue.outputs.arn;
  }

  function authorize({ principal, input }: Call<{ QueueUrl: string }>, action: string): string {
    const arn = arnOf(input.QueueUrl);
    iam.authorize(principal, `sqs:${action}`, arn);
    return arn;
  }

  const isVisible = ({ messageId }: { messageId: string }) => (hiddenUntilMs.get(messageId) ?? 0) <= Date.now();

  return {
    SendMessage: async ({ principal, input }: Call<{ QueueUrl: string; MessageBody: string }>) => {
      const { messageId, md5OfBody } = await sqs.send(principal, arnOf(input.QueueUrl), input.MessageBody);
      return { MessageId: messageId, MD5OfMessageBody: md5OfBody };
    },
    ReceiveMessage: async (
      call: Call<{ QueueUrl: string; MaxNumberOfMessages?: number; VisibilityTimeout?: number }>,
    ) => {
      const arn = authorize(call, "ReceiveMessage");
      const { MaxNumberOfMessages = 1, VisibilityTimeout = 30 } = call.input;
      const received = (await sqs.messages(arn)).filter(isVisible).slice(0, MaxNumberOfMessages);
      for (const { messageId } of received) hiddenUntilMs.set(messageId, Date.now() + VisibilityTimeout * 1000);
      const Messages = received.map(({ messageId, md5OfBody, sentAt, body }) => ({
        MessageId: messageId,
        ReceiptHandle: `receipt of ${messageId}`,
        MD5OfBody: md5OfBody,
        Body: body,
        Attributes: { SentTimestamp: String(Date.parse(sentAt)) },
      }));
      return { Messages };
    },
    DeleteMessage: async (call: Call<{ QueueUrl: string; ReceiptHandle: string }>) => {
      await sqs.remove(authorize(call, "DeleteMessage"), call.input.ReceiptHandle.replace("receipt of ", ""));
      return {};
    },
    ChangeMessageVisibility: async (
      call: Call<{ QueueUrl: string; ReceiptHandle: string; VisibilityTimeout: number }>,
    ) => {
      authorize(call, "ChangeMessageVisibility");
      const { ReceiptHandle, VisibilityTimeout } = call.input;
      hiddenUntilMs.set(ReceiptHandle.replace("receipt of ", ""), Date.now() + VisibilityTimeout * 1000);
      return {};
    },
    GetQueueAttributes: async (call: Call<{ QueueUrl: string }>) => {
      const messages = await sqs.messages(authorize(call, "GetQueueAttributes"));
      return { Attributes: { ApproximateNumberOfMessages: String(messages.filter(isVisible).length) } };
    },
  };
}
