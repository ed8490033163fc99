import { readFileSync } from "node:fs";
import path from "node:path";
import { unknownCheckingProxy } from "@pulumi/policy";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rules } from "../../policy/rules";
import { exampleStack } from "../../scripts/exampleStack";
import { projectFolder } from "../support/commandLine";
import { runTestProgram, stackWith } from "../support/components/testPrograms";
import { shownOf, violations } from "../support/policy/resources";
import { title } from "../support/title";
import { everything, keptBuckets } from "../support/validity/stacks";

const test = suite("policy/policy");

test("the program passes every rule with each catalog and with all options on", async () => {
  for (const catalog of ["declared", "inferred"] as const) {
    assert.equal(await violations(shownOf(await stackWith(catalog))), []);
  }
  for (const settings of [everything, keptBuckets]) {
    assert.equal(await violations(shownOf(await exampleStack(settings))), []);
  }
  assert.equal(await violations(shownOf(await runTestProgram("existingBuckets"))), []);
});

const types: Readonly<Record<string, string>> = {
  Bucket: "aws:s3/bucket:Bucket",
  BucketAcl: "aws:s3/bucketAcl:BucketAcl",
  BucketPublicAccessBlock: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  BucketOwnershipControls: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  BucketLifecycleConfiguration: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  BucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  Queue: "aws:sqs/queue:Queue",
  LogGroup: "aws:cloudwatch/logGroup:LogGroup",
  Role: "aws:iam/role:Role",
  RolePolicy: "aws:iam/rolePolicy:RolePolicy",
  Permission: "aws:lambda/permission:Permission",
  Function: "aws:lambda/function:Function",
  Schedule: "aws:scheduler/schedule:Schedule",
  Workgroup: "aws:athena/workgroup:Workgroup",
  Parameter: "aws:ssm/parameter:Parameter",
};

const allowing = (statement: object) => ({ policy: { Statement: [{ Effect: "Allow", ...statement }] } });
const workgroup = { enforceWorkgroupConfiguration: true, bytesScannedCutoffPerQuery: 10_485_760 };

