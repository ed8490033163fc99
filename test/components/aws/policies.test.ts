import { suite } from "uvu";
import * as assert from "uvu/assert";
import { trailBucketPolicy } from "../../../components/aws/resourcePolicies";
import { trailNameOf, withBucketPolicy } from "../../../components/stack/auditTrail";
import type { ProgramResult } from "../../../lake/local/program";
import { views } from "../../../queries";
import { exampleStack } from "../../../scripts/exampleStack";
import { tableNames } from "../../../transforms/schema";
import { resource, runTestProgram, stackWith } from "../support";
import { documentIn, documents } from "../validity/policies";
import { everything } from "../validity/stacks";

const test = suite("components/aws/policies");

let declared: ProgramResult;
let inferred: ProgramResult;
let readers: ProgramResult;
let all: ProgramResult;

test.before(async () => {
  declared = await stackWith("declared");
  inferred = await stackWith("inferred");
  readers = await runTestProgram("reader");
  all = await exampleStack(everything);
});

const statementsOf = (program: ProgramResult, name: string) =>
  (resource(program, "RolePolicy", name).inputs.policy as { Statement: object[] }).Statement;
const allow = (Sid: string, Action: string[], Resource: string | string[]) => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource,
});
const glue = "arn:aws:glue:us-east-1:123456789012";
const csvTables = tableNames.map((table) => `csv_${table}`);
const partitionCalls = [
  "glue:GetDatabase",
  "glue:GetTable",
  "glue:GetPartition",
  "glue:GetPartitions",
  "glue:CreatePartition",
  "glue:UpdatePartition",
  "glue:BatchGetPartition",
  "glue:BatchCreatePartition",
  "glue:BatchUpdatePartition",
];
const crawlerLog = allow(
  "WriteLog",
  ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
  "arn:aws:logs:us-east-1:123456789012:log-group:/aws-glue/*",
);

test("the crawler of declared tables adds partitions to them, and reads their files", () => {
  assert.equal(statementsOf(declared, "playlake-crawler"), [
    allow("WriteCatalog", partitionCalls, [
      `${glue}:catalog`,
      `${glue}:database/playlake_local`,
      ...csvTables.map((table) => `${glue}:table/playlake_local/${table}`),
    ]),
    allow("ListLake", ["s3:ListBucket"], "arn:aws:s3:::playlake-lake"),
    allow(
      "ReadLake",
      ["s3:GetObject"],
      tableNames.map((table) => `arn:aws:s3:::playlake-lake/${table}/*`),
    ),
    crawlerLog,
  ]);
});

test("the crawler that makes tables makes them with their prefix alone", () => {
  assert.equal(statementsOf(inferred, "playlake-crawler"), [
    allow(
      "WriteCatalog",
      [...partitionCalls, "glue:CreateTable", "glue:UpdateTable"],
      [`${glue}:catalog`, `${glue}:database/playlake_local`, `${glue}:table/playlake_local/csv_*`],
    ),
    allow("ListLake", ["s3:ListBucket"], "arn:aws:s3:::playlake-lake"),
    allow("ReadLake", ["s3:GetObject"], ["arn:aws:s3:::playlake-lake/*"]),
    crawlerLog,
  ]);
});

test("Scheduler makes one call, and reports what it could not make", () => {
  const queue = (name: string) => `arn:aws:sqs:us-east-1:123456789012:playlake-${name}-failures`;
  const lambda = "arn:aws:lambda:us-east-1:123456789012:function:playlake-extract";
  assert.equal(statementsOf(declared, "playlake-schedule"), [
    allow("CallTarget", ["lambda:InvokeFunction"], lambda),
    allow("ReportFailure", ["sqs:SendMessage"], queue("extract")),
  ]);
  assert.equal(statementsOf(declared, "playlake-crawl"), [
    allow("CallTarget", ["glue:StartCrawler"], `${glue}:crawler/playlake-crawler`),
    allow("ReportFailure", ["sqs:SendMessage"], queue("crawl")),
  ]);
});

