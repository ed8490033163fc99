import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Registered } from "../../emulator/resources";
import { type ProgramResult, runProgram } from "../../lake/local/program";
import { exampleStack } from "../../scripts/exampleStack";
import { errorOf, goodConfig, resource, runTestProgram, stackWith } from "./support";
import { keptBuckets } from "./validity/stacks";

const test = suite("components/program");

let program: ProgramResult;
let catalogs: Record<string, ProgramResult>;

test.before(async () => {
  const [declared, inferred, uncrawled] = await Promise.all([
    stackWith("declared"),
    stackWith("inferred"),
    exampleStack({ crawlSchedule: "none" }),
  ]);
  program = declared;
  catalogs = { declared, inferred, uncrawled };
});

/** The logical names without the component's, by type; a type by its last part. */
function namesByType(resources: readonly Registered[]): Record<string, string> {
  const names: Record<string, string[]> = {};
  for (const { type, name, custom } of resources) {
    if (!custom) continue;
    const last = type.slice(type.lastIndexOf(":") + 1);
    names[last] = [...(names[last] ?? []), name.replace(/^playlake-/, "")];
  }
  return Object.fromEntries(Object.entries(names).map(([type, found]) => [type, found.sort().join(" ")]));
}

const tablesDashed =
  "csv-album-artists csv-albums csv-artists csv-episodes csv-playlist-items csv-playlists csv-rejected-items csv-track-artists csv-tracks";
const viewsDashed =
  "view-album-artists view-albums view-artist-share view-artists view-changes view-episodes view-items view-latest-items view-new-releases view-playlist-items view-playlist-size view-playlists view-rejected-items view-stays view-track-artists view-tracks view-unavailable-since";
const queriesDashed =
  "query-artist-share-by-month query-came-and-went query-came-back query-changes-by-day query-in-each-list-now query-in-several-lists query-longest-stays query-longest-unheard-additions query-lost-entries query-missing-days query-most-frequent-artists query-new-releases query-rejected-items query-release-years query-size-by-day query-twice-in-a-list";

const always = {
  Bucket: "lake raw results",
  BucketLifecycleConfiguration: "lake raw results",
  BucketNotification: "raw-event",
  BucketOwnershipControls: "lake raw results",
  BucketPolicy: "lake raw results",
  BucketPublicAccessBlock: "lake raw results",
  BucketServerSideEncryptionConfiguration: "lake raw results",
  BucketVersioning: "raw",
  CatalogDatabase: "catalog",
  Dashboard: "overview",
  Function: "extract transform",
  FunctionEventInvokeConfig: "extract transform",
  LogGroup: "extract transform",
  NamedQuery: queriesDashed,
  Parameter: "app token",
  Permission: "raw-event",
  Workgroup: "queries",
};
const alarmsDashed = [
  ...["consent", "extract-attention", "extract-errors", "extract-failures", "run-overdue"],
  ...["transform-attention", "transform-failures", "transform-overdue"],
].map((name) => `alarm-${name}`);
const withoutCrawler = {
  MetricAlarm: alarmsDashed.join(" "),
  Queue: "extract-failures transform-failures",
  Role: "extract schedule transform",
  RolePolicy: "extract schedule transform",
  Schedule: "catch-up run",
};
const withCrawler = {
  Classifier: "csv",
  Crawler: "crawler",
  EventRule: "crawl-bad",
  EventTarget: "crawl-bad",
  MetricAlarm: [...alarmsDashed, "alarm-crawl-failures"].sort().join(" "),
  QueuePolicy: "crawl-failures",
  Queue: "crawl-failures extract-failures transform-failures",
  Role: "crawl crawler extract schedule transform",
  RolePolicy: "crawl crawler extract schedule transform",
  Schedule: "catch-up crawl run",
};

test("the stack's resources, by choice of catalog", () => {
  const bothTables = { CatalogTable: `${tablesDashed} ${viewsDashed}` };
  assert.equal(namesByType(catalogs.declared!.resources), { ...always, ...withCrawler, ...bothTables });
  assert.equal(namesByType(catalogs.uncrawled!.resources), { ...always, ...withoutCrawler, ...bothTables });
  assert.equal(namesByType(catalogs.inferred!.resources), {
    ...always,
    ...withCrawler,
    CatalogTable: `csv-episodes csv-rejected-items ${viewsDashed}`,
    Crawler: "inferring-crawler",
    EventRule: "crawl-bad crawl-ok",
    EventTarget: "crawl-bad crawl-ok",
    MetricAlarm: [...alarmsDashed, "alarm-crawl-failures", "alarm-crawl-overdue"].sort().join(" "),
    QueuePolicy: "crawl-failures crawls",
    Queue: "crawl-failures crawls extract-failures transform-failures",
  });
});

