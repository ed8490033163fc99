import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createIam } from "../../../emulator/iam";
import {
  allows,
  answer,
  bucket,
  bucketArn,
  bucketPolicy,
  extract,
  get,
  object,
  owner,
  queueArn,
} from "../../support/emulator/iam/iamResources";
import { account, allow, role, roleArn } from "../../support/emulator/resources";

const test = suite("emulator/iam/iam");

const insecureDenied = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucketArn, `${bucketArn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

test("a refusal has AWS's wording and is recorded", async () => {
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

test("an explicit deny in the role's or the bucket's policy wins, even for the owner", async () => {
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

test("a bucket's policy allows a role by name, but not every role of an account", () => {
  const readBy = (principal: unknown) => ({
    Effect: "Allow",
    Principal: principal,
    Action: get,
    Resource: `${bucketArn}/*`,
  });
  const allowsRole = (principal: unknown) => {
    const iam = createIam([bucket, bucketPolicy(readBy(principal)), ...role("extract", allow("sqs:*", "*"))]);
    return allows(iam, extract, get, object);
  };
  assert.is(allowsRole({ AWS: roleArn("extract") }), true);
  assert.is(allowsRole({ AWS: [roleArn("other"), roleArn("extract")] }), true);
  assert.is(allowsRole("*"), true);
  assert.is(allowsRole({ AWS: "*" }), true);
  assert.is(allowsRole({ AWS: roleArn("other") }), false);
  assert.is(allowsRole({ AWS: account }), false);
  assert.is(allowsRole({ AWS: `arn:aws:iam::${account}:root` }), false);
  assert.is(allowsRole({ Service: "s3.amazonaws.com" }), false);
});

test.run();
