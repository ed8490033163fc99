import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ProgramResult } from "../../../lake/local/program";
import { compactColumns, compactStatement, wholeCompactStatement } from "../../../queries/compact";
import { exampleStack } from "../../../scripts/exampleStack";
import { resource, runTestProgram, stackWith } from "../../support/components/testPrograms";

const test = suite("components/catalog/compactCopy");

let program: ProgramResult;
const schedule = "cron(0 7 * * ? *)";
const inputsOf = (type: string, name: string) => resource(program, type, `playlake-${name}`).inputs;

test.before(async () => {
  program = await exampleStack({ compactSchedule: schedule });
});

test("a stack has no compact copy by default", async () => {
  const { resources } = await stackWith("declared");
  assert.equal(
    resources.filter(({ name }) => /compact|copy/.test(name)).map(({ name }) => name),
    [],
  );
});

test("the compact copy adds these resources to a stack", async () => {
  const before = new Set((await stackWith("declared")).resources.map(({ urn }) => urn));
  const added = program.resources
    .filter(({ urn }) => !before.has(urn))
    .map(({ type, name }) => `${type.slice(type.lastIndexOf(":") + 1)} ${name.replace("playlake-", "")}`);
  assert.equal(added.sort(), [
    "Bucket compact",
    "BucketLifecycleConfiguration compact",
    "BucketOwnershipControls compact",
    "BucketPolicy compact",
    "BucketPublicAccessBlock compact",
    "BucketServerSideEncryptionConfiguration compact",
    "CatalogTable compact-items",
    "CatalogTableOptimizer compact-compaction",
    "CatalogTableOptimizer compact-orphans",
    "CatalogTableOptimizer compact-retention",
    "EventRule copy-bad",
    "EventRule copy-ok",
    "EventTarget copy-bad",
    "EventTarget copy-ok",
    "MetricAlarm alarm-compact-failed",
    "MetricAlarm alarm-compact-failures",
    "MetricAlarm alarm-compact-overdue",
    "NamedQuery compact-whole-history",
    "Queue compact-failures",
    "Queue copy-events",
    "QueuePolicy copy-events",
    "Role compact",
    "Role optimizer",
    "RolePolicy compact",
    "RolePolicy optimizer",
    "Schedule compact",
    "Workgroup compact",
  ]);
});

test("Glue creates the Iceberg table by months, and the stack never updates it", () => {
  const table = resource(program, "CatalogTable", "playlake-compact-items");
  const types: Record<string, string> = { varchar: "string", bigint: "long", "timestamp(6)": "timestamp" };
  assert.equal(table.inputs, {
    databaseName: "playlake_local",
    name: "compact_items",
    openTableFormatInput: {
      icebergInput: {
        metadataOperation: "CREATE",
        version: "2",
        icebergTableInput: {
          location: "s3://playlake-compact/compact_items",
          schema: {
            schemaId: 0,
            type: "struct",
            fields: compactColumns.map(({ name, type }, i) => ({
              ...{ id: i + 1, name, required: false, type: `"${types[type] ?? type}"` },
            })),
          },
          partitionSpec: {
            specId: 0,
            fields: [{ fieldId: 1000, name: "snapshot_date_month", sourceId: 15, transform: "month" }],
          },
        },
      },
    },
  });
  assert.is(compactColumns[15 - 1]?.name, "snapshot_date");
  assert.equal(table.options.ignoreChanges, [
    ...["description", "openTableFormatInput", "owner", "parameters", "retention", "storageDescriptor", "tableType"],
  ]);
});

test("Glue's optimizers merge files, and remove old snapshots and orphan files", () => {
  const optimizers = ["compaction", "retention", "orphans"].map((suffix) =>
    resource(program, "CatalogTableOptimizer", `playlake-compact-${suffix}`),
  );
  const common = { catalogId: "123456789012", databaseName: "playlake_local", tableName: "compact_items" };
  const enabled = { enabled: true, roleArn: "arn:aws:iam::123456789012:role/playlake-optimizer" };
  assert.equal(
    optimizers.map(({ inputs }) => inputs),
    [
      {
        ...common,
        type: "compaction",
        configuration: {
          ...enabled,
          compactionConfiguration: {
            icebergConfiguration: { strategy: "binpack", minInputFiles: 10, deleteFileThreshold: 1 },
          },
        },
      },
      {
        ...common,
        type: "retention",
        configuration: {
          ...enabled,
          retentionConfiguration: {
            icebergConfiguration: {
              snapshotRetentionPeriodInDays: 5,
              numberOfSnapshotsToRetain: 1,
              cleanExpiredFiles: true,
              runRateInHours: 168,
            },
          },
        },
      },
      {
        ...common,
        type: "orphan_file_deletion",
        configuration: {
          ...enabled,
          orphanFileDeletionConfiguration: {
            icebergConfiguration: { orphanFileRetentionPeriodInDays: 5, runRateInHours: 168 },
          },
        },
      },
    ],
  );
  const { urn } = resource(program, "RolePolicy", "playlake-optimizer");
  for (const { options } of optimizers) assert.equal(options.dependsOn, [urn]);
});

