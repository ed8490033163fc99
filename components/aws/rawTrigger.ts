import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { rawPrefix } from "../../transforms/keys";
import type { Problem } from "../arguments/problems";
import type { Trigger } from "../arguments/rules";
import { accountOf } from "./arns";
import { type BucketArg, type BucketRef, isManaged } from "./bucketRef";
import { eventsPolicy } from "./resourcePolicies";

interface Watched {
  rawBucket: BucketRef;
  lambda: aws.lambda.Function;
  /** Receives the events that could not be delivered. */
  failures: aws.sqs.Queue;
}

/** The configured trigger, or the bucket's default one. */
export function triggerOf(trigger: Trigger | undefined, rawBucket: BucketArg): Trigger {
  return trigger ?? (isManaged(rawBucket) ? "notification" : "eventbridge");
}

/** Reports a trigger that the bucket does not support. */
export function triggerProblems(trigger: Trigger | undefined, rawBucket: BucketArg): Problem[] {
  if (trigger !== "notification" || isManaged(rawBucket)) return [];
  const fault = "S3 keeps one notification per bucket, and this bucket belongs to someone else";
  return [{ property: "trigger", got: '"notification"', fault, advice: 'expected e.g. "eventbridge"' }];
}

/** Invokes the function for each new raw object. */
export function createTrigger(name: string, trigger: Trigger, watched: Watched, parent: pulumi.Resource): void {
  if (trigger === "notification") createNotification(name, watched, parent);
  if (trigger === "eventbridge") createRule(name, watched, parent);
}

function createNotification(name: string, { rawBucket, lambda }: Watched, parent: pulumi.Resource): void {
  const permission = new aws.lambda.Permission(
    `${name}-raw-event`,
    {
      action: "lambda:InvokeFunction",
      function: lambda.name,
      principal: "s3.amazonaws.com",
      sourceArn: rawBucket.arn,
      sourceAccount: accountOf(lambda.arn),
    },
    { parent },
  );
  new aws.s3.BucketNotification(
    `${name}-raw-event`,
    {
      bucket: rawBucket.name,
      lambdaFunctions: [{ lambdaFunctionArn: lambda.arn, events: ["s3:ObjectCreated:*"], filterPrefix: rawPrefix }],
    },
    // S3 checks the permission when it stores the notification.
    { parent, dependsOn: permission },
  );
}

function createRule(name: string, { rawBucket, lambda, failures }: Watched, parent: pulumi.Resource): void {
  if (rawBucket.managed) {
    new aws.s3.BucketNotification(`${name}-raw-event`, { bucket: rawBucket.name, eventbridge: true }, { parent });
  }
  const eventPattern = pulumi.jsonStringify({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [rawBucket.name] }, object: { key: [{ prefix: rawPrefix }] } },
  });
  const description = "New raw playlists, for the transformer.";
  const rule = new aws.cloudwatch.EventRule(`${name}-raw-event`, { description, eventPattern }, { parent });
  const permission = new aws.lambda.Permission(
    `${name}-raw-event`,
    {
      action: "lambda:InvokeFunction",
      function: lambda.name,
      principal: "events.amazonaws.com",
      // The ARN contains the account. If sourceAccount is set too, EventBridge cannot invoke the function.
      sourceArn: rule.arn,
    },
    { parent },
  );
  const queuePolicy = new aws.sqs.QueuePolicy(
    `${name}-raw-event`,
    { queueUrl: failures.url, policy: eventsPolicy(failures.arn, [rule.arn]) },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    `${name}-raw-event`,
    { rule: rule.name, arn: lambda.arn, deadLetterConfig: { arn: failures.arn } },
    { parent, dependsOn: [permission, queuePolicy] },
  );
}
