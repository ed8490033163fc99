import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { rawPrefix } from "../../transforms/keys";
import { type ArgumentCheck, oneOf, problemsOf, type Rule } from "../arguments/validation";
import { accountOf } from "./arns";
import { type BucketArg, type BucketRef, isManaged } from "./bucketRef";
import { eventsPolicy } from "./resourcePolicies";

/** What tells the transformer of a new raw object. */
export type Trigger = "notification" | "eventbridge" | "none";

const triggerRule: Rule<Trigger> = oneOf(["notification", "eventbridge", "none"], "eventbridge");

interface Watched {
  rawBucket: BucketRef;
  lambda: aws.lambda.Function;
  /** Where events go that could not be delivered. */
  failures: aws.sqs.Queue;
}

/** The trigger that was asked for, or the bucket's natural one; notes one that the bucket can't have. */
export function checkTrigger(check: ArgumentCheck, trigger: Trigger | undefined, rawBucket?: BucketArg): Trigger {
  const managed = rawBucket !== undefined && isManaged(rawBucket);
  if (trigger === undefined) return managed ? "notification" : "eventbridge";
  for (const problem of problemsOf("trigger", trigger, triggerRule)) check.problem(problem);
  if (trigger === "notification" && !managed) {
    check.problem({
      property: "trigger",
      got: '"notification"',
      fault: "S3 keeps one notification setting a bucket, and this bucket's is not this stack's",
      example: triggerRule.example,
    });
  }
  return trigger;
}

/** Has the function called for each new raw object. */
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
    // S3 tries the permission when it stores the setting.
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
      // The ARN holds the account; with a sourceAccount besides, EventBridge could not invoke the function.
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
