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
  s3,
} from "../../support/emulator/iam/iamResources";
import { account, allow, role } from "../../support/emulator/resources";

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
    Principal: "*",
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

test("a bucket's policy allows anyone or a service", () => {
  const allowed = (Principal: unknown) => {
    const statement = { Effect: "Allow", Principal, Action: get, Resource: `${bucketArn}/*` };
    const iam = createIam([bucket, bucketPolicy(statement), ...role("extract", allow("sqs:*", "*"))]);
    return [extract, s3].map((caller) => allows(iam, caller, get, object));
  };
  assert.equal(allowed("*"), [true, true]);
  assert.equal(allowed({ Service: "s3.amazonaws.com" }), [false, true]);
  assert.equal(allowed({ Service: ["sqs.amazonaws.com"] }), [false, false]);
});

test.run();