test("every resource is a child of its component and named after it", () => {
  const urns = new Map(program.resources.map((one) => [one.urn, one]));
  for (const { name, type, parent, custom } of program.resources) {
    if (type === "pulumi:pulumi:Stack") continue;
    const owner = urns.get(parent ?? "");
    // The page over all three components belongs to none of them.
    if (!custom || type.endsWith(":Dashboard")) assert.is(owner?.type, "pulumi:pulumi:Stack", name);
    else assert.ok(owner?.type.startsWith("playlake:index:") && name.startsWith(`${owner.name}-`), name);
  }
  assert.equal(
    program.resources.filter(({ custom }) => !custom).map(({ type, name }) => [type, name]),
    [
      ["playlake:index:AthenaCatalog", "playlake"],
      ["playlake:index:PlaylistTransformer", "playlake"],
      ["playlake:index:SpotifyExtractor", "playlake"],
      ["pulumi:pulumi:Stack", "playlake-local"],
    ],
  );
});

test("the outputs name what a person goes on with", () => {
  const { appParameterArn, tokenParameterArn, ...outputs } = program.outputs;
  const queue = (name: string) => resource(program, "Queue", name).outputs.url;
  assert.equal(outputs, {
    dashboard: "playlake-local",
    alarmTopicArn: null,
    rawBucket: "playlake-raw",
    lakeBucket: "playlake-lake",
    resultsBucket: "playlake-results",
    extractFunction: "playlake-extract",
    transformFunction: "playlake-transform",
    schedules: { run: "playlake-run", crawl: "playlake-crawl", compact: undefined, timezone: "UTC" },
    database: "playlake_local",
    workgroup: "playlake-queries",
    crawler: "playlake-crawler",
    failureQueues: {
      extract: queue("playlake-extract-failures"),
      transform: queue("playlake-transform-failures"),
      crawlSchedule: queue("playlake-crawl-failures"),
      compactSchedule: undefined,
    },
  });
  const uncrawled = catalogs.uncrawled!.outputs;
  assert.equal(uncrawled.schedules, { run: "playlake-run", crawl: undefined, compact: undefined, timezone: "UTC" });
  assert.is(uncrawled.crawler, null);
  assert.is(appParameterArn, resource(program, "Parameter", "playlake-app").outputs.arn);
  assert.is(tokenParameterArn, resource(program, "Parameter", "playlake-token").outputs.arn);
});

test("data outlives the stack where nothing is said", () => {
  const retained = program.resources
    .filter(({ options }) => options.retainOnDelete)
    .map(({ type, name }) => `${name} ${type.split(":")[2]}`);
  const settings = [
    "Bucket",
    "BucketLifecycleConfiguration",
    "BucketOwnershipControls",
    "BucketPolicy",
    "BucketPublicAccessBlock",
    "BucketServerSideEncryptionConfiguration",
  ];
  const expected = ["playlake-lake", "playlake-raw"].flatMap((name) => settings.map((type) => `${name} ${type}`));
  assert.equal(retained.sort(), [...expected, "playlake-raw BucketVersioning"].sort());
  const forced = program.resources.filter(
    ({ type, inputs }) => type === "aws:s3/bucket:Bucket" && inputs.forceDestroy === true,
  );
  assert.equal(
    forced.map(({ name }) => name),
    ["playlake-results"],
  );
});

test("buckets with their settings, and the token, are protected but in a stack named dev", async () => {
  const isProtected = ({ options }: Registered) => options.protect;
  const protectedIn = ({ resources }: ProgramResult) => namesByType(resources.filter(isProtected));
  assert.equal(protectedIn(program), {
    Bucket: "lake raw results",
    BucketLifecycleConfiguration: "lake raw results",
    BucketOwnershipControls: "lake raw results",
    BucketPolicy: "lake raw results",
    BucketPublicAccessBlock: "lake raw results",
    BucketServerSideEncryptionConfiguration: "lake raw results",
    BucketVersioning: "raw",
    Parameter: "token",
  });
  assert.equal(protectedIn(await runProgram({ config: goodConfig, stack: "dev" })), {});
});

