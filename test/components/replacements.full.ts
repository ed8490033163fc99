// For each setting and argument: what a change of it does to the stack, and that no change replaces what holds data.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AthenaCatalogArgs, PlaylistTransformerArgs, SpotifyExtractorArgs } from "../../components";
import { configDefaults, secretConfigKeys } from "../../components/stack/config";
import { type ProgramResult, runProgram } from "../../lake/local/program";
import { tableNames } from "../../transforms/schema";
import { changes, expanded, losesData } from "./replacements/changes";
import { forceNew } from "./replacements/forceNew";
import { goodConfig, runTestProgram } from "./support";

const test = suite("components/replacements");

const bucket =
  "{Bucket,BucketLifecycleConfiguration,BucketOwnershipControls,BucketPolicy,BucketPublicAccessBlock,BucketServerSideEncryptionConfiguration}";
const tables = `{${tableNames.map((table) => table.replace(/_/g, "-")).join(",")}}`;

/** Another value, and the lines that follow from it; `{a,b}` stands for a line with each. */
type Case = readonly [value: unknown, expected: readonly string[], before?: object];

/** What comes with the compact copy. */
const compactCopy = [
  `create ${bucket} compact`,
  "create CatalogTable compact-items",
  "create CompositeAlarm alarm-compact-overdue",
  "create {EventRule,EventTarget} {copy-bad,copy-ok}",
  "create MetricAlarm alarm-{compact-failed,compact-failures,compact-overdue-success,compact-overdue-tried}",
  "create NamedQuery compact-whole-history",
  "create Queue {compact-failures,copy-events}",
  "create QueuePolicy copy-events",
  "create {Role,RolePolicy,Schedule,Workgroup} compact",
];

const topic = "arn:aws:sns:us-east-1:123456789012:ops";

const settings: Readonly<Record<string, Case>> = {
  playlists: ['["me"]', ["update Function extract: code"]],
  schedule: ["cron(15 7 * * ? *)", ["update Schedule {catch-up,crawl,run}: scheduleExpression"]],
  timezone: [
    "Europe/Berlin",
    ["update Function extract: environment", "update Schedule {catch-up,crawl,run}: scheduleExpressionTimezone"],
  ],
  market: ["DE", ["update Function extract: environment"]],
  catalog: [
    "inferred",
    [
      `create Classifier csv-${tables}`,
      `delete CatalogTable csv-${tables}`,
      "update Crawler crawler: catalogTargets classifiers configuration description s3Targets schemaChangePolicy tablePrefix",
      "update RolePolicy crawler: policy",
    ],
  ],
  crawlSchedule: ["cron(0 9 * * ? *)", ["update Schedule crawl: scheduleExpression"]],
  compactSchedule: ["cron(0 7 * * ? *)", [...compactCopy, "update Dashboard overview: dashboardBody"]],
  rawBucket: [
    "their-raw",
    [
      "create {EventRule,EventTarget,QueuePolicy} raw-event",
      "delete {Bucket,BucketLifecycleConfiguration,BucketOwnershipControls,BucketPolicy,BucketPublicAccessBlock,BucketServerSideEncryptionConfiguration,BucketVersioning} raw",
      "delete BucketNotification raw-event",
      "replace Permission raw-event: principal sourceArn",
      "update Function extract: environment",
      "update RolePolicy {extract,transform}: policy",
    ],
  ],
  lakeBucket: [
    "their-lake",
    [
      `delete ${bucket} lake`,
      `update CatalogTable csv-${tables}: storageDescriptor`,
      "update Function transform: environment",
      "update RolePolicy {crawler,transform}: policy",
    ],
  ],
  retainData: ["false", [`update ${bucket} {lake,raw}: retainOnDelete`, "update BucketVersioning raw: retainOnDelete"]],
  forceDestroy: ["true", ["update Bucket {lake,raw}: forceDestroy"], { retainData: "false" }],
  auditTrail: [
    "true",
    [
      "create {Bucket,BucketLifecycleConfiguration,BucketOwnershipControls,BucketPublicAccessBlock,BucketServerSideEncryptionConfiguration,Trail} audit",
    ],
  ],
  alarmTopicArn: [
    topic,
    [
      "update CompositeAlarm alarm-{crawl-overdue,run-overdue}: alarmActions",
      "update MetricAlarm alarm-{consent-ended,consent-ending,crawl-failed,crawl-failures,days-missed,extract-duration,extract-errors,extract-failures,extract-throttles,objects-refused,playlists-unavailable,rows-rejected,schedule-failures,transform-duration,transform-errors,transform-failures,transform-throttles}: alarmActions",
    ],
  ],
  alarmEmail: [
    "me@example.org",
    [
      "create {Topic,TopicPolicy,TopicSubscription} alarms",
      "update CompositeAlarm alarm-{crawl-overdue,run-overdue}: alarmActions",
      "update MetricAlarm alarm-{consent-ended,consent-ending,crawl-failed,crawl-failures,days-missed,extract-duration,extract-errors,extract-failures,extract-throttles,objects-refused,playlists-unavailable,rows-rejected,schedule-failures,transform-duration,transform-errors,transform-failures,transform-throttles}: alarmActions",
    ],
  ],
  spotifyClientId: ["another", ["update Parameter app: value"]],
  spotifyClientSecret: ["another", ["update Parameter app: value"]],
};

