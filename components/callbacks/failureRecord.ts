import type * as Sqs from "@aws-sdk/client-sqs";

/**
 * Makes the function that puts an event into the failure queue, in the form of Lambda's own record of an invocation whose
 * last try failed. So whoever reads the queue finds one form.
 * @param sdk the SDK's module: in a function the runtime's own
 */
export function makeKeepEvent(
  sdk: typeof Sqs,
  sqs: Sqs.SQSClient,
  options: { queueUrl: string; functionName: string; errorType: string; now(): number },
): (event: unknown, reason: string) => Promise<void> {
  const { queueUrl, functionName, errorType, now } = options;
  return async (event, reason) => {
    const record = {
      version: "1.0",
      timestamp: new Date(now()).toISOString(),
      requestContext: { functionName, condition: "Refused", approximateInvokeCount: 1 },
      requestPayload: event,
      responsePayload: { errorType, errorMessage: reason },
    };
    await sqs.send(new sdk.SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(record) }));
  };
}
