import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** SQS keeps a message no longer. */
const maxRetentionSeconds = 14 * 24 * 3600;

/** An encrypted queue that holds what failed to the last try, as long as SQS keeps messages. */
export function failureQueue(name: string, parent: pulumi.Resource): aws.sqs.Queue {
  return new aws.sqs.Queue(
    name,
    { messageRetentionSeconds: maxRetentionSeconds, sqsManagedSseEnabled: true },
    { parent },
  );
}
