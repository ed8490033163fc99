import { suite } from "uvu";
import * as assert from "uvu/assert";
import { trailBucketPolicy } from "../../../components/aws/resourcePolicies";
import { withBucketPolicy } from "../../../components/stack/auditTrail";
import type { ProgramResult } from "../../../lake/local/program";
import { exampleStack } from "../../../scripts/exampleStack";
import { tableNames } from "../../../transforms/schema";
import { resource, runTestProgram, stackWith } from "../../support/components/testPrograms";
import { documentIn, documents } from "../../support/validity/policies";
import { everything } from "../../support/validity/stacks";

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

test("grantRead attaches what readPolicy returns", () => {
  const { policy } = readers.outputs;
  for (const [name, role] of [
    ["analysts", "analysts"],
    ["by-name", "their-role"],
  ]) {
    assert.equal(resource(readers, "RolePolicy", `catalog-read-${name}`).inputs, { policy, role });
  }
});

/** Every `*` in the policies, and why nothing narrower works. */
const wildcards: Readonly<Record<string, string>> = {
  "Principal *": "a denial for whoever comes",
  "Action s3:*": "a denial of whatever is asked without TLS",
  "Resource s3 BUCKET/*": "a denial on every object; results, whose keys Athena chooses; a crawler that makes tables",
  "Resource s3 BUCKET/playlists/*": "a raw object a playlist and day; the lake's table of the same name",
  "Resource s3 BUCKET/state/*": "what the extractor remembers, by playlist and day",
  ...Object.fromEntries(
    tableNames.map((table) => [`Resource s3 BUCKET/${table}/*`, "a file of the table a playlist and day"]),
  ),
  "Resource s3 BUCKET/compact_items/*": "files of the compact copy, whose keys Iceberg chooses",
  "Resource s3 BUCKET/compact/*": "results of the compact copy's statements, whose keys Athena chooses",
  "Resource s3 BUCKET/digest/*": "results of the digest's query, whose keys Athena chooses",
  "Condition s3:prefix playlists/*": "a listing says no more of its prefix",
  "Condition s3:prefix state/*": "a listing says no more of its prefix",
  ...Object.fromEntries(tableNames.map((table) => [`Condition s3:prefix ${table}/*`, "days below the table's folder"])),
  "Condition aws:SourceArn arn:aws:cloudwatch:us-east-1:123456789012:alarm:*":
    "alarms are made after their topic, and Pulumi chooses their names",
  "Resource logs GROUP:*": "Lambda chooses the streams' names",
  "Resource logs log-group:/aws-glue/*": "Glue makes the group and chooses the streams' names",
  ...Object.fromEntries(
    ["compaction", "retention", "orphan-file-deletion"].map((kind) => [
      `Resource logs log-group:/aws-glue/iceberg-${kind}/logs:*`,
      "Glue makes the group and chooses the streams' names",
    ]),
  ),
  "Resource *": "calls that name no resource: Athena's lists, the crawler's metrics, Lake Formation",
  "Resource glue table/DATABASE/csv_*": "a crawler that makes tables names them after folders",
};

/** A `*` as the table above states it: without the names of the stack's own resources. */
function generalised(kind: string, text: string): string {
  const [, , service = "", , , ...rest] = text.split(":");
  const local = rest.join(":");
  if (!text.startsWith("arn:")) return `${kind} ${text}`;
  if (service === "s3") return `${kind} s3 ${local.replace(/^[a-z0-9.-]+/, "BUCKET")}`;
  if (service === "logs") return `${kind} logs ${local.replace(/^log-group:[\w-]+:/, "GROUP:")}`;
  if (service === "glue") return `${kind} glue ${local.replace(/^table\/\w+\//, "table/DATABASE/")}`;
  return `${kind} ${text}`;
}

test("every * in a policy has a reason", () => {
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

const withoutResource = [
  ...["athena:ListEngineVersions", "athena:ListWorkGroups", "athena:ListDataCatalogs"],
  ...["cloudwatch:PutMetricData", "lakeformation:GetDataAccess"],
];

test("no policy allows a wildcard action, bucket or account", () => {
  for (const { resources } of [declared, inferred, readers, all]) {
    for (const { type, name, inputs } of resources) {
      const where = documents.find((one) => type.endsWith(`:${one.type}`));
      const value = where && inputs[where.property];
      if (value === undefined) continue;
      for (const { Sid, Effect, Action, Principal, Resource } of documentIn(value)!.Statement) {
        if (Effect !== "Allow" || Sid === "OpenConsole") continue;
        assert.not.match(JSON.stringify([Action, Principal ?? ""]), /\*/, name);
        if ([Action].flat().every((action) => withoutResource.includes(`${action}`))) continue;
        for (const arn of [Resource ?? []].flat()) {
          assert.not.match(`${arn}`.split(":").slice(0, 5).join(":"), /\*/, name);
          assert.not.match(`${arn}`, /^\*|:::\*|:\*$(?<!log-group:[\w/-]+:\*)/, name);
        }
      }
    }
  }
});

test("the audit bucket's policy is ours, not the trail component's", async () => {
  const policy = trailBucketPolicy("arn:aws:s3:::b", "arn:aws:cloudtrail:us-east-1:123456789012:trail/t");
  const transform = withBucketPolicy(policy, { retainOnDelete: true });
  const asked = (type: string) => ({
    custom: true,
    type,
    name: "a",
    props: { bucket: "b", policy: "theirs" },
    opts: { dependsOn: [] },
  });
  assert.equal(await transform(asked("aws:s3/bucketPolicy:BucketPolicy")), {
    props: { bucket: "b", policy },
    opts: { dependsOn: [], retainOnDelete: true },
  });
  assert.is(await transform(asked("aws:cloudtrail/trail:Trail")), undefined);
});

test.run();
