import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createIam, type Principal } from "../../../emulator/iam";
import type { Registered } from "../../../emulator/resources";
import {
  allows,
  answer,
  bucket,
  bucketArn,
  functionArn,
  get,
  lambda,
  permission,
  queueArn,
  s3,
} from "../../support/emulator/iam/iamResources";
import { account, allow, document, resource, role } from "../../support/emulator/resources";

const test = suite("emulator/iam/services");

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
];

for (const { name, permission: permissions, allowed } of permissionCases) {
  test(`a function's permission for S3: ${name}`, () => {
    const iam = createIam([bucket, lambda, ...role("extract", allow(get, "*")), ...permissions]);
    assert.is(allows(iam, s3, "lambda:InvokeFunction", functionArn), allowed);
  });
}

test("a service that no policy allows is refused", async () => {
  const iam = createIam([bucket, lambda, ...role("extract", allow(get, "*"))]);
  assert.is(
    await answer(iam, s3, "lambda:InvokeFunction", functionArn),
    `AccessDenied: User: s3.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} because no resource-based policy allows the lambda:InvokeFunction action`,
  );
});

test("queues allow services by a QueuePolicy", () => {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": bucketArn }, StringEquals: { "aws:SourceAccount": account } },
  };
  const queueUrl = `https://sqs.us-east-1.amazonaws.com/${account}/failures`;
  const iam = createIam([
    resource("aws:sqs/queue:Queue", "failures", {}),
    resource("aws:sqs/queuePolicy:QueuePolicy", "failures", { queueUrl, policy: document(statement) }),
  ]);
  assert.is(allows(iam, s3, "sqs:SendMessage", queueArn), true);
  assert.is(allows(iam, { ...s3, sourceArn: "arn:aws:s3:::other" } as Principal, "sqs:SendMessage", queueArn), false);
});

test.run();