const spotifyExtractor: Readonly<Record<keyof SpotifyExtractorArgs, Case>> = {
  alarms: ["detailed", ["TODO"]],
  playlists: [["3cEYpjA9oz9GiPac4AsH4n"], ["update Function extract: code"]],
  spotifyClientId: ["other", ["update Parameter app: value"]],
  spotifyClientSecret: ["other", ["update Parameter app: value"]],
  rawBucket: [
    "their-raw",
    [
      "delete {Bucket,BucketLifecycleConfiguration,BucketOwnershipControls,BucketPolicy,BucketPublicAccessBlock,BucketServerSideEncryptionConfiguration,BucketVersioning} raw",
      "update Function extract: environment",
      "update RolePolicy extract: policy",
    ],
  ],
  schedule: ["cron(15 7 * * ? *)", ["update Schedule {catch-up,run}: scheduleExpression"]],
  timezone: [
    "Europe/Berlin",
    ["update Function extract: environment", "update Schedule {catch-up,run}: scheduleExpressionTimezone"],
  ],
  market: ["DE", ["update Function extract: environment"]],
  memoryMiB: [2048, ["update Function extract: memorySize"]],
  timeoutSeconds: [600, ["update Function extract: timeout", "update MetricAlarm alarm-extract-duration: threshold"]],
  logRetentionDays: [60, ["update LogGroup extract: retentionInDays"]],
  retainData: [
    false,
    [
      "update {Bucket,BucketLifecycleConfiguration,BucketOwnershipControls,BucketPolicy,BucketPublicAccessBlock,BucketServerSideEncryptionConfiguration,BucketVersioning} raw: retainOnDelete",
    ],
  ],
  protect: [
    false,
    [
      "update {Bucket,BucketLifecycleConfiguration,BucketOwnershipControls,BucketPolicy,BucketPublicAccessBlock,BucketServerSideEncryptionConfiguration,BucketVersioning} raw: protect",
      "update Parameter token: protect",
    ],
  ],
  alarmTopicArns: [
    [topic],
    [
      "update CompositeAlarm alarm-run-overdue: alarmActions",
      "update MetricAlarm alarm-{consent-ended,consent-ending,days-missed,extract-duration,extract-errors,extract-failures,extract-throttles,playlists-unavailable,schedule-failures}: alarmActions",
    ],
  ],
  forceDestroy: [true, ["update Bucket raw: forceDestroy"], { retainData: false }],
};

const playlistTransformer: Readonly<Record<keyof PlaylistTransformerArgs, Case>> = {
  alarms: ["detailed", ["TODO"]],
  schedule: ["cron(0 6 * * ? *)", ["TODO"]],
  rawBucket: [
    "their-raw",
    [
      "create {EventRule,EventTarget,QueuePolicy} raw-event",
      "delete BucketNotification raw-event",
      "replace Permission raw-event: principal sourceArn",
      "update RolePolicy transform: policy",
    ],
  ],
  lakeBucket: [
    "other-lake",
    [`delete ${bucket} lake`, "update Function transform: environment", "update RolePolicy transform: policy"],
  ],
  trigger: [
    "eventbridge",
    [
      "create {EventRule,EventTarget,QueuePolicy} raw-event",
      "replace Permission raw-event: principal sourceArn",
      "update BucketNotification raw-event: eventbridge lambdaFunctions",
    ],
  ],
  databaseName: ["other", ["TODO"]],
  catalog: ["inferred", ["TODO"]],
  memoryMiB: [2048, ["update Function transform: memorySize"]],
  timeoutSeconds: [
    600,
    ["update Function transform: timeout", "update MetricAlarm alarm-transform-duration: threshold"],
  ],
  logRetentionDays: [60, ["update LogGroup transform: retentionInDays"]],
  retainData: [false, [`update ${bucket} lake: retainOnDelete`]],
  protect: [false, [`update ${bucket} lake: protect`]],
  alarmTopicArns: [
    [topic],
    [
      "update MetricAlarm alarm-{objects-refused,rows-rejected,transform-duration,transform-errors,transform-failures,transform-throttles}: alarmActions",
    ],
  ],
  forceDestroy: [true, ["update Bucket lake: forceDestroy"], { retainData: false }],
};

