// The policies of the roles that read and keep the catalog and its tables, as functions of ARNs.
import * as pulumi from "@pulumi/pulumi";
import { namedQueries, views } from "../../queries";
import { compactReads, compactTable } from "../../queries/compact";
import { digestQuery } from "../../queries/digest";
import { digestStateKey } from "../../transforms/keys";
import { catalogPrefix, tableNames } from "../../transforms/schema";
import { type Arn, allow, catalogArn, type Statement, tableArns, tableObjects } from "./policies";

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
  const logs = logGroupArn(catalog, "/aws-glue/*");
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
    readDefaultStatement(database),
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
    readDefaultStatement(database),
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

/** What Glue's optimizers of an Iceberg table do: read, write and delete its files, and point the catalog to its newest state. */
export function optimizerStatements(arns: { database: Arn; bucket: Arn; table: Arn }): Statement[] {
  const { database, bucket, table } = arns;
  const catalog = catalogArn(database);
  // Glue creates a group for each optimizer and chooses the streams' names.
  const logs = ["compaction", "retention", "orphan-file-deletion"].map((kind) =>
    logGroupArn(catalog, `/aws-glue/iceberg-${kind}/logs:*`),
  );
  return [
    allow("UpdateTable", ["glue:GetTable", "glue:UpdateTable"], [catalog, database, ...tableArns(database, [table])]),
    allow(
      "RewriteFiles",
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      pulumi.interpolate`${bucket}/${table}/*`,
    ),
    allow("ListFiles", ["s3:ListBucket"], bucket),
    allow("WriteLog", ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], logs),
  ];
}

/**
 * What the digest's function does: asks one named query in a separate workgroup, keeps in the lake bucket what it has
 * covered, and publishes. Messages to a topic under `alias/aws/sns` need no statement for the key: AWS lets everyone in the
 * account use it through SNS.
 */
export function digestStatements(arns: {
  /** The workgroup that holds the named query. */
  queries: Arn;
  workgroup: Arn;
  database: Arn;
  lakeBucket: Arn;
  resultsBucket: Arn;
  resultsFolder: string;
  topic: Arn;
}): Statement[] {
  const { queries, workgroup, database, lakeBucket, resultsBucket, resultsFolder, topic } = arns;
  const read = withWhatTheyRead(namedQueries.find(({ name }) => name === digestQuery)?.reads ?? []);
  const folders = tableNames.filter((table) => read.includes(`${catalogPrefix}${table}`));
  return [
    allow("ReadQuery", ["athena:GetNamedQuery"], queries),
    allow("Query", actionsOf("athena", ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"]), workgroup),
    allow("FindCatalog", ["athena:GetDataCatalog"], dataCatalogArn(workgroup)),
    readDefaultStatement(database),
    allow("ReadCatalog", readCatalogActions, [catalogArn(database), database, ...tableArns(database, read)]),
    {
      ...allow("ListLake", ["s3:ListBucket"], lakeBucket),
      Condition: { StringLike: { "s3:prefix": [...folders.map((table) => `${table}/*`), digestStateKey] } },
    },
    allow("ReadLake", ["s3:GetObject"], tableObjects(lakeBucket, folders)),
    allow("KeepState", ["s3:GetObject", "s3:PutObject"], pulumi.interpolate`${lakeBucket}/${digestStateKey}`),
    allow("KeepResults", ["s3:GetObject", "s3:PutObject"], pulumi.interpolate`${resultsBucket}/${resultsFolder}/*`),
    allow("FindBuckets", ["s3:GetBucketLocation"], [lakeBucket, resultsBucket]),
    allow("SendDigest", ["sns:Publish"], topic),
  ];
}

/** Glue requires it for any query, besides the same on the catalog. */
function readDefaultStatement(database: Arn): Statement {
  const ofDefault = pulumi.output(database).apply((arn) => arn.replace(/:database\/.*$/, ":database/default"));
  return allow("ReadDefault", actionsOf("glue", ["GetDatabase", "GetDatabases"]), ofDefault);
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

/** Athena's name for Glue's catalog. */
function dataCatalogArn(workgroup: Arn): pulumi.Output<string> {
  return pulumi.output(workgroup).apply((arn) => arn.replace(/:workgroup\/.*$/, ":datacatalog/AwsDataCatalog"));
}

/** A log group in the catalog's account and region. */
function logGroupArn(catalog: pulumi.Output<string>, group: string): pulumi.Output<string> {
  return catalog.apply((arn) => arn.replace(/:glue:(.*):catalog$/, `:logs:$1:log-group:${group}`));
}