test("a later stack takes the buckets that an earlier one kept, as they are", async () => {
  const { resources, outputs } = await exampleStack(keptBuckets);
  const buckets = resources.filter(({ type }) => type.startsWith("aws:s3/"));
  assert.equal([...new Set(buckets.map(({ name }) => name))], ["playlake-results"]);
  assert.equal([outputs.rawBucket, outputs.lakeBucket], Object.values(keptBuckets));
});

test("two instances in one stack share no name; one lets go of its data by both switches; the longest name fits what AWS and Pulumi allow", async () => {
  const { resources } = await runTestProgram("twoInstances");
  assert.is(new Set(resources.map(({ urn }) => urn)).size, resources.length);
  // What Pulumi's automatic names leave of AWS's limits, by type.
  const limits: Record<string, number> = {
    Bucket: 55,
    Role: 56,
    Function: 56,
    Schedule: 56,
    EventRule: 56,
    Queue: 72,
    Crawler: 247,
    Workgroup: 120,
    Classifier: 247,
    RolePolicy: 120,
    Permission: 92,
    LogGroup: 504,
    Parameter: 1003,
  };
  for (const { type, name } of resources) {
    const limit = limits[type.slice(type.lastIndexOf(":") + 1)];
    if (limit !== undefined) assert.ok(name.length <= limit, `${type} ${name}`);
  }
  const buckets = resources.filter(({ type, name }) => type === "aws:s3/bucket:Bucket" && name.startsWith("first-"));
  assert.equal(
    buckets.map(({ name, inputs, options }) => [name, inputs.forceDestroy, options.retainOnDelete]),
    [
      ["first-results", true, false],
      ["first-lake", true, false],
      ["first-raw", true, false],
    ],
  );
  const databases = resources.filter(({ type }) => type.endsWith(":CatalogDatabase")).map(({ inputs }) => inputs.name);
  assert.equal(databases.sort(), [`a${"_b".repeat(22)}c_local`, "first_local"]);
});

test("nothing is set on a bucket that was passed in; an EventBridge rule tells of its objects", async () => {
  const result = await runTestProgram("existingBuckets");
  const buckets = result.resources.filter(({ type }) => type.startsWith("aws:s3/"));
  assert.equal([...new Set(buckets.map(({ name }) => name))], ["given-results"]);
  assert.equal(JSON.parse(resource(result, "EventRule", "given-raw-event").inputs.eventPattern as string), {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: ["their-raw"] }, object: { key: [{ prefix: "playlists/" }] } },
  });
  const ruleArn = "arn:aws:events:us-east-1:123456789012:rule/given-raw-event";
  const queueArn = "arn:aws:sqs:us-east-1:123456789012:given-transform-failures";
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:given-transform";
  assert.equal(resource(result, "EventTarget", "given-raw-event").inputs, {
    rule: "given-raw-event",
    arn: functionArn,
    deadLetterConfig: { arn: queueArn },
  });
  assert.equal(resource(result, "Permission", "given-raw-event").inputs, {
    action: "lambda:InvokeFunction",
    function: "given-transform",
    principal: "events.amazonaws.com",
    sourceArn: ruleArn,
  });
  assert.equal(resource(result, "QueuePolicy", "given-raw-event").inputs.policy, {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "RuleEvents",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": [ruleArn] } },
      },
    ],
  });
  const { policy } = resource(result, "RolePolicy", "given-extract").inputs as { policy: { Statement: object[] } };
  assert.equal(policy.Statement[1], {
    Sid: "ListRaw",
    Effect: "Allow",
    Action: ["s3:ListBucket"],
    Resource: "arn:aws:s3:::their-raw",
    Condition: { StringLike: { "s3:prefix": ["playlists/*", "state/*"] } },
  });
  assert.is(result.outputs.functionArn, functionArn);
});

test("a bucket of this stack can send its events to EventBridge, or to nobody", async () => {
  const result = await runTestProgram("triggers");
  const notifications = result.resources.filter(({ type }) => type.endsWith(":BucketNotification"));
  assert.equal(
    notifications.map(({ name, inputs }) => [name, inputs]),
    [["a-raw-event", { bucket: "ours", eventbridge: true }]],
  );
  assert.equal(
    result.resources.filter(({ name }) => name === "b-raw-event"),
    [],
  );
});

test("a look-up is refused in one line", async () => {
  assert.match(
    await errorOf(runTestProgram("lookUp")),
    "the program looks up aws:index/getCallerIdentity:getCallerIdentity, which a run without a cloud can't answer",
  );
});

test.run();
