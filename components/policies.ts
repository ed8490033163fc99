// Every policy document of the stack, as functions of ARNs: what a role may do is read here and nowhere else.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { rawPrefix, statePrefix } from "../transforms/keys";
import { tableNames } from "../transforms/schema";

type Arn = pulumi.Input<string>;
type Statement = aws.iam.PolicyStatement;

/** The document of some statements. */
export function policyOf(statements: Statement[]): aws.iam.PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** Lets a service take a role; with `accountId`, on behalf of that account's resources alone. */
export function trustPolicy(service: string, accountId?: pulumi.Input<string>): aws.iam.PolicyDocument {
  const condition = accountId === undefined ? {} : { Condition: { StringEquals: { "aws:SourceAccount": accountId } } };
  return policyOf([{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", ...condition }]);
}

/** Refuses everything that does not come over TLS. */
export function tlsOnlyPolicy(bucketArn: Arn): aws.iam.PolicyDocument {
  return policyOf([
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}

/** Lets an EventBridge rule put what it could not deliver into a queue. */
export function eventFailuresPolicy(queueArn: Arn, ruleArn: Arn): aws.iam.PolicyDocument {
  return policyOf([
    {
      Sid: "UndeliveredEvents",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
    },
  ]);
}

/** Writing a function's log; the group itself is the stack's. */
export function logStatement(logGroupArn: Arn): Statement {
  const streams = pulumi.interpolate`${logGroupArn}:*`;
  return allow("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], streams);
}

/** Putting messages into a queue. */
export function sendStatement(queueArn: Arn): Statement {
  return allow("ReportFailure", ["sqs:SendMessage"], queueArn);
}

/** What the extractor does with the raw bucket and the two secrets. */
export function extractStatements(arns: { rawBucket: Arn; appSecret: Arn; tokenSecret: Arn }): Statement[] {
  const prefixes = [`${rawPrefix}*`, `${statePrefix}*`];
  const objects = prefixes.map((prefix) => pulumi.interpolate`${arns.rawBucket}/${prefix}`);
  return [
    allow("ReadAndWriteRaw", ["s3:GetObject", "s3:PutObject"], objects),
    {
      ...allow("ListRaw", ["s3:ListBucket"], arns.rawBucket),
      Condition: { StringLike: { "s3:prefix": prefixes } },
    },
    allow("ReadSecrets", ["secretsmanager:GetSecretValue"], [arns.appSecret, arns.tokenSecret]),
    allow("StoreRotatedToken", ["secretsmanager:PutSecretValue"], arns.tokenSecret),
  ];
}

/** What the transformer does: reads raw objects, writes the tables' files. */
export function transformStatements(arns: { rawBucket: Arn; lakeBucket: Arn }): Statement[] {
  const tableObjects = tableNames.map((table) => pulumi.interpolate`${arns.lakeBucket}/${table}/*`);
  return [
    allow("ReadRaw", ["s3:GetObject"], pulumi.interpolate`${arns.rawBucket}/${rawPrefix}*`),
    allow("WriteTables", ["s3:PutObject"], tableObjects),
  ];
}

/**
 * What the crawler does: reads the lake, and writes partitions into the catalog; tables only where it makes them itself.
 * The rest of a Glue ARN's parts come from the database's.
 */
export function crawlStatements(arns: { lakeBucket: Arn; database: Arn }, makesTables: boolean): Statement[] {
  const database = pulumi.output(arns.database);
  const glue = database.apply((arn) => arn.split(":database/")[0] as string);
  const tables = database.apply((arn) => `${arn.replace(":database/", ":table/")}/*`);
  const actions = [
    "glue:GetDatabase",
    "glue:GetTable",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:CreatePartition",
    "glue:UpdatePartition",
    "glue:BatchGetPartition",
    "glue:BatchCreatePartition",
    "glue:BatchUpdatePartition",
    ...(makesTables ? ["glue:CreateTable", "glue:UpdateTable"] : []),
  ];
  const logs = glue.apply((prefix) => `${prefix.replace(":glue:", ":logs:")}:log-group:/aws-glue/*`);
  return [
    allow("WriteCatalog", actions, [pulumi.interpolate`${glue}:catalog`, database, tables]),
    allow("ListLake", ["s3:ListBucket"], arns.lakeBucket),
    allow("ReadLake", ["s3:GetObject"], pulumi.interpolate`${arns.lakeBucket}/*`),
    allow("WriteLog", ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], logs),
  ];
}

/** One action on one resource: what a schedule's role is for. */
export function callStatement(action: string, resource: Arn): Statement {
  return allow("CallTarget", [action], resource);
}

function allow(sid: string, actions: string[], resources: Arn | Arn[]): Statement {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources };
}
