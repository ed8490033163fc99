// The policies of all roles, as functions of ARNs. This file holds everything that a role is allowed to do.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { views } from "../../queries";
import { compactReads, compactTable } from "../../queries/compact";
import { rawPrefix, statePrefix } from "../../transforms/keys";
import { catalogPrefix, type TableName, tableNames } from "../../transforms/schema";
import { accountOf } from "./arns";

type Arn = pulumi.Input<string>;
type Statement = aws.iam.PolicyStatement;

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
 * What the extractor does with the raw bucket and the two parameters. The key that encrypts them, `alias/aws/ssm`, needs no
 * statement: AWS lets everyone in the account use it through SSM.
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

/**
 * What the crawler does: reads the lake, and writes partitions into the catalog. If it makes the tables itself, it names
 * them after the folders it finds, and has to read the whole bucket.
 * The other parts of a Glue ARN come from the database's.
 */
export function crawlStatements(arns: { lakeBucket: Arn; database: Arn }, makesTables: boolean): Statement[] {
  const { database, lakeBucket } = arns;
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
  const tables = makesTables ? [`${catalogPrefix}*`] : csvTables;
  const objects = makesTables ? [pulumi.interpolate`${lakeBucket}/*`] : tableObjects(lakeBucket);
  const catalog = catalogArn(database);
  // Glue creates the group and chooses the streams' names.
  const logs = catalog.apply((arn) => arn.replace(/:glue:(.*):catalog$/, ":logs:$1:log-group:/aws-glue/*"));
  return [
    allow("WriteCatalog", actions, [catalog, database, ...tableArns(database, tables)]),
    allow("ListLake", ["s3:ListBucket", "s3:GetBucketLocation", "s3:GetBucketAcl"], lakeBucket),
    allow("ReadLake", ["s3:GetObject"], objects),
    {
      ...allow("CountCrawls", ["cloudwatch:PutMetricData"], "*"),
      Condition: { StringEquals: { "cloudwatch:namespace": "Glue" } },
    },
    allow("WriteLog", ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], logs),
  ];
}

/**
 * What a reader of the lake does: queries these tables and views in one workgroup, and reads the results; `SHOW` and
 * `DESCRIBE`; and the other calls of Athena's console.
 */
export function readStatements(arns: {
  workgroup: Arn;
  database: Arn;
  lakeBucket: Arn;
  resultsBucket: Arn;
  /** The bucket of the compact copy; undefined if there is none. */
  compactBucket?: Arn | undefined;
  /** The user's own tables. */
  ownTables?: readonly string[];
}): Statement[] {
  const { workgroup, database, lakeBucket, resultsBucket, compactBucket, ownTables = [] } = arns;
  const copies = compactBucket === undefined ? [] : [compactTable];
  const workgroupArn = pulumi.output(workgroup);
  return [
    allow("Query", actionsOf("athena", workgroupCalls), workgroup),
    allow(
      "BrowseCatalog",
      actionsOf("athena", dataCatalogCalls),
      workgroupArn.apply((arn) => arn.replace(/:workgroup\/.*$/, ":datacatalog/AwsDataCatalog")),
    ),
    // These actions support no resource.
    allow("OpenConsole", actionsOf("athena", consoleCalls), "*"),
    // Glue requires it for any query.
    allow("ReadDefault", actionsOf("glue", ["GetDatabase", "GetDatabases"]), [
      catalogArn(database),
      pulumi.output(database).apply((arn) => arn.replace(/:database\/.*$/, ":database/default")),
    ]),
    allow("ReadCatalog", readCatalogActions, [
      catalogArn(database),
      database,
      ...tableArns(database, [...csvTables, ...viewNames, ...copies, ...ownTables]),
    ]),
    {
      ...allow("ListLake", ["s3:ListBucket"], lakeBucket),
      Condition: { StringLike: { "s3:prefix": tableNames.map((table) => `${table}/*`) } },
    },
    allow("ReadLake", ["s3:GetObject"], tableObjects(lakeBucket)),
    ...(compactBucket === undefined ? [] : [allow("ReadCopy", ["s3:GetObject"], compactObjects(compactBucket))]),
    // Athena chooses the keys of results.
    allow("KeepResults", ["s3:GetObject", "s3:PutObject"], pulumi.interpolate`${resultsBucket}/*`),
    allow(
      "FindBuckets",
      ["s3:GetBucketLocation"],
      [lakeBucket, resultsBucket, ...(compactBucket === undefined ? [] : [compactBucket])],
    ),
  ];
}

/**
 * What the compact copy's statement does: reads the copy's source views and everything that these read, writes the copy's
 * files, and updates the pointer to the newest state in the catalog. It deletes no file.
 */