test("the optimizers' role writes one table's files and its pointer", () => {
  const glue = "arn:aws:glue:us-east-1:123456789012";
  const logs = "arn:aws:logs:us-east-1:123456789012:log-group:/aws-glue/iceberg";
  const { policy } = inputsOf("RolePolicy", "optimizer") as { policy: { Statement: object[] } };
  assert.equal(policy.Statement, [
    {
      Sid: "UpdateTable",
      Effect: "Allow",
      Action: ["glue:GetTable", "glue:UpdateTable"],
      Resource: [`${glue}:catalog`, `${glue}:database/playlake_local`, `${glue}:table/playlake_local/compact_items`],
    },
    {
      Sid: "RewriteFiles",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      Resource: "arn:aws:s3:::playlake-compact/compact_items/*",
    },
    { Sid: "ListFiles", Effect: "Allow", Action: ["s3:ListBucket"], Resource: "arn:aws:s3:::playlake-compact" },
    {
      Sid: "WriteLog",
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: ["compaction", "retention", "orphan-file-deletion"].map((kind) => `${logs}-${kind}/logs:*`),
    },
  ]);
  assert.equal(inputsOf("Role", "optimizer").assumeRolePolicy, {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "glue.amazonaws.com" }, Action: "sts:AssumeRole" }],
  });
});

test("Scheduler starts the whole statement with the scheduled time in it", () => {
  const { target, ...times } = inputsOf("Schedule", "compact") as { target: { arn: string; input: string } };
  assert.equal(times, {
    description: "Updates the compact copy of the history.",
    scheduleExpression: schedule,
    scheduleExpressionTimezone: "UTC",
    state: "ENABLED",
    flexibleTimeWindow: { mode: "OFF" },
  });
  assert.is(target.arn, "arn:aws:scheduler:::aws-sdk:athena:startQueryExecution");
  assert.equal(JSON.parse(target.input), {
    QueryString: compactStatement("<aws.scheduler.scheduled-time>"),
    QueryExecutionContext: { Database: "playlake_local" },
    WorkGroup: "playlake-compact",
    ClientRequestToken: "playlake-compact-compact-copy-of-<aws.scheduler.scheduled-time>",
  });
  // The longest statement that Athena accepts.
  assert.ok(Buffer.byteLength(target.input) < 262_144);
});

test("its workgroup enforces its own results folder", () => {
  assert.equal(inputsOf("Workgroup", "compact"), {
    description: "Updates the compact copy of the history.",
    forceDestroy: true,
    configuration: {
      enforceWorkgroupConfiguration: true,
      publishCloudwatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: 10 * 2 ** 30,
      engineVersion: { selectedEngineVersion: "Athena engine version 3" },
      resultConfiguration: {
        outputLocation: "s3://playlake-results/compact/",
        encryptionConfiguration: { encryptionOption: "SSE_S3" },
      },
    },
  });
  assert.is(inputsOf("NamedQuery", "compact-whole-history").query, wholeCompactStatement());
  assert.is(inputsOf("NamedQuery", "compact-whole-history").workgroup, "playlake-compact");
});