const athenaCatalog: Readonly<Record<keyof AthenaCatalogArgs, Case>> = {
  alarms: ["detailed", ["TODO"]],
  databaseName: ["other", ["TODO"]],
  lakeBucket: [
    "other-lake",
    [`update CatalogTable csv-${tables}: storageDescriptor`, "update RolePolicy crawler: policy"],
  ],
  catalog: ["inferred", ["TODO"]],
  crawlSchedule: ["cron(0 9 * * ? *)", ["update Schedule crawl: scheduleExpression"]],
  compactSchedule: ["cron(0 7 * * ? *)", compactCopy],
  timezone: ["Europe/Berlin", ["update Schedule crawl: scheduleExpressionTimezone"]],
  resultsRetentionDays: [7, ["update BucketLifecycleConfiguration results: rules"]],
  maxScannedBytesPerQuery: [20_000_000, ["update Workgroup queries: configuration"]],
  protect: [false, [`update ${bucket} results: protect`]],
  tables: [{ charts: { columns: ["day"], location: "s3://charts/top/" } }, ["create CatalogTable table-charts"]],
  alarmTopicArns: [
    [topic],
    [
      "update CompositeAlarm alarm-crawl-overdue: alarmActions",
      "update MetricAlarm alarm-{crawl-failed,crawl-failures}: alarmActions",
    ],
  ],
};

/** Adds a test for each case; `run` runs a program with some values set. */
function addCases(
  what: string,
  cases: Readonly<Record<string, Case>>,
  run: (values: Readonly<Record<string, unknown>>) => Promise<ProgramResult>,
): void {
  let plain: Promise<ProgramResult> | undefined;
  for (const [key, [value, expected, before]] of Object.entries(cases)) {
    test(`${what}: another ${key}`, async () => {
      plain ??= run({});
      const old = before === undefined ? await plain : await run({ ...before });
      const found = await changes(old, await run({ ...before, [key]: value }));
      assert.equal(found, expected.flatMap(expanded).sort());
      // Where a bucket is passed in, the stack lets go of its own: kept, and until it is unprotected not even that.
      const lost = found.filter(losesData);
      assert.equal(
        lost,
        ["rawBucket", "lakeBucket"].includes(key) ? found.filter((line) => /^delete Bucket /.test(line)) : [],
      );
    });
  }
}

addCases("config", settings, (values) => {
  const given = Object.entries(values).map(([key, value]) => [`playlake:${key}`, value]);
  return runProgram({ config: { ...goodConfig, ...(Object.fromEntries(given) as Record<string, string>) } });
});
for (const [component, cases] of Object.entries({
  SpotifyExtractor: spotifyExtractor,
  PlaylistTransformer: playlistTransformer,
  AthenaCatalog: athenaCatalog,
})) {
  addCases(component, cases, (args) =>
    runTestProgram("oneComponent", { "test:component": component, "test:args": JSON.stringify(args) }),
  );
}

test("every setting is in the table, and every type knows what replaces it", async () => {
  const known = [...Object.keys(configDefaults("")), ...secretConfigKeys(""), ":playlists"].map((key) => key.slice(1));
  assert.equal(Object.keys(settings).sort(), known.sort());
  const { resources } = await runProgram({ config: { ...goodConfig, "playlake:catalog": "inferred" } });
  const unknown = resources.filter(({ type }) => type.startsWith("aws:") && forceNew[type] === undefined);
  assert.equal(
    unknown.map(({ type }) => type),
    [],
  );
});

test.run();