/** For each rule: a type, bad properties and the rule's message. */
const bad: readonly [rule: string, type: string, props: Record<string, unknown>, says: string][] = [
  [
    "public-access-blocked",
    "BucketPublicAccessBlock",
    { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true },
    "set restrictPublicBuckets: true",
  ],
  [
    "no-acl",
    "BucketOwnershipControls",
    { rule: { objectOwnership: "ObjectWriter" } },
    "set objectOwnership: BucketOwnerEnforced",
  ],
  ["no-acl", "BucketAcl", { acl: "private" }, "leave the ACL out: BucketOwnerEnforced switches ACLs off"],
  [
    "bucket-settings",
    "Bucket",
    { bucket: "b" },
    "a: add an aws.s3.BucketPublicAccessBlock with all four settings; add aws.s3.BucketOwnershipControls with BucketOwnerEnforced; add an aws.s3.BucketServerSideEncryptionConfiguration; add an aws.s3.BucketLifecycleConfiguration that ends aborted uploads",
  ],
  ["tls-only", "Bucket", { bucket: "b" }, "a: its policy must deny requests with aws:SecureTransport false"],
  [
    "uploads-end",
    "BucketLifecycleConfiguration",
    { rules: [{ status: "Enabled", expiration: { days: 1 } }] },
    "add a rule with abortIncompleteMultipartUpload",
  ],
  ["queue-keeps", "Queue", { messageRetentionSeconds: 1_209_600 }, "set sqsManagedSseEnabled: true"],
  ["queue-keeps", "Queue", { sqsManagedSseEnabled: true }, "set messageRetentionSeconds: 1209600"],
  ["log-retention", "LogGroup", { retentionInDays: 0 }, "set retentionInDays"],
  [
    "no-wildcard-actions",
    "RolePolicy",
    allowing({ Action: ["s3:GetObject", "s3:Put*"], Resource: "arn:aws:s3:::a/x" }),
    "name the actions instead of s3:Put*",
  ],
  [
    "no-wildcard-resources",
    "RolePolicy",
    { policy: JSON.stringify(allowing({ Action: "s3:GetObject", Resource: "*" }).policy) },
    "name the resources instead of *",
  ],
  [
    "nobody-and-everybody",
    "BucketPolicy",
    allowing({ Action: "s3:GetObject", Resource: "arn:aws:s3:::a/x", Principal: { AWS: "*" } }),
    "name who is allowed",
  ],
  [
    "no-managed-full-access",
    "Role",
    { managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"] },
    "write your own policy instead of arn:aws:iam::aws:policy/AmazonS3FullAccess",
  ],
  [
    "trust-names-source",
    "Role",
    {
      assumeRolePolicy: {
        Statement: {
          Effect: "Allow",
          Principal: { Service: "scheduler.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        },
      },
    },
    "require aws:SourceAccount and aws:SourceArn",
  ],
  [
    "permission-names-source",
    "Permission",
    { principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::a" },
    "set sourceAccount and sourceArn",
  ],
  [
    "no-plaintext-secrets",
    "Function",
    { environment: { variables: { SPOTIFY_CLIENT_SECRET: "x", APP_SECRET_NAME: "x" } } },
    "put SPOTIFY_CLIENT_SECRET into an SSM SecureString parameter and only its name into the environment",
  ],
  ["own-log-group", "Function", {}, "set loggingConfig.logGroup to a group with retention"],
  ["supported-runtime", "Function", { runtime: "nodejs20.x" }, "nodejs20.x is no longer updated: use nodejs24.x"],
  ["failures-are-kept", "Function", { name: "f" }, "a: add an aws.lambda.FunctionEventInvokeConfig with onFailure"],
  ["schedule-keeps-failures", "Schedule", { target: { arn: "x" } }, "set target.deadLetterConfig"],
  ["workgroup-enforced", "Workgroup", { configuration: {} }, "set enforceWorkgroupConfiguration: true"],
  [
    "workgroup-enforced",
    "Workgroup",
    { configuration: { enforceWorkgroupConfiguration: true } },
    "set bytesScannedCutoffPerQuery",
  ],
  ["workgroup-enforced", "Workgroup", { configuration: workgroup }, "set resultConfiguration.encryptionConfiguration"],
  ["parameters-encrypted", "Parameter", { type: "String" }, "set type: SecureString"],
];

for (const [rule, type, props, says] of bad) {
  test(title(`${rule}: ${says}`), async () => {
    const found = await violations([{ type: types[type] as string, name: "a", props }]);
    assert.ok(found.includes(`${rule}: ${says}`), found.join("\n"));
  });
}

test("runtimes of other languages, and later ones of Node, are allowed", async () => {
  for (const runtime of ["nodejs22.x", "nodejs26.x", "python3.14", "provided.al2023", undefined]) {
    const found = await violations([{ type: types.Function as string, name: "a", props: { runtime } }]);
    assert.equal(
      found.filter((line) => line.startsWith("supported-runtime")),
      [],
      runtime,
    );
  }
});

test("each rule is mandatory and refuses something", () => {
  const refusing = rules.filter(({ name }) => name !== "first-preview");
  assert.equal(refusing.map(({ name }) => name).sort(), [...new Set(bad.map(([rule]) => rule))].sort());
  assert.equal([...new Set(refusing.map(({ enforcementLevel }) => enforcementLevel))], ["mandatory"]);
});

test("the pack's README lists every rule, its version is the project's", () => {
  const readme = readFileSync(path.join(projectFolder, "policy", "README.md"), "utf8");
  const rows = [...readme.matchAll(/^\| `(.+)` \| (.+) \|$/gm)].map(([, name, description]) => ({ name, description }));
  assert.equal(
    rows,
    rules.map(({ name, description }) => ({ name, description })),
  );
  const [project, pack] = ["package.json", "policy/package.json"].map((file) =>
    JSON.parse(readFileSync(path.join(projectFolder, file), "utf8")),
  );
  assert.is(pack.version, project.version);
});

test("a first preview checks known values and reports the rest in one line", async () => {
  const shown = shownOf(await stackWith("declared")).map(asInFirstPreview);
  const [line = "", ...others] = await violations(shown);
  assert.equal(others, []);
  assert.match(line, /^first-preview: checked at the deployment, when the values are known: /);
  assert.match(line, /no-wildcard-actions \(.*playlake-extract.*\)/);
  assert.not.match(line, /permission-names-source|no-plaintext-secrets|queue-keeps|log-retention/);
});

test("a first preview refuses faults in known values", async () => {
  const cases: [type: string, props: Record<string, unknown>, says: string][] = [
    ["Permission", { principal: "s3.amazonaws.com", sourceArn: "arn:x" }, "set sourceAccount and sourceArn"],
    [
      "Function",
      { environment: { variables: { RAW_BUCKET: "arn:x", API_TOKEN: "x" } } },
      "put API_TOKEN into an SSM SecureString parameter and only its name into the environment",
    ],
    ["Queue", { kmsMasterKeyId: "arn:x", messageRetentionSeconds: 60 }, "set messageRetentionSeconds: 1209600"],
  ];
  for (const [type, props, says] of cases) {
    const [first] = await violations([asInFirstPreview({ type: types[type] as string, name: "a", props })]);
    assert.ok(first?.endsWith(says), first);
  }
});

/** Every ARN unknown, and each document with one, as Pulumi shows resources to a pack before they exist. */
function asInFirstPreview<T extends { props: object }>(shown: T): T {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const hide = (value: unknown): unknown => {
    if (typeof value === "string") return /^arn:/.test(value) ? unknown : value;
    if (Array.isArray(value)) return value.map(hide);
    if (value === null || typeof value !== "object") return value;
    const isDocument = (key: string, inner: unknown) => /policy$/i.test(key) && JSON.stringify(inner).includes("arn:");
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([key, inner]) => [key, isDocument(key, inner) ? unknown : hide(inner)]));
  };
  return { ...shown, props: unknownCheckingProxy(hide(shown.props)) };
}

test.run();