test("its role reads the seven tables of the statement, and writes only the copy", () => {
  const allow = (Sid: string, Action: string[], Resource: string | string[]) => ({
    ...{ Sid, Effect: "Allow", Action, Resource },
  });
  const glue = "arn:aws:glue:us-east-1:123456789012";
  const table = (name: string) => `${glue}:table/playlake_local/${name}`;
  const database = [`${glue}:catalog`, `${glue}:database/playlake_local`];
  const folders = ["playlists", "playlist_items", "tracks", "track_artists", "artists", "albums", "episodes"];
  const read = [...folders.map((name) => `csv_${name}`), ...folders, "items"].sort();
  const reading = ["GetDatabase", "GetDatabases", "GetTable", "GetTables", "GetPartition", "GetPartitions"];
  const objects = ["GetObject", "PutObject", "AbortMultipartUpload", "ListMultipartUploadParts"].map(
    (call) => `s3:${call}`,
  );
  const [lake, copy, results] = ["lake", "compact", "results"].map((name) => `arn:aws:s3:::playlake-${name}`);
  const policy = inputsOf("RolePolicy", "compact").policy as { Statement: object[] };
  assert.equal(policy.Statement, [
    allow(
      "CallTarget",
      ["athena:StartQueryExecution"],
      "arn:aws:athena:us-east-1:123456789012:workgroup/playlake-compact",
    ),
    allow("ReportFailure", ["sqs:SendMessage"], "arn:aws:sqs:us-east-1:123456789012:playlake-compact-failures"),
    allow("ReadDefault", ["glue:GetDatabase", "glue:GetDatabases"], `${glue}:database/default`),
    allow(
      "ReadCatalog",
      [...reading, "BatchGetPartition"].map((call) => `glue:${call}`),
      [...database, ...[...read, "compact_items"].map(table)],
    ),
    allow("TellNewState", ["glue:UpdateTable"], [...database, table("compact_items")]),
    {
      ...allow("ListLake", ["s3:ListBucket"], lake!),
      Condition: { StringLike: { "s3:prefix": folders.map((name) => `${name}/*`) } },
    },
    allow(
      "ReadLake",
      ["s3:GetObject"],
      folders.map((name) => `${lake}/${name}/*`),
    ),
    allow("WriteCopy", objects, `${copy}/compact_items/*`),
    allow("KeepResults", objects, `${results}/compact/*`),
    allow("ListWritten", ["s3:ListBucket", "s3:ListBucketMultipartUploads"], [copy!, results!]),
    allow("FindBuckets", ["s3:GetBucketLocation"], [lake!, copy!, results!]),
    allow("FindCatalog", ["athena:GetDataCatalog"], "arn:aws:athena:us-east-1:123456789012:datacatalog/AwsDataCatalog"),
    allow("AskLakeFormation", ["lakeformation:GetDataAccess"], "*"),
  ]);
});

test("a rule matches each statement's end by workgroup, and alarms count the matches", () => {
  for (const [rule, states] of [
    ["copy-ok", ["SUCCEEDED"]],
    ["copy-bad", ["FAILED", "CANCELLED", "CANCELED"]],
  ] as const) {
    assert.equal(JSON.parse(String(inputsOf("EventRule", rule).eventPattern)), {
      source: ["aws.athena"],
      "detail-type": ["Athena Query State Change"],
      detail: { currentState: states, workgroupName: ["playlake-compact"] },
    });
  }
  const failed = inputsOf("MetricAlarm", "alarm-compact-failed");
  assert.equal([failed.metricName, failed.dimensions], ["TriggeredRules", { RuleName: "playlake-copy-bad" }]);
  const succeeded = inputsOf("MetricAlarm", "alarm-compact-overdue");
  assert.equal([succeeded.dimensions, succeeded.evaluationPeriods], [{ RuleName: "playlake-copy-ok" }, 26]);
});

test("a reader of the lake can query the copy too", async () => {
  const args = { lakeBucket: "their-lake", compactSchedule: schedule };
  const { outputs } = await runTestProgram("reader", { "test:args": JSON.stringify(args) });
  const { Statement } = outputs.policy as { Statement: { Sid: string; Resource: string | string[] }[] };
  const resourceOf = (sid: string) => Statement.find(({ Sid }) => Sid === sid)?.Resource;
  assert.is(resourceOf("ReadCopy"), "arn:aws:s3:::catalog-compact/compact_items/*");
  assert.ok(
    resourceOf("ReadCatalog")?.includes("arn:aws:glue:us-east-1:123456789012:table/catalog_local/compact_items"),
  );
  assert.equal(
    resourceOf("FindBuckets"),
    ["their-lake", "catalog-results", "catalog-compact"].map((bucket) => `arn:aws:s3:::${bucket}`),
  );
});

test.run();
