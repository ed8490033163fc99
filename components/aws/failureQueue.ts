import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** The longest that SQS keeps a message. */
const maxRetentionSeconds = 14 * 24 * 3600;

/** An encrypted queue for what failed on every try. It keeps messages as long as SQS allows. */
export function failureQueue(name: string, parent: pulumi.Resource): aws.sqs.Queue {
  return new aws.sqs.Queue(
    name,
    { messageRetentionSeconds: maxRetentionSeconds, sqsManagedSseEnabled: true },
    { parent },
  );
}