export function compactStatements(arns: {
  workgroup: Arn;
  database: Arn;
  lakeBucket: Arn;
  compactBucket: Arn;
  resultsBucket: Arn;
  resultsFolder: string;
}): Statement[] {
  const { workgroup, database, lakeBucket, compactBucket, resultsBucket, resultsFolder } = arns;
  const objects = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
  const read = withWhatTheyRead(compactReads);
  const folders = tableNames.filter((table) => read.includes(`${catalogPrefix}${table}`));
  return [
    allow("ReadCatalog", readCatalogActions, [
      catalogArn(database),
      database,
      ...tableArns(database, [...read, compactTable]),
    ]),
    allow(
      "TellNewState",
      ["glue:UpdateTable"],
      [catalogArn(database), database, ...tableArns(database, [compactTable])],
    ),
    {
      ...allow("ListLake", ["s3:ListBucket"], lakeBucket),
      Condition: { StringLike: { "s3:prefix": folders.map((table) => `${table}/*`) } },
    },
    allow("ReadLake", ["s3:GetObject"], tableObjects(lakeBucket, folders)),
    // Iceberg chooses the keys.
    allow("WriteCopy", objects, compactObjects(compactBucket)),
    allow("KeepResults", objects, pulumi.interpolate`${resultsBucket}/${resultsFolder}/*`),
    allow("ListWritten", ["s3:ListBucket", "s3:ListBucketMultipartUploads"], [compactBucket, resultsBucket]),
    allow("FindBuckets", ["s3:GetBucketLocation"], [lakeBucket, compactBucket, resultsBucket]),
    allow("FindCatalog", ["athena:GetDataCatalog"], dataCatalogArn(workgroup)),
    allow("AskLakeFormation", ["lakeformation:GetDataAccess"], "*"),
  ];
}

/** Views and everything that they read in turn, sorted. */
function withWhatTheyRead(names: readonly string[]): string[] {
  const found = new Set<string>();
  const add = (name: string): void => {
    found.add(name);
    for (const read of views.find((view) => view.name === name)?.reads ?? []) add(read);
  };
  for (const name of names) add(name);
  return [...found].sort();
}

const readCatalogActions = [
  ...["GetDatabase", "GetDatabases", "GetTable", "GetTables", "GetPartition", "GetPartitions"],
  "BatchGetPartition",
].map((call) => `glue:${call}`);

const workgroupCalls = [
  ...[
    "StartQueryExecution",
    "StopQueryExecution",
    "GetQueryExecution",
    "BatchGetQueryExecution",
    "ListQueryExecutions",
  ],
  ...["GetQueryResults", "GetQueryResultsStream", "GetWorkGroup"],
  ...["ListNamedQueries", "GetNamedQuery", "BatchGetNamedQuery"],
];
const dataCatalogCalls = ["GetDataCatalog", "ListDatabases", "GetDatabase", "ListTableMetadata", "GetTableMetadata"];
const consoleCalls = ["ListEngineVersions", "ListWorkGroups", "ListDataCatalogs"];

const csvTables = tableNames.map((table) => `${catalogPrefix}${table}`);
const viewNames = views.map(({ name }) => name);

function actionsOf(service: string, calls: readonly string[]): string[] {
  return calls.map((call) => `${service}:${call}`);
}

/** Every data and metadata file of the compact copy. */
function compactObjects(compactBucket: Arn): Arn {
  return pulumi.interpolate`${compactBucket}/${compactTable}/*`;
}

/** Every file of the lake's tables: each day brings new ones. */
function tableObjects(lakeBucket: Arn, names: readonly string[] = tableNames): Arn[] {
  return names.map((table) => pulumi.interpolate`${lakeBucket}/${table}/*`);
}

/** Athena's name for Glue's catalog. */
function dataCatalogArn(workgroup: Arn): pulumi.Output<string> {
  return pulumi.output(workgroup).apply((arn) => arn.replace(/:workgroup\/.*$/, ":datacatalog/AwsDataCatalog"));
}

/** A database's catalog. Glue checks permissions on catalog and database besides those on each table. */
function catalogArn(database: Arn): pulumi.Output<string> {
  return pulumi.output(database).apply((arn) => arn.replace(/:database\/.*$/, ":catalog"));
}

function tableArns(database: Arn, names: readonly string[]): pulumi.Output<string>[] {
  return names.map((name) => pulumi.output(database).apply((arn) => `${arn.replace(":database/", ":table/")}/${name}`));
}

/** One action on one resource: what a schedule's role is for. */
export function callStatement(action: string, resource: Arn): Statement {
  return allow("CallTarget", [action], resource);
}

function allow(sid: string, actions: string[], resources: Arn | Arn[]): Statement {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources };
}
