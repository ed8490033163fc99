import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createIam } from "../../../emulator/iam";
import { extract, get } from "../../support/emulator/iam/iamResources";
import { account, allow, failureOf, resource, role, roleArn, trust } from "../../support/emulator/resources";

const test = suite("emulator/iam/credentials");

test("only a service that the role trusts gets its credentials", async () => {
  const iam = createIam(role("extract", allow(get, "*")));
  const first = iam.assume(roleArn("extract"), "lambda.amazonaws.com", { session: "extract" });
  const second = iam.assume(roleArn("extract"), "lambda.amazonaws.com");
  assert.match(first.accessKeyId, /^ASIA[A-Z2-7]{16}$/);
  const signer = (accessKeyId: string, sessionToken?: string) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261122/us-east-1/s3/aws4_request`;
    return iam.callerOf({ headers: { authorization, "x-amz-security-token": sessionToken } });
  };
  assert.equal(signer(first.accessKeyId, first.sessionToken), extract);
  assert.equal(signer(second.accessKeyId, second.sessionToken), { ...extract, session: "playlake" });
  for (const token of [second.sessionToken, undefined]) {
    assert.is(signer(first.accessKeyId, token), undefined);
  }
  assert.is(signer("ASIAAAAAAAAAAAAAAAAA", first.sessionToken), undefined);
  assert.is(signer("ASIAAAAAAAAAAAAAAAAA"), undefined);
  assert.is(iam.callerOf({ headers: {} }), undefined);
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

test("a trust policy's conditions are checked", async () => {
  const condition = { StringEquals: { "aws:SourceAccount": account } };
  const iam = createIam([resource("aws:iam/role:Role", "run", trust("scheduler.amazonaws.com", condition))]);
  const assume = (context?: Record<string, string>) =>
    failureOf(() => iam.assume(roleArn("run"), "scheduler.amazonaws.com", context === undefined ? {} : { context }));
  assert.is(await assume({ "aws:SourceAccount": account }), undefined);
  assert.ok((await assume())?.startsWith("AccessDenied: "));
});

test.run();
