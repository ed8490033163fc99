import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createIam } from "../../../emulator/iam";
import type { Registered } from "../../../emulator/resources";
import { bucket, bucketPolicy, get, lambda, permission } from "../../support/emulator/iam/iamResources";
import { allow, document, failureOf, resource, trust } from "../../support/emulator/resources";

const test = suite("emulator/iam/refusals");

const withPolicy = (policy: unknown) => [
  resource("aws:iam/role:Role", "r", trust("lambda.amazonaws.com")),
  resource("aws:iam/rolePolicy:RolePolicy", "p", { role: "r", policy }),
];
const at = 'aws:iam/rolePolicy:RolePolicy "p"';
const statement = allow(get, "*");
const instead =
  "not modelled by the local run, which knows aws.iam.RolePolicy, aws.s3.BucketPolicy and aws.sqs.QueuePolicy";
const refusals: { name: string; resources: Registered[]; message: string }[] = [
  { name: "not JSON", resources: withPolicy("{"), message: `${at}: a policy is a JSON object, got "{"` },
  { name: "not an object", resources: withPolicy("[]"), message: `${at}: a policy is a JSON object, got "[]"` },
  {
    name: "effect",
    resources: withPolicy(document({ ...statement, Effect: "allow" })),
    message: `${at}: policy Effect "allow", expected "Allow" or "Deny"`,
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
    message: `${at}: Condition operator IpAddress is not evaluated; known: StringEquals, StringLike, ArnEquals, ArnLike, Bool`,
  },
  {
    name: "a policy for no role",
    resources: withPolicy(document(statement)).slice(1),
    message: `${at}: nothing is named "r"`,
  },
  {
    name: "a managed policy",
    resources: [
      resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", {
        role: "r",
        policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    ],
    message: `aws:iam/rolePolicyAttachment:RolePolicyAttachment "a": policyArn is ${instead}`,
  },
  {
    name: "managed policies of a role",
    resources: [
      resource("aws:iam/role:Role", "r", {
        ...trust("lambda.amazonaws.com"),
        managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
      }),
    ],
    message: `aws:iam/role:Role "r": managedPolicyArns is ${instead}`,
  },
  {
    name: "a policy in its queue",
    resources: [resource("aws:sqs/queue:Queue", "q", { policy: document(statement) })],
    message: `aws:sqs/queue:Queue "q": policy is ${instead}`,
  },
  {
    name: "a permission by organisation",
    resources: [lambda, permission({ principal: "*", principalOrgId: "o-1" })],
    message: `aws:lambda/permission:Permission "allow": principalOrgId is not modelled by the local run`,
  },
  {
    name: "a permission for nothing",
    resources: [permission({ principal: "s3.amazonaws.com" })],
    message: `aws:lambda/permission:Permission "allow": nothing is named "transform"`,
  },
  {
    name: "a bucket policy for an account",
    resources: [bucket, bucketPolicy({ ...statement, Principal: { AWS: "123456789012" } })],
    message:
      'aws:s3/bucketPolicy:BucketPolicy "raw": Principal {"AWS":"123456789012"} is not evaluated; known: "*", Service',
  },
];

for (const { name, resources, message } of refusals) {
  test(`refuses at the start: ${name}`, async () => {
    assert.is(await failureOf(() => createIam(resources)), `Error: ${message}`);
  });
}

test.run();
