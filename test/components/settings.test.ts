import * as assert from "uvu/assert";
import { settingsSuite } from "./settingsSuite";
import { resource } from "./support";

const { test, program, inputsOf } = settingsSuite("components/settings");
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:123456789012:playlake-${name}`;

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
  assert.equal(inputsOf("Function", "transform").environment, {
    variables: {
      LAKE_BUCKET: "playlake-lake",
      CATALOG_DATABASE: "playlake_local",
      CATALOG_TABLES:
        "playlists,playlist_items,tracks,track_artists,artists,albums,album_artists,episodes,rejected_items",
    },
  });
  assert.equal(inputsOf("Function", "extract").environment, {
    variables: {
      RAW_BUCKET: "playlake-raw",
      APP_PARAMETER_NAME: resource(program, "Parameter", "playlake-app").outputs.name,
      TOKEN_PARAMETER_NAME: resource(program, "Parameter", "playlake-token").outputs.name,
      TIMEZONE: "UTC",
    },
  });
  for (const name of ["extract", "transform", "crawl"]) {
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
      "cron(30 6 ? * SUN *)",
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
        deadLetterConfig: { arn: queueArn(name === "crawl" ? "crawl-failures" : "extract-failures") },
        // A crawl that is still running refuses the next one.
        retryPolicy:
          name === "crawl"
            ? { maximumEventAgeInSeconds: 21_600, maximumRetryAttempts: 60 }
            : { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
      },
    });
  }
});

test("the app's parameter has its credentials, and nothing else has", () => {
  assert.equal(inputsOf("Parameter", "app"), {
    type: "SecureString",
    tier: "Standard",
    description: "The Spotify app's credentials.",
    value: '{"clientId":"example-client-id","clientSecret":"example-client-secret"}',
  });
  const holders = program.resources.filter(({ inputs }) => /example-client/.test(JSON.stringify(inputs)));
  assert.equal(
    holders.map(({ name }) => name),
    ["playlake-app"],
  );
  assert.not.match(JSON.stringify(program.outputs), "example-client");
});

test("no update of the token's parameter can write an older token over a newer one", () => {
  const { inputs, options } = resource(program, "Parameter", "playlake-token");
  assert.is(inputs.value, "{}");
  // The provider writes the value it knows whenever one of these changes.
  const writing = [...Object.keys(inputs), "allowedPattern", "dataType", "keyId"];
  assert.equal(
    writing.filter((key) => key !== "tags" && !options.ignoreChanges.includes(key)),
    [],
  );
});

test.run();