test("who may take which role, and for whom", () => {
  const trust = (name: string) =>
    (resource(declared, "Role", name).inputs.assumeRolePolicy as { Statement: object[] }).Statement;
  const taken = (Service: string) => ({ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" });
  const group = "arn:aws:scheduler:us-east-1:123456789012:schedule-group/default";
  const Condition = { StringEquals: { "aws:SourceAccount": "123456789012", "aws:SourceArn": group } };
  for (const name of ["schedule", "crawl"]) {
    assert.equal(trust(`playlake-${name}`), [{ ...taken("scheduler.amazonaws.com"), Condition }]);
  }
  for (const name of ["extract", "transform"]) {
    assert.equal(trust(`playlake-${name}`), [taken("lambda.amazonaws.com")]);
  }
  assert.equal(trust("playlake-crawler"), [taken("glue.amazonaws.com")]);
});

test("a reader asks one workgroup, of these tables and views, and keeps results", () => {
  const lake = "arn:aws:s3:::their-lake";
  const results = "arn:aws:s3:::catalog-results";
  const expected = [
    allow(
      "Ask",
      [
        "athena:StartQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StopQueryExecution",
        "athena:GetWorkGroup",
      ],
      "arn:aws:athena:us-east-1:123456789012:workgroup/catalog-queries",
    ),
    allow(
      "ReadCatalog",
      [
        "glue:GetDatabase",
        "glue:GetDatabases",
        "glue:GetTable",
        "glue:GetTables",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:BatchGetPartition",
      ],
      [
        `${glue}:catalog`,
        `${glue}:database/catalog_local`,
        ...[...csvTables, ...views.map(({ name }) => name)].map((table) => `${glue}:table/catalog_local/${table}`),
      ],
    ),
    {
      ...allow("ListLake", ["s3:ListBucket"], lake),
      Condition: { StringLike: { "s3:prefix": tableNames.map((table) => `${table}/*`) } },
    },
    allow(
      "ReadLake",
      ["s3:GetObject"],
      tableNames.map((table) => `${lake}/${table}/*`),
    ),
    allow("KeepResults", ["s3:GetObject", "s3:PutObject"], `${results}/*`),
    allow("FindBuckets", ["s3:GetBucketLocation"], [lake, results]),
  ];
  assert.equal(statementsOf(readers, "catalog-read-analysts"), expected);
  assert.equal(statementsOf(readers, "catalog-read-by-name"), expected);
  assert.equal(readers.outputs.policy, { Version: "2012-10-17", Statement: expected });
  assert.is(resource(readers, "RolePolicy", "catalog-read-analysts").inputs.role, "analysts");
  assert.is(resource(readers, "RolePolicy", "catalog-read-by-name").inputs.role, "their-role");
});

/** Every `*` of the policies, and why nothing narrower does. */
const wildcards: Readonly<Record<string, string>> = {
  "Principal *": "a denial for whoever comes",
  "Action s3:*": "a denial of whatever is asked without TLS",
  "Resource s3 BUCKET/*": "a denial on every object; results, whose keys Athena draws; a crawler that makes tables",
  "Resource s3 BUCKET/playlists/*": "a raw object a playlist and day; the lake's table of the same name",
  "Resource s3 BUCKET/state/*": "what the extractor remembers, by playlist and day",
  ...Object.fromEntries(
    tableNames.map((table) => [`Resource s3 BUCKET/${table}/*`, "a file of the table a playlist and day"]),
  ),
  "Resource s3 BUCKET/compact_items/*": "files of the compact copy, whose keys Iceberg draws",
  "Resource s3 BUCKET/compact/*": "results of the compact copy's statements, whose keys Athena draws",
  "Condition s3:prefix playlists/*": "a listing says no more of its prefix",
  "Condition s3:prefix state/*": "a listing says no more of its prefix",
  ...Object.fromEntries(tableNames.map((table) => [`Condition s3:prefix ${table}/*`, "days below the table's folder"])),
  "Condition aws:SourceArn arn:aws:cloudwatch:us-east-1:123456789012:alarm:*":
    "alarms are made after the topic that they tell, and Pulumi draws their names",
  "Resource logs GROUP:*": "Lambda draws the streams' names",
  "Resource logs log-group:/aws-glue/*": "Glue makes the group and draws the streams' names",
  "Resource glue table/DATABASE/csv_*": "a crawler that makes tables names them after folders",
};

/** A `*` as the table above has it: names of the stack's own things taken out. */
function generalised(kind: string, text: string): string {
  const [, , service = "", , , ...rest] = text.split(":");
  const local = rest.join(":");
  if (!text.startsWith("arn:")) return `${kind} ${text}`;
  if (service === "s3") return `${kind} s3 ${local.replace(/^[a-z0-9.-]+/, "BUCKET")}`;
  if (service === "logs") return `${kind} logs ${local.replace(/^log-group:[\w-]+:/, "GROUP:")}`;
  if (service === "glue") return `${kind} glue ${local.replace(/^table\/\w+\//, "table/DATABASE/")}`;
  return `${kind} ${text}`;
}

test("no * without a reason, in any policy", () => {
  const found = new Set<string>();
  const note = (kind: string, values: unknown) => {
    for (const text of [values].flat()) {
      if (typeof text === "string" && /[*?]/.test(text)) found.add(generalised(kind, text));
    }
  };
  for (const { resources } of [declared, inferred, readers, all]) {
    for (const { type, inputs } of resources) {
      const where = documents.find((one) => type.endsWith(`:${one.type}`));
      const value = where && inputs[where.property];
      if (value === undefined) continue;
      for (const statement of documentIn(value)!.Statement) {
        const { Principal, Action, Resource, Condition = {} } = statement as typeof statement & { Condition?: object };
        note("Principal", Principal === "*" ? Principal : Object.values((Principal ?? {}) as object).flat());
        note("Action", Action);
        note("Resource", Resource);
        for (const keys of Object.values(Condition)) {
          for (const [key, values] of Object.entries(keys as object)) note(`Condition ${key}`, values);
        }
      }
    }
  }
  assert.equal([...found].sort(), Object.keys(wildcards).sort());
});

test("a wildcard in allowing statements names a place: no action, no bucket, no account is one", () => {
  for (const { resources } of [declared, inferred, readers, all]) {
    for (const { type, name, inputs } of resources) {
      const where = documents.find((one) => type.endsWith(`:${one.type}`));
      const value = where && inputs[where.property];
      if (value === undefined) continue;
      for (const { Effect, Action, Principal, Resource } of documentIn(value)!.Statement) {
        if (Effect !== "Allow") continue;
        assert.not.match(JSON.stringify([Action, Principal ?? ""]), /\*/, name);
        for (const arn of [Resource ?? []].flat()) {
          assert.not.match(`${arn}`.split(":").slice(0, 5).join(":"), /\*/, name);
          assert.not.match(`${arn}`, /^\*|:::\*|:\*$(?<!log-group:[\w-]+:\*)/, name);
        }
      }
    }
  }
});

test("the trail's policy, which takes the place of the component's own", async () => {
  const policy = trailBucketPolicy("arn:aws:s3:::b", "arn:aws:cloudtrail:us-east-1:123456789012:trail/t");
  const transform = withBucketPolicy(policy);
  const asked = (type: string) => ({
    custom: true,
    type,
    name: "a",
    props: { bucket: "b", policy: "theirs" },
    opts: {},
  });
  assert.equal(await transform(asked("aws:s3/bucketPolicy:BucketPolicy")), {
    props: { bucket: "b", policy },
    opts: {},
  });
  assert.is(await transform(asked("aws:cloudtrail/trail:Trail")), undefined);
  assert.is(trailNameOf("playlake", "prod"), "playlake-prod");
  assert.match(trailNameOf("a--b", "Prod_1."), /^a-b-prod-1-[0-9a-f]{6}$/);
  assert.ok(trailNameOf("a".repeat(46), "x".repeat(100)).length <= 128);
});

test.run();
