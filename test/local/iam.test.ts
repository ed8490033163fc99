import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createIam, type Iam, type Principal } from "../../local/iam";
import type { Registered } from "../../local/program";
import { account, allow, document, failureOf, resource, role, roleArn, trust } from "./resources";

const test = suite("local/iam");

const extract: Principal = { kind: "role", arn: roleArn("extract"), session: "extract" };
const s3: Principal = {
  kind: "service",
  service: "s3.amazonaws.com",
  sourceArn: "arn:aws:s3:::raw",
  sourceAccount: account,
};
const owner: Principal = { kind: "owner" };
const bucketArn = "arn:aws:s3:::raw";
const functionArn = `arn:aws:lambda:us-east-1:${account}:function:transform`;
const queueArn = `arn:aws:sqs:us-east-1:${account}:failures`;

const bucket = resource("aws:s3/bucket:Bucket", "raw", {});
const bucketPolicy = (...statements: Record<string, unknown>[]) =>
  resource("aws:s3/bucketPolicy:BucketPolicy", "raw", {
    bucket: "raw",
    policy: JSON.stringify(document(...statements)),
  });
const insecureDenied = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucketArn, `${bucketArn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

/** What the policies say to one call: undefined for yes. */
function answer(iam: Iam, principal: Principal, action: string, on: string, context?: Record<string, string>) {
  return failureOf(() => iam.authorize(principal, action, on, context));
}

interface Case {
  name: string;
  statement: Record<string, unknown>;
  action: string;
  on: string;
  context?: Record<string, string>;
  allowed: boolean;
}

const get = "s3:GetObject";
const object = `${bucketArn}/playlists/a.gz`;
const withCondition = (condition: Record<string, unknown>) => allow("s3:ListBucket", bucketArn, condition);
const listed = (prefix: string) => ({ action: "s3:ListBucket", on: bucketArn, context: { "s3:prefix": prefix } });

const cases: Case[] = [
  { name: "the same action and resource", statement: allow(get, object), action: get, on: object, allowed: true },
  { name: "actions without case", statement: allow("S3:getobject", object), action: get, on: object, allowed: true },
  { name: "resources with case", statement: allow(get, object.toUpperCase()), action: get, on: object, allowed: false },
  { name: "another action", statement: allow("s3:PutObject", object), action: get, on: object, allowed: false },
  { name: "* in an action", statement: allow("s3:Get*", object), action: get, on: object, allowed: true },
  {
    name: "* is not the whole service's end",
    statement: allow("s3:Get*", object),
    action: "s3:PutGet",
    on: object,
    allowed: false,
  },
  { name: "* over slashes", statement: allow(get, `${bucketArn}/*`), action: get, on: object, allowed: true },
  { name: "the bucket is not its objects", statement: allow(get, bucketArn), action: get, on: object, allowed: false },
  {
    name: "? for one character",
    statement: allow(get, `${bucketArn}/playlists/?.gz`),
    action: get,
    on: object,
    allowed: true,
  },
  {
    name: "a dot is a dot",
    statement: allow(get, `${bucketArn}/playlists/a.gz`),
    action: get,
    on: `${bucketArn}/playlists/axgz`,
    allowed: false,
  },
  {
    name: "a line break in a key",
    statement: allow(get, `${bucketArn}/*`),
    action: get,
    on: `${bucketArn}/a\nb`,
    allowed: true,
  },
  {
    name: "one of several",
    statement: allow([get, "s3:PutObject"], ["x", object]),
    action: get,
    on: object,
    allowed: true,
  },
  {
    name: "StringEquals",
    statement: withCondition({ StringEquals: { "s3:prefix": "state/" } }),
    ...listed("state/"),
    allowed: true,
  },
  {
    name: "StringEquals, other value",
    statement: withCondition({ StringEquals: { "s3:prefix": "state/" } }),
    ...listed("state/a"),
    allowed: false,
  },
  {
    name: "StringLike, one of two",
    statement: withCondition({ StringLike: { "s3:prefix": ["state/*", "playlists/*"] } }),
    ...listed("playlists/snapshot_date=2026-11-22/"),
    allowed: true,
  },
  {
    name: "keys of conditions without case",
    statement: withCondition({ StringLike: { "S3:Prefix": "state/*" } }),
    ...listed("state/"),
    allowed: true,
  },
  {
    name: "a condition's key that the request lacks",
    statement: withCondition({ StringLike: { "s3:prefix": "*" } }),
    action: "s3:ListBucket",
    on: bucketArn,
    allowed: false,
  },
  {
    name: "StringNotEquals and no such key",
    statement: withCondition({ StringNotEquals: { "s3:prefix": "x" } }),
    action: "s3:ListBucket",
    on: bucketArn,
    allowed: true,
  },
  {
    name: "StringNotLike",
    statement: withCondition({ StringNotLike: { "s3:prefix": ["a*", "b*"] } }),
    ...listed("bc"),
    allowed: false,
  },
  {
    name: "two conditions, one fails",
    statement: withCondition({ StringLike: { "s3:prefix": "*" }, StringEquals: { "s3:delimiter": "/" } }),
    ...listed("a"),
    allowed: false,
  },
  {
    name: "Bool: loopback counts as TLS",
    statement: withCondition({ Bool: { "aws:SecureTransport": true } }),
    ...listed("a"),
    allowed: true,
  },
  {
    name: "NumericLessThan: a new enough TLS",
    statement: withCondition({ NumericLessThan: { "s3:TlsVersion": 1.2 } }),
    ...listed("a"),
    allowed: false,
  },
  {
    name: "ArnLike",
    statement: withCondition({ ArnLike: { "aws:PrincipalArn": `arn:aws:iam::*:role/ext*` } }),
    ...listed("a"),
    allowed: true,
  },
  {
    name: "ArnLike: * stays in its part",
    statement: withCondition({ ArnLike: { "aws:PrincipalArn": `arn:*:role/extract` } }),
    ...listed("a"),
    allowed: false,
  },
  {
    name: "ArnNotEquals",
    statement: withCondition({ ArnNotEquals: { "aws:PrincipalArn": roleArn("extract") } }),
    ...listed("a"),
    allowed: false,
  },
];

for (const { name, statement, action, on, context, allowed } of cases) {
  test(`a role's own policy: ${name}`, () => {
    const iam = createIam([bucket, ...role("extract", statement)]);
    assert.is(iam.allows(extract, action, on, context), allowed);
    assert.equal(iam.denied, []);
  });
}

test("says no in AWS's words, and remembers it", async () => {
  const iam = createIam([bucket, ...role("extract", allow(get, object))]);
  const user = `arn:aws:sts::${account}:assumed-role/extract/extract`;
  const s3Message = `User: ${user} is not authorized to perform: s3:PutObject on resource: "${object}" because no identity-based policy allows the s3:PutObject action`;
  const queueMessage = `User: ${user} is not authorized to perform: sqs:SendMessage on resource: ${queueArn} because no identity-based policy allows the sqs:SendMessage action`;
  assert.is(await answer(iam, extract, "s3:PutObject", object), `AccessDenied: ${s3Message}`);
  assert.is(await answer(iam, extract, "sqs:SendMessage", queueArn), `AccessDenied: ${queueMessage}`);
  assert.is(await answer(iam, extract, get, object), undefined);
  assert.equal(iam.denied, [
    { principal: user, action: "s3:PutObject", resource: object, message: s3Message },
    { principal: user, action: "sqs:SendMessage", resource: queueArn, message: queueMessage },
  ]);
});

test("an explicit deny wins, in the role's policy and in the bucket's, also for the owner", async () => {
  const denyDelete = {
    Effect: "Deny",
    Principal: { AWS: account },
    Action: "s3:DeleteObject",
    Resource: `${bucketArn}/*`,
  };
  const iam = createIam([
    bucket,
    bucketPolicy(denyDelete, insecureDenied),
    ...role("extract", allow("s3:*", "*"), {
      Effect: "Deny",
      Action: "s3:PutObject",
      Resource: `${bucketArn}/state/*`,
    }),
  ]);
  const endOf = (text: string | undefined) => text?.slice(text.indexOf("with "));
  const state = `${bucketArn}/state/day`;
  assert.is(
    endOf(await answer(iam, extract, "s3:PutObject", state)),
    "with an explicit deny in an identity-based policy",
  );
  assert.is(
    endOf(await answer(iam, extract, "s3:DeleteObject", object)),
    "with an explicit deny in a resource-based policy",
  );
  assert.is(
    endOf(await answer(iam, owner, "s3:DeleteObject", object)),
    "with an explicit deny in a resource-based policy",
  );
  assert.is(await answer(iam, extract, "s3:PutObject", object), undefined);
  assert.is(await answer(iam, owner, "s3:PutObject", state), undefined);
});

test("a bucket's policy allows a role that it names, but an account only by its roles' own policies", () => {
  const readBy = (principal: unknown) => ({
    Effect: "Allow",
    Principal: principal,
    Action: get,
    Resource: `${bucketArn}/*`,
  });
  const allows = (principal: unknown) =>
    createIam([bucket, bucketPolicy(readBy(principal)), ...role("extract", allow("sqs:*", "*"))]).allows(
      extract,
      get,
      object,
    );
  assert.is(allows({ AWS: roleArn("extract") }), true);
  assert.is(allows({ AWS: [roleArn("other"), roleArn("extract")] }), true);
  assert.is(allows("*"), true);
  assert.is(allows({ AWS: "*" }), true);
  assert.is(allows({ AWS: roleArn("other") }), false);
  assert.is(allows({ AWS: account }), false);
  assert.is(allows({ AWS: `arn:aws:iam::${account}:root` }), false);
  assert.is(allows({ Service: "s3.amazonaws.com" }), false);
});

const permission = (inputs: Record<string, unknown>) =>
  resource("aws:lambda/permission:Permission", "allow", {
    action: "lambda:InvokeFunction",
    function: "transform",
    ...inputs,
  });
const lambda = resource("aws:lambda/function:Function", "transform", { role: roleArn("extract") });

const permissionCases: { name: string; permission: Registered[]; allowed: boolean }[] = [
  { name: "none", permission: [], allowed: false },
  {
    name: "by name",
    permission: [permission({ principal: "s3.amazonaws.com", sourceArn: bucketArn, sourceAccount: account })],
    allowed: true,
  },
  { name: "by ARN", permission: [permission({ principal: "s3.amazonaws.com", function: functionArn })], allowed: true },
  {
    name: "of another bucket",
    permission: [permission({ principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::other" })],
    allowed: false,
  },
  {
    name: "of another account",
    permission: [permission({ principal: "s3.amazonaws.com", sourceArn: bucketArn, sourceAccount: "210987654321" })],
    allowed: false,
  },
  {
    name: "for another service",
    permission: [permission({ principal: "events.amazonaws.com", sourceArn: bucketArn })],
    allowed: false,
  },
  {
    name: "of another action",
    permission: [permission({ principal: "s3.amazonaws.com", action: "lambda:GetFunction" })],
    allowed: false,
  },
  {
    name: "of a version only",
    permission: [permission({ principal: "s3.amazonaws.com", qualifier: "7" })],
    allowed: false,
  },
];

for (const { name, permission: permissions, allowed } of permissionCases) {
  test(`a function's permission for S3: ${name}`, () => {
    const iam = createIam([bucket, lambda, ...role("extract", allow(get, "*")), ...permissions]);
    assert.is(iam.allows(s3, "lambda:InvokeFunction", functionArn), allowed);
  });
}

test("a service that no policy lets in is told so", async () => {
  const iam = createIam([bucket, lambda, ...role("extract", allow(get, "*"))]);
  assert.is(
    await answer(iam, s3, "lambda:InvokeFunction", functionArn),
    `AccessDenied: User: s3.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} because no resource-based policy allows the lambda:InvokeFunction action`,
  );
});

test("queues let services in by a policy of their own or one beside them", () => {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": bucketArn }, StringEquals: { "aws:SourceAccount": account } },
  };
  const queueUrl = `https://sqs.us-east-1.amazonaws.com/${account}/failures`;
  const inside = [resource("aws:sqs/queue:Queue", "failures", { policy: document(statement) })];
  const beside = [
    resource("aws:sqs/queue:Queue", "failures", {}),
    resource("aws:sqs/queuePolicy:QueuePolicy", "failures", { queueUrl, policy: document(statement) }),
  ];
  for (const resources of [inside, beside]) {
    const iam = createIam(resources);
    assert.is(iam.allows(s3, "sqs:SendMessage", queueArn), true);
    assert.is(iam.allows({ ...s3, sourceArn: "arn:aws:s3:::other" } as Principal, "sqs:SendMessage", queueArn), false);
  }
});

test("gives a role's credentials to the service that it trusts, to no other", async () => {
  const iam = createIam(role("extract", allow(get, "*")));
  const first = iam.assume(roleArn("extract"), "lambda.amazonaws.com", { session: "extract" });
  const second = iam.assume(roleArn("extract"), "lambda.amazonaws.com");
  assert.match(first.accessKeyId, /^ASIA[A-Z2-7]{16}$/);
  assert.equal(iam.principalOf(first.accessKeyId, first.sessionToken), extract);
  assert.equal(iam.principalOf(second.accessKeyId, second.sessionToken), { ...extract, session: "playlake" });
  assert.is(iam.principalOf(first.accessKeyId, second.sessionToken), undefined);
  assert.is(iam.principalOf(first.accessKeyId, undefined), undefined);
  assert.is(iam.principalOf("ASIAAAAAAAAAAAAAAAAA", first.sessionToken), undefined);
  const refusal = (service: string, arn: string) =>
    `AccessDenied: User: ${service} is not authorized to perform: sts:AssumeRole on resource: ${arn}`;
  assert.is(
    await failureOf(() => iam.assume(roleArn("extract"), "glue.amazonaws.com")),
    refusal("glue.amazonaws.com", roleArn("extract")),
  );
  assert.is(
    await failureOf(() => iam.assume(roleArn("nobody"), "lambda.amazonaws.com")),
    refusal("lambda.amazonaws.com", roleArn("nobody")),
  );
  assert.is(iam.denied.length, 2);
});

test("a trust policy's conditions count", async () => {
  const condition = { StringEquals: { "aws:SourceAccount": account } };
  const iam = createIam([resource("aws:iam/role:Role", "run", trust("scheduler.amazonaws.com", condition))]);
  const assume = (context?: Record<string, string>) =>
    failureOf(() => iam.assume(roleArn("run"), "scheduler.amazonaws.com", context === undefined ? {} : { context }));
  assert.is(await assume({ "aws:SourceAccount": account }), undefined);
  assert.ok((await assume())?.startsWith("AccessDenied: "));
});

const withPolicy = (policy: unknown) => [
  resource("aws:iam/role:Role", "r", trust("lambda.amazonaws.com")),
  resource("aws:iam/rolePolicy:RolePolicy", "p", { role: "r", policy }),
];
const at = 'aws:iam/rolePolicy:RolePolicy "p"';
const statement = allow(get, "*");
const refusals: { name: string; resources: Registered[]; message: string }[] = [
  { name: "no JSON", resources: withPolicy("{"), message: `${at}: the policy is not JSON: {` },
  { name: "no object", resources: withPolicy("[]"), message: `${at}: a policy is a JSON object, got []` },
  {
    name: "no version",
    resources: withPolicy({ Statement: [statement] }),
    message: `${at}: policy Version undefined, expected "2012-10-17"`,
  },
  {
    name: "effect",
    resources: withPolicy(document({ ...statement, Effect: "allow" })),
    message: `${at}: policy Effect "allow", expected "Allow" or "Deny"`,
  },
  {
    name: "no action",
    resources: withPolicy(document({ Effect: "Allow", Resource: "*" })),
    message: `${at}: Action is missing`,
  },
  {
    name: "no resource",
    resources: withPolicy(document({ Effect: "Allow", Action: get })),
    message: `${at}: Resource is missing`,
  },
  {
    name: "a principal",
    resources: withPolicy(document({ ...statement, Principal: "*" })),
    message: `${at}: a role's own policy names no Principal`,
  },
  {
    name: "NotAction",
    resources: withPolicy(document({ Effect: "Deny", NotAction: get, Resource: "*" })),
    message: `${at}: policy element NotAction is not evaluated by the local run`,
  },
  {
    name: "a variable",
    resources: withPolicy(document(allow(get, `arn:aws:s3:::raw/\${aws:username}`))),
    message: `${at}: policy variables are not evaluated: Resource arn:aws:s3:::raw/\${aws:username}`,
  },
  {
    name: "an operator",
    resources: withPolicy(document(allow(get, "*", { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }))),
    message: `${at}: Condition operator IpAddress is not evaluated; known: StringEquals, StringLike, ArnEquals, ArnLike, Bool, NumericLessThan, StringNotEquals, StringNotLike, ArnNotEquals, ArnNotLike`,
  },
  {
    name: "a policy for no role",
    resources: withPolicy(document(statement)).slice(1),
    message: `${at}: no role is named "r"`,
  },
  {
    name: "a managed policy",
    resources: [
      resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", {
        role: "r",
        policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    ],
    message: `aws:iam/rolePolicyAttachment:RolePolicyAttachment "a": the local run knows a role's permissions by aws.iam.RolePolicy only`,
  },
  {
    name: "managed policies of a role",
    resources: [
      resource("aws:iam/role:Role", "r", {
        ...trust("lambda.amazonaws.com"),
        managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
      }),
    ],
    message: `aws:iam/role:Role "r": the local run knows a role's permissions by aws.iam.RolePolicy only`,
  },
  {
    name: "a permission by organisation",
    resources: [lambda, permission({ principal: "*", principalOrgId: "o-1" })],
    message: `aws:lambda/permission:Permission "allow": principalOrgId is not evaluated by the local run`,
  },
  {
    name: "a permission for nothing",
    resources: [permission({ principal: "s3.amazonaws.com" })],
    message: `aws:lambda/permission:Permission "allow": nothing is named "transform"`,
  },
  {
    name: "a bucket policy without principal",
    resources: [bucket, bucketPolicy(statement)],
    message: 'aws:s3/bucketPolicy:BucketPolicy "raw": Principal is missing',
  },
];

for (const { name, resources, message } of refusals) {
  test(`refuses at the start: ${name}`, async () => {
    assert.is(await failureOf(() => createIam(resources)), `Error: ${message}`);
  });
}

test.run();
