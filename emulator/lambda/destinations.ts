import type { Iam, Principal } from "../iam";
import type { Sqs } from "../sqs";
import type { AsyncConfig } from "./asyncConfig";
import type { InvokeResult } from "./environment";
import type { LambdaFunction } from "./functions";
import type { QueuedInvocation } from "./queue";

/** Why an asynchronous invocation came to its end. */
export type Condition = "Success" | "RetriesExhausted" | "EventAgeExceeded";

/** The document that Lambda sends to a destination. */
export interface DestinationRecord {
  version: "1.0";
  timestamp: string;
  requestContext: { requestId: string; functionArn: string; condition: Condition; approximateInvokeCount: number };
  requestPayload: unknown;
  responseContext: { statusCode: 200; executedVersion: "$LATEST"; functionError?: string };
  responsePayload: unknown;
}

/** Lambda's record of an invocation that came to its end. */
export function destinationRecord(
  invocation: QueuedInvocation,
  result: InvokeResult,
  condition: Condition,
  now: Date,
): DestinationRecord {
  return {
    version: "1.0",
    timestamp: now.toISOString(),
    requestContext: {
      requestId: invocation.requestId,
      functionArn: `${invocation.functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: invocation.attempts,
    },
    requestPayload: invocation.payload,
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      ...(result.functionError === undefined ? {} : { functionError: result.functionError }),
    },
    responsePayload: result.payload,
  };
}

/** The queues that a function sends to, with the setting's name. */
function destinationsOf({ onFailureArn, onSuccessArn, deadLetterArn }: AsyncConfig): string[] {
  return [onFailureArn, onSuccessArn, deadLetterArn].filter((arn) => arn !== undefined);
}

const roleOf = (fn: LambdaFunction): Principal => ({ kind: "role", arn: fn.roleArn, session: fn.name });

/**
 * Checks a function as Lambda does when it stores the setting: its role may send to its destinations.
 * @throws one line naming the function
 */
export function checkDestinations(fn: LambdaFunction, iam: Iam): void {
  for (const arn of destinationsOf(fn.asynchronous)) {
    if (arn.split(":")[2] !== "sqs") {
      throw new Error(`function ${fn.name}: the local run models queues as destinations only, got ${arn}`);
    }
    try {
      iam.authorize(roleOf(fn), "sqs:SendMessage", arn);
    } catch (error) {
      const text = `The function's execution role does not have permissions to call SendMessage on ${arn}`;
      throw new Error(`function ${fn.name}: ${text}`, { cause: error });
    }
  }
}

/**
 * Sends an ended invocation to where the function's setting says. Resolves with the queues that took it; one that the
 * role may not send to loses it, as in AWS, and is recorded in `iam.denied`.
 */
export async function deliver(
  fn: LambdaFunction,
  invocation: QueuedInvocation,
  record: DestinationRecord,
  sqs: Pick<Sqs, "send">,
): Promise<string[]> {
  const { onFailureArn, onSuccessArn, deadLetterArn } = fn.asynchronous;
  const failed = record.requestContext.condition !== "Success";
  const messages: [arn: string | undefined, body: unknown][] = failed
    ? [
        [onFailureArn, record],
        // A dead-letter queue gets the event alone.
        [deadLetterArn, invocation.payload],
      ]
    : [[onSuccessArn, record]];
  const delivered: string[] = [];
  for (const [arn, body] of messages) {
    if (arn === undefined) continue;
    try {
      await sqs.send(roleOf(fn), arn, JSON.stringify(body));
      delivered.push(arn);
    } catch (error) {
      if ((error as { code?: string }).code !== "AccessDenied") throw error;
    }
  }
  return delivered;
}
