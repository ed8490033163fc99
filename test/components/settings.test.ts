import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ProgramResult } from "../../local/program";
import { views } from "../../queries";
import { tables } from "../../transforms/schema";
import { resource, stackWith } from "./support";

const test = suite("components/settings");

let program: ProgramResult;
const inputsOf = (type: string, name: string) => resource(program, type, `playlake-${name}`).inputs;
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:123456789012:playlake-${name}`;

test.before(async () => {
  program = await stackWith("declared");
});

test("buckets: private, encrypted, over TLS alone, with a lifecycle", () => {
  const abortedUploads = {
    id: "aborted-uploads",
    status: "Enabled",
    filter: {},
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  };
  const expiry: Record<string, object[]> = {
    raw: [
      abortedUploads,
      {
        id: "old-state",
        status: "Enabled",
        filter: { prefix: "state/" },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
      },
    ],
    lake: [abortedUploads],
    results: [abortedUploads, { id: "old-results", status: "Enabled", filter: {}, expiration: { days: 30 } }],
  };
  for (const [name, rules] of Object.entries(expiry)) {
    const bucket = `playlake-${name}`;
    assert.equal(inputsOf("BucketLifecycleConfiguration", name), { bucket, rules });
    assert.equal(inputsOf("BucketOwnershipControls", name), {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    assert.equal(inputsOf("BucketPublicAccessBlock", name), {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.equal(inputsOf("BucketServerSideEncryptionConfiguration", name), {
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    assert.equal(inputsOf("BucketPolicy", name), {
      bucket,
      policy: {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      },
    });
  }
});

test("functions: runtime, log, failures", () => {
  for (const name of ["extract", "transform"]) {
    const {
      code: _code,
      description: _description,
      environment: _environment,
      ...settings
    } = inputsOf("Function", name);
    assert.equal(settings, {
      architectures: ["arm64"],
      handler: "__index.handler",
      loggingConfig: { logFormat: "Text", logGroup: `playlake-${name}` },
      memorySize: name === "extract" ? 512 : 1024,
      role: `arn:aws:iam::123456789012:role/playlake-${name}`,
      runtime: "nodejs24.x",
      timeout: name === "extract" ? 900 : 300,
    });
    assert.equal(inputsOf("LogGroup", name), { retentionInDays: 30 });
    assert.equal(inputsOf("FunctionEventInvokeConfig", name), {
      functionName: `playlake-${name}`,
      maximumEventAgeInSeconds: 3600,
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: queueArn(`${name}-failures`) } },
    });
  }
  assert.equal(inputsOf("Function", "transform").environment, { variables: { LAKE_BUCKET: "playlake-lake" } });
  assert.equal(inputsOf("Function", "extract").environment, {
    variables: {
      RAW_BUCKET: "playlake-raw",
      APP_SECRET_ARN: resource(program, "Secret", "playlake-app").outputs.arn,
      TOKEN_SECRET_ARN: resource(program, "Secret", "playlake-token").outputs.arn,
      TIMEZONE: "UTC",
    },
  });
  for (const name of ["extract", "schedule", "transform", "crawl"]) {
    assert.equal(inputsOf("Queue", `${name}-failures`), {
      messageRetentionSeconds: 1209600,
      sqsManagedSseEnabled: true,
    });
  }
});

test("the trigger: S3 may call, and calls for raw objects alone", () => {
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:playlake-transform";
  assert.equal(inputsOf("Permission", "raw-event"), {
    action: "lambda:InvokeFunction",
    function: "playlake-transform",
    principal: "s3.amazonaws.com",
    sourceArn: "arn:aws:s3:::playlake-raw",
    sourceAccount: "123456789012",
  });
  assert.equal(inputsOf("BucketNotification", "raw-event"), {
    bucket: "playlake-raw",
    lambdaFunctions: [{ lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:*"], filterPrefix: "playlists/" }],
  });
  const { options } = resource(program, "BucketNotification", "playlake-raw-event");
  assert.ok(options.dependencies.some((urn) => urn.endsWith("Permission::playlake-raw-event")));
});

test("schedules", () => {
  const lambda = "arn:aws:lambda:us-east-1:123456789012:function:playlake-extract";
  const cases: [string, string, string, string, string][] = [
    ["run", "cron(0 6 * * ? *)", lambda, '{"source":"run"}', "schedule"],
    ["catch-up", "cron(0 7-23 * * ? *)", lambda, '{"source":"catch-up"}', "schedule"],
    [
      "crawl",
      "cron(30 6 * * ? *)",
      "arn:aws:scheduler:::aws-sdk:glue:startCrawler",
      '{"Name":"playlake-crawler"}',
      "crawl",
    ],
  ];
  for (const [name, scheduleExpression, arn, input, role] of cases) {
    const { description: _description, ...schedule } = inputsOf("Schedule", name);
    assert.equal(schedule, {
      scheduleExpression,
      scheduleExpressionTimezone: "UTC",
      state: "ENABLED",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn,
        input,
        roleArn: `arn:aws:iam::123456789012:role/playlake-${role}`,
        deadLetterConfig: { arn: queueArn(`${role}-failures`) },
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
      },
    });
  }
});

test("secrets: the app's has a value, the token's is the extractor's to fill", () => {
  const app = resource(program, "Secret", "playlake-app").outputs.arn;
  assert.equal(inputsOf("SecretVersion", "app"), {
    secretId: app,
    secretString: '{"clientId":"planted-client-id","clientSecret":"planted-client-secret"}',
  });
  const elsewhere = program.resources.filter(
    ({ type, inputs }) => !type.endsWith(":SecretVersion") && /planted-client/.test(JSON.stringify(inputs)),
  );
  assert.equal(elsewhere, []);
  assert.not.match(JSON.stringify(program.outputs), "planted-client");
});

test("a view is a Presto view in a comment, with Hive's types beside", () => {
  const view = views.find(({ name }) => name === "playlist_items")!;
  const { viewOriginalText, storageDescriptor, ...table } = inputsOf("CatalogTable", "view-playlist-items");
  assert.equal(table, {
    databaseName: "playlake_local",
    name: "playlist_items",
    description: view.description,
    tableType: "VIRTUAL_VIEW",
    parameters: { presto_view: "true", comment: "Presto View" },
    viewExpandedText: "/* Presto View */",
  });
  const [, encoded = ""] = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(viewOriginalText as string) ?? [];
  assert.equal(JSON.parse(Buffer.from(encoded, "base64").toString()), {
    originalSql: view.sql,
    catalog: "awsdatacatalog",
    schema: "playlake_local",
    columns: view.columns,
  });
  const hive: Record<string, string> = { varchar: "string", "timestamp(3)": "timestamp" };
  assert.equal(storageDescriptor, {
    columns: view.columns.map(({ name, type }) => ({ name, type: hive[type] ?? type })),
    serDeInfo: { name: "-", serializationLibrary: "-" },
  });
});

test("tables and crawler, by choice of catalog", async () => {
  const declared = {
    databaseName: "playlake_local",
    name: "csv_track_artists",
    tableType: "EXTERNAL_TABLE",
    parameters: { EXTERNAL: "TRUE", classification: "csv", "skip.header.line.count": "1" },
    partitionKeys: [{ name: "snapshot_date", type: "string" }],
    storageDescriptor: {
      location: "s3://playlake-lake/track_artists/",
      inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
      columns: ["track_key", "artist_position", "artist_key"].map((name) => ({ name, type: "string" })),
      serDeInfo: {
        serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        parameters: { separatorChar: ",", quoteChar: '"', escapeChar: "\\" },
      },
    },
  };
  assert.equal(inputsOf("CatalogTable", "csv-track-artists"), declared);
  const crawler = { databaseName: "playlake_local", role: "arn:aws:iam::123456789012:role/playlake-crawler" };
  const inherit = { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } };
  assert.equal(configured(inputsOf("Crawler", "crawler")), {
    ...crawler,
    description: "Adds new days to the lake's tables.",
    catalogTargets: [{ databaseName: "playlake_local", tables: Object.keys(tables).map((table) => `csv_${table}`) }],
    schemaChangePolicy: { updateBehavior: "LOG", deleteBehavior: "LOG" },
    configuration: {
      Version: 1,
      CrawlerOutput: inherit,
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas" },
    },
  });

  const inferred = await stackWith("inferred");
  assert.equal(resource(inferred, "Classifier", "playlake-csv-track-artists").inputs, {
    csvClassifier: {
      delimiter: ",",
      quoteSymbol: '"',
      containsHeader: "PRESENT",
      headers: ["track_key", "artist_position", "artist_key"],
      serde: "OpenCSVSerDe",
      customDatatypeConfigured: true,
      customDatatypes: ["STRING", "STRING", "STRING"],
      allowSingleColumn: false,
      disableValueTrimming: true,
    },
  });
  assert.equal(configured(resource(inferred, "Crawler", "playlake-crawler").inputs), {
    ...crawler,
    description: "Makes tables of the lake's folders.",
    classifiers: Object.keys(tables).map((table) => `playlake-csv-${table.replace(/_/g, "-")}`),
    tablePrefix: "csv_",
    s3Targets: [{ path: "s3://playlake-lake" }],
    schemaChangePolicy: { updateBehavior: "UPDATE_IN_DATABASE", deleteBehavior: "LOG" },
    configuration: {
      Version: 1,
      CrawlerOutput: inherit,
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: 2 },
    },
  });

  const projected = await stackWith("projected");
  assert.equal(resource(projected, "CatalogTable", "playlake-csv-track-artists").inputs, {
    ...declared,
    parameters: {
      ...declared.parameters,
      "projection.enabled": "true",
      "projection.snapshot_date.type": "date",
      "projection.snapshot_date.format": "yyyy-MM-dd",
      "projection.snapshot_date.range": "2020-01-01,NOW+1DAYS",
      "projection.snapshot_date.interval": "1",
      "projection.snapshot_date.interval.unit": "DAYS",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Athena fills it in
      "storage.location.template": "s3://playlake-lake/track_artists/snapshot_date=${snapshot_date}/",
    },
  });
});

function configured({ configuration, ...inputs }: Record<string, unknown>): Record<string, unknown> {
  return { ...inputs, configuration: JSON.parse(configuration as string) };
}

test("the workgroup", () => {
  assert.equal(inputsOf("Workgroup", "queries"), {
    description: "Questions to the history of Spotify playlists.",
    forceDestroy: true,
    configuration: {
      enforceWorkgroupConfiguration: true,
      publishCloudwatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: 10_737_418_240,
      engineVersion: { selectedEngineVersion: "Athena engine version 3" },
      resultConfiguration: {
        outputLocation: "s3://playlake-results/",
        encryptionConfiguration: { encryptionOption: "SSE_S3" },
      },
    },
  });
});

test.run();
