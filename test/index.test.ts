import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type ProgramResult, runProgram } from "../lake/local/program";
import { type ArchiveFiles, archiveFiles } from "../scripts/archives";
import { exampleStack, reusingCallbacks } from "../scripts/exampleStack";
import { errorOf, goodConfig, resource, runTestProgram, stackWith } from "./support/components/testPrograms";
import { everything, keptBuckets } from "./support/validity/stacks";

const test = suite("index");

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

function prefixed(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`playlake:${key}`, value]));
}

test("every resource is a child of its component and named after it", () => {
  const urns = new Map(program.resources.map((one) => [one.urn, one]));
  for (const { name, type, parent, custom } of program.resources) {
    if (type === "pulumi:pulumi:Stack") continue;
    const owner = urns.get(parent ?? "");
    // The dashboard covers all three components and belongs to none of them.
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

test("the outputs name what a user needs next", () => {
  const { appParameterArn, tokenParameterArn, ...outputs } = program.outputs;
  const queue = (name: string) => resource(program, "Queue", name).outputs.url;
  assert.equal(outputs, {
    dashboard: "playlake",
    alarmTopicArn: null,
    rawBucket: "playlake-raw",
    lakeBucket: "playlake-lake",
    resultsBucket: "playlake-results",
    tokenKeyId: "alias/aws/ssm",
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
    digest: null,
  });
  const uncrawled = catalogs.uncrawled!.outputs;
  assert.equal(uncrawled.schedules, { run: "playlake-run", crawl: undefined, compact: undefined, timezone: "UTC" });
  assert.is(uncrawled.crawler, null);
  assert.is(appParameterArn, resource(program, "Parameter", "playlake-app").outputs.arn);
  assert.is(tokenParameterArn, resource(program, "Parameter", "playlake-token").outputs.arn);
});

const settingTypes = /^aws:s3\/bucket\w+:Bucket(?!Notification)/;

test("a bucket's settings are kept as long as the bucket", async () => {
  const all = await exampleStack(everything);
  for (const { resources } of [program, all]) {
    const settings = resources.filter(({ type }) => settingTypes.test(type));
    assert.ok(settings.length > 0);
    for (const { name, urn, options } of settings) {
      const bucket = resources.find((one) => one.type === "aws:s3/bucket:Bucket" && one.name === name);
      assert.is(options.deletedWith, bucket?.urn, urn);
      assert.is(options.retainOnDelete, bucket?.options.retainOnDelete, urn);
      assert.is(options.protect, bucket?.options.protect, urn);
    }
  }
});

test("irreplaceable resources are protected except in a stack named dev", async () => {
  const all = { ...goodConfig, ...prefixed(everything) };
  const protectedIn = async (stack: string) => {
    const run =
      stack === "local" ? exampleStack(everything) : reusingCallbacks(() => runProgram({ config: all, stack }));
    const names = (await run).resources.filter(({ options }) => options.protect).map(({ name }) => name);
    return [...new Set(names)].sort();
  };
  // The audit trail and the compact copy have their own settings to switch them off.
  assert.equal(await protectedIn("local"), ["playlake-lake", "playlake-raw", "playlake-token"]);
  assert.equal(await protectedIn("dev"), []);
});

test("every taggable resource carries project and stack", async () => {
  const { resources } = await exampleStack(everything);
  for (const { type, name, inputs } of resources.filter(({ custom }) => custom)) {
    const tags = takesTags(type) ? { "pulumi:project": "playlake", "pulumi:stack": "local" } : undefined;
    assert.equal(inputs.tags, tags, `${type} ${name}`);
  }
});

/** Whether the provider declares an argument `tags` for a type. */
function takesTags(type: string): boolean {
  const [provider, token] = type.split(":") as [string, string];
  const file = require.resolve(`@pulumi/${provider}/${token}`).replace(/\.js$/, ".d.ts");
  return /^ {4}tags\?: pulumi\.Input</m.test(readFileSync(file, "utf8"));
}

test("credentials are only in their parameters", () => {
  const elsewhere = program.resources.filter(
    ({ type, inputs }) => !type.endsWith(":Parameter") && /example-client/.test(JSON.stringify(inputs)),
  );
  assert.equal(elsewhere, []);
  assert.not.match(JSON.stringify(program.outputs), "example-client");
});

test("a changed setting changes settings.json and not a function's code", async () => {
  const other = {
    playlists: '["me"]',
    schedule: "cron(0 7 ? * MON *)",
    timezone: "Europe/Berlin",
    market: "DE",
  };
  const archives = await Promise.all([program, await exampleStack(other)].map((one) => archivesOf(one)));
  const [before, after] = archives.map((one) => one["playlake-extract"]!);
  const { "settings.json": was, ...code } = before!;
  const { "settings.json": is, ...sameCode } = after!;
  assert.equal(sameCode, code);
  assert.equal(JSON.parse(`${was}`), { playlists: ["3cEYpjA9oz9GiPac4AsH4n"], timezone: "UTC" });
  assert.equal(JSON.parse(`${is}`), {
    playlists: ["me"],
    timezone: "Europe/Berlin",
    market: "DE",
    runDays: { dayOfWeek: { kind: "days", days: [2] }, months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
  });
  const transformers = archives.map((one) => one["playlake-transform"]);
  assert.equal(transformers[0], transformers[1]);
});

async function archivesOf({ resources }: ProgramResult): Promise<Record<string, ArchiveFiles>> {
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
  const read = functions.map(async ({ name, inputs }) => [name, await archiveFiles(inputs.code)] as const);
  return Object.fromEntries(await Promise.all(read));
}

test("a preview warns about a playlist owned by Spotify", async () => {
  const warnings: string[] = [];
  const playlists = '["37i9dQZF1DXcBWIGoYBM5M","3cEYpjA9oz9GiPac4AsH4n"]';
  const { warn } = pulumi.log;
  Object.assign(pulumi.log, { warn: (message: string) => Promise.resolve(warnings.push(message)) });
  try {
    await reusingCallbacks(() => runProgram({ config: { ...goodConfig, "playlake:playlists": playlists } }));
  } finally {
    Object.assign(pulumi.log, { warn });
  }
  assert.equal(warnings, [
    "37i9dQZF1DXcBWIGoYBM5M belongs to Spotify. Apps registered since 2024-11-27 cannot read such playlists: it is then reported as unavailable each day.",
  ]);
});

test("a later stack uses the kept buckets of an earlier one unchanged", async () => {
  const { resources, outputs } = await exampleStack(keptBuckets);
  const buckets = resources.filter(({ type }) => type.startsWith("aws:s3/"));
  assert.equal([...new Set(buckets.map(({ name }) => name))], ["playlake-results"]);
  assert.equal([outputs.rawBucket, outputs.lakeBucket], Object.values(keptBuckets));
});

test("two instances in one stack, one with the longest name, have no names in common", async () => {
  const { resources } = await runTestProgram("twoInstances");
  assert.is(new Set(resources.map(({ urn }) => urn)).size, resources.length);
  // AWS's length limits less Pulumi's automatic suffix, by type.
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

test("nothing is set on an existing bucket", async () => {
  const { resources, outputs } = await runTestProgram("existingBuckets");
  const buckets = resources.filter(({ type }) => type.startsWith("aws:s3/"));
  assert.equal([...new Set(buckets.map(({ name }) => name))], ["given-results"]);
  assert.is(outputs.functionArn, "arn:aws:lambda:us-east-1:123456789012:function:given-transform");
});

test("a bucket of this stack can send its events to EventBridge, or send none", async () => {
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

const noTransforms = "a run without a cloud has no transforms: use transformations, or a component's transform";
const refusals: readonly [asked: string, error: string][] = [
  [
    "account",
    "the program looks up aws:index/getCallerIdentity:getCallerIdentity, which a run without a cloud cannot answer",
  ],
  [
    "stack",
    "failed to read resource #org/base/prod 'org/base/prod' [pulumi:pulumi:StackReference]: the program reads the stack org/base/prod, which a run without a cloud cannot answer",
  ],
  ["transforms", `failed to register new resource p [playlake:index:PlaylistTransformer]: ${noTransforms}`],
  ["stackTransform", noTransforms],
];

for (const [asked, error] of refusals) {
  test(`what only an engine has is refused in one line: ${asked}`, async () => {
    assert.is(await errorOf(runTestProgram("lookUp", { "test:case": asked })), error);
  });
}

test.run();
