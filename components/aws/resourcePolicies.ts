// All resource policies, as functions of ARNs: who can use a bucket, a queue or a topic through its own policy.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "./arns";
import { fromSource, policyOf } from "./policies";

type Arn = pulumi.Input<string>;
type Statement = aws.iam.PolicyStatement;

/** Denies every request without TLS. */
export function tlsOnlyPolicy(bucketArn: Arn): aws.iam.PolicyDocument {
  return policyOf([tlsOnlyStatement(bucketArn)]);
}

/** The denial must cover every principal, action and object. */
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

/** Lets only one trail put its log files into a bucket, over TLS. */
export function trailBucketPolicy(bucketArn: Arn, trailArn: Arn): aws.iam.PolicyDocument {
  const forTrail = {
    Effect: "Allow" as const,
    Principal: { Service: "cloudtrail.amazonaws.com" },
  };
  // CloudTrail chooses the rest of the key: region, day, file.
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
 * Lets only these EventBridge rules send events to a queue. The condition names only the rules' ARNs, which contain the
 * account: with a condition on the source account too, EventBridge does not deliver.
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

/** Lets only alarms of the topic's own account publish to it. Not all of their names are known yet. */
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

/** Denies messages to a topic without TLS. Roles of the topic's account publish by their own policies. */
export function tlsOnlyTopicPolicy(topicArn: Arn): aws.iam.PolicyDocument {
  return policyOf([
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}
