// The policies of the functions' and schedules' roles, as functions of ARNs; catalogPolicies.ts holds the others. The two files
// hold everything that a role is allowed to do.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { rawPrefix, statePrefix } from "../../transforms/keys";
import { catalogPrefix, type TableName, tableNames } from "../../transforms/schema";
import { accountOf } from "./arns";

export type Arn = pulumi.Input<string>;
export type Statement = aws.iam.PolicyStatement;

/** A policy document with these statements. */
export function policyOf(statements: Statement[]): aws.iam.PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/**
 * Lets a service assume a role; with `sourceArn`, only on behalf of that resource. Lambda and Glue document no such
 * condition keys, so their roles have none. Only a principal that is allowed to pass those roles can use them.
 */
export function trustPolicy(service: string, sourceArn?: pulumi.Input<string>): aws.iam.PolicyDocument {
  const condition = sourceArn === undefined ? {} : { Condition: { StringEquals: fromSource(sourceArn) } };
  return policyOf([{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", ...condition }]);
}

/** The resource and account on whose behalf a service acts, as a condition's `StringEquals`. */
export function fromSource(arn: Arn): Record<string, Arn> {
  return { "aws:SourceAccount": accountOf(arn), "aws:SourceArn": arn };
}

/** Writing a function's log. The stack declares the group; Lambda chooses the streams' names. */
export function logStatement(logGroupArn: Arn): Statement {
  const streams = pulumi.interpolate`${logGroupArn}:*`;
  return allow("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], streams);
}

/** Sending messages to a queue. */
export function sendStatement(queueArn: Arn): Statement {
  return allow("ReportFailure", ["sqs:SendMessage"], queueArn);
}

/**
 * What the extractor does with the raw bucket and the two parameters. The default key that encrypts them, `alias/aws/ssm`,
 * needs no statement: AWS lets everyone in the account use it through SSM.
 */
export function extractStatements(arns: { rawBucket: Arn; appParameter: Arn; tokenParameter: Arn }): Statement[] {
  const prefixes = [`${rawPrefix}*`, `${statePrefix}*`];
  const objects = prefixes.map((prefix) => pulumi.interpolate`${arns.rawBucket}/${prefix}`);
  return [
    allow("ReadAndWriteRaw", ["s3:GetObject", "s3:PutObject"], objects),
    {
      ...allow("ListRaw", ["s3:ListBucket"], arns.rawBucket),
      Condition: { StringLike: { "s3:prefix": prefixes } },
    },
    allow("ReadParameters", ["ssm:GetParameter"], [arns.appParameter, arns.tokenParameter]),
    allow("StoreRotatedToken", ["ssm:PutParameter"], arns.tokenParameter),
  ];
}

/**
 * What the transformer does: reads raw objects, writes the tables' files. It never lists the raw bucket, but without that
 * permission S3 answers 403 for a deleted object, and an event that arrives after `playlake forget` would fail.
 */
export function transformStatements(arns: { rawBucket: Arn; lakeBucket: Arn }, days?: RegisteredDays): Statement[] {
  return [
    allow("ReadRaw", ["s3:GetObject"], pulumi.interpolate`${arns.rawBucket}/${rawPrefix}*`),
    {
      ...allow("TellGoneRaw", ["s3:ListBucket"], arns.rawBucket),
      Condition: { StringLike: { "s3:prefix": [`${rawPrefix}*`] } },
    },
    allow("WriteTables", ["s3:PutObject"], tableObjects(arns.lakeBucket)),
    ...(days === undefined ? [] : [registerStatement(days)]),
  ];
}

/** The tables in which days are registered. */
export interface RegisteredDays {
  database: Arn;
  tables: readonly TableName[];
}

function registerStatement({ database, tables }: RegisteredDays): Statement {
  const names = tables.map((table) => `${catalogPrefix}${table}`);
  return allow(
    "RegisterDays",
    ["glue:BatchCreatePartition"],
    [catalogArn(database), database, ...tableArns(database, names)],
  );
}

/** Every file of the lake's tables: each day brings new ones. */
export function tableObjects(lakeBucket: Arn, names: readonly string[] = tableNames): Arn[] {
  return names.map((table) => pulumi.interpolate`${lakeBucket}/${table}/*`);
}

/** A database's catalog. Glue checks permissions on catalog and database besides those on each table. */
export function catalogArn(database: Arn): pulumi.Output<string> {
  return pulumi.output(database).apply((arn) => arn.replace(/:database\/.*$/, ":catalog"));
}

/** The ARNs of a database's tables. */
export function tableArns(database: Arn, names: readonly pulumi.Input<string>[]): pulumi.Output<string>[] {
  const tables = pulumi.output(database).apply((arn) => arn.replace(":database/", ":table/"));
  return names.map((name) => pulumi.interpolate`${tables}/${name}`);
}

/** One action on one resource: what a schedule's role is for. */
export function callStatement(action: string, resource: Arn): Statement {
  return allow("CallTarget", [action], resource);
}

/** A statement that allows actions on resources. */
export function allow(sid: string, actions: string[], resources: Arn | Arn[]): Statement {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources };
}
