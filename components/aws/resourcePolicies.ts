// Every policy that a resource carries itself, as functions of ARNs: who may come to a bucket, a queue or a topic is read
// here and nowhere else.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "./arns";
import { fromSource, policyOf } from "./policies";

type Arn = pulumi.Input<string>;
type Statement = aws.iam.PolicyStatement;

/** Refuses everything that does not come over TLS. */
export function tlsOnlyPolicy(bucketArn: Arn): aws.iam.PolicyDocument {
  return policyOf([tlsOnlyStatement(bucketArn)]);
}

/** Nothing narrower refuses whoever comes, whatever they ask of whichever object. */
function tlsOnlyStatement(bucketArn: Arn): Statement {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** Lets one trail, and nobody else, put its log files into a bucket, over TLS. */
export function trailBucketPolicy(bucketArn: Arn, trailArn: Arn): aws.iam.PolicyDocument {
  const forTrail = {
    Effect: "Allow" as const,
    Principal: { Service: "cloudtrail.amazonaws.com" },
  };
  // CloudTrail draws the rest of the key: region, day, file.
  const files = pulumi.interpolate`${bucketArn}/AWSLogs/${accountOf(trailArn)}/*`;
  return policyOf([
    {
      Sid: "TrailReadsAcl",
      ...forTrail,
      Action: "s3:GetBucketAcl",
      Resource: bucketArn,
      Condition: { StringEquals: fromSource(trailArn) },
    },
    {
      Sid: "TrailWritesLog",
      ...forTrail,
      Action: "s3:PutObject",
      Resource: files,
      Condition: { StringEquals: { ...fromSource(trailArn), "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
    tlsOnlyStatement(bucketArn),
  ]);
}

/**
 * Lets some EventBridge rules, and nobody else, put events into a queue. The rules' ARNs alone, which hold the account: with
 * a source account besides, EventBridge would not deliver.
 */
export function eventsPolicy(queueArn: Arn, ruleArns: Arn[]): aws.iam.PolicyDocument {
  return policyOf([
    {
      Sid: "RuleEvents",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
    },
  ]);
}

/** Lets the alarms of the topic's own account, and nobody else, publish to it. Their names are not all known by then. */
export function alarmTopicPolicy(topicArn: Arn): aws.iam.PolicyDocument {
  const alarms = pulumi
    .output(topicArn)
    .apply((arn) => arn.replace(/:sns:([^:]*:[^:]*):.*$/, ":cloudwatch:$1:alarm:*"));
  return policyOf([
    {
      Sid: "Alarms",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { StringEquals: { "aws:SourceAccount": accountOf(topicArn) }, ArnLike: { "aws:SourceArn": alarms } },
    },
  ]);
}
