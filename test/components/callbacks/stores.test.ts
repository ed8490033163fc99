import * as s3Sdk from "@aws-sdk/client-s3";
import * as ssmSdk from "@aws-sdk/client-ssm";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeObjectStore } from "../../../components/callbacks/objectStore";
import { makeParameterStore } from "../../../components/callbacks/parameterStore";
import { errorOf } from "../../support/components/testPrograms";

const test = suite("components/callbacks/stores");

/** A fake client's answer: a value, or an error by its AWS name. */
type Answer = object | string;

/** A client that gives these answers in turn and records its requests. */
function fakeClient(answers: Answer[]) {
  const asked: [string, object][] = [];
  const send = async (command: { constructor: { name: string }; input: object }) => {
    asked.push([command.constructor.name, command.input]);
    const answer = answers.shift();
    if (typeof answer !== "object") throw Object.assign(new Error(`AWS says ${answer}`), { name: answer });
    return answer;
  };
  return { asked, send };
}

function storeWith(...answers: Answer[]) {
  const client = fakeClient(answers);
  return { asked: client.asked, store: makeObjectStore(s3Sdk, client as unknown as s3Sdk.S3Client, "raw") };
}

const bytes = Buffer.from("x");
const body = { Body: { transformToByteArray: async () => bytes } };

test("a missing object is undefined, even if S3 answers that access is denied", async () => {
  assert.is(await storeWith(body).store.get("k"), bytes);
  assert.is(await storeWith("NoSuchKey").store.get("k"), undefined);
  const missing = storeWith("AccessDenied", { Contents: [{ Key: "k2" }] });
  assert.is(await missing.store.get("k"), undefined);
  assert.equal(
    missing.asked.map(([name]) => name),
    ["GetObjectCommand", "ListObjectsV2Command"],
  );
  const denied = storeWith("AccessDenied", { Contents: [{ Key: "k" }] });
  assert.is(await errorOf(denied.store.get("k")), "AWS says AccessDenied");
  assert.is(await errorOf(storeWith("SlowDown").store.get("k")), "AWS says SlowDown");
});

test("a listing reads all pages", async () => {
  const { asked, store } = storeWith(
    { Contents: [{ Key: "a" }, { Key: "b" }], IsTruncated: true, NextContinuationToken: "t" },
    { Contents: [{ Key: "c" }], IsTruncated: false },
  );
  assert.equal(await store.list("p/"), ["a", "b", "c"]);
  assert.equal(
    asked.map(([, input]) => (input as { ContinuationToken?: string }).ContinuationToken),
    [undefined, "t"],
  );
  assert.equal(await storeWith({}).store.list("p/"), []);
});

test("a create writes once, and retries only a conflict", async () => {
  const ifAbsent = { ifAbsent: true };
  const written = storeWith({});
  assert.is(await written.store.put("k", bytes, ifAbsent), true);
  assert.equal(written.asked, [["PutObjectCommand", { Bucket: "raw", Key: "k", Body: bytes, IfNoneMatch: "*" }]]);
  assert.is(await storeWith("PreconditionFailed").store.put("k", bytes, ifAbsent), false);
  assert.is(await storeWith("ConditionalRequestConflict", {}).store.put("k", bytes, ifAbsent), true);
  assert.is(await storeWith("ConditionalRequestConflict", "PreconditionFailed").store.put("k", bytes, ifAbsent), false);
  const conflicts = storeWith(...Array<string>(9).fill("ConditionalRequestConflict"));
  assert.is(await errorOf(conflicts.store.put("k", bytes, ifAbsent)), "AWS says ConditionalRequestConflict");
  assert.is(conflicts.asked.length, 6);
  const over = storeWith({});
  assert.is(await over.store.put("k", bytes), true);
  assert.equal(over.asked, [["PutObjectCommand", { Bucket: "raw", Key: "k", Body: bytes }]]);
});

function parametersWith(...answers: Answer[]) {
  const client = fakeClient(answers);
  const names = { app: "p-app", token: "p-token" };
  const store = makeParameterStore(ssmSdk, client as unknown as ssmSdk.SSMClient, names);
  return { asked: client.asked, store };
}

const holding = (Value: string, Version?: number) => ({ Parameter: { Value, Version } });

test("invalid app credentials are refused without being quoted", async () => {
  const value = { clientId: "id", clientSecret: "secret" };
  const { asked, store } = parametersWith(holding(JSON.stringify(value)));
  assert.equal(await store.readApp(), value);
  assert.equal(asked, [["GetParameterCommand", { Name: "p-app", WithDecryption: true }]]);
  const cases: [Answer, string][] = [
    ["ParameterNotFound", "parameter p-app does not exist"],
    [holding('{"clientId":"planted"}'), 'parameter p-app: its value is not {"clientId", "clientSecret"}'],
    [holding("planted"), "parameter p-app: its value is not a JSON object"],
    ["AccessDeniedException", "AWS says AccessDeniedException"],
  ];
  for (const [answer, message] of cases) assert.is(await errorOf(parametersWith(answer).store.readApp()), message);
});

test("the user's token is absent at first, and later read with its version", async () => {
  const token = { refreshToken: "r", consentedAt: "2026-11-01T00:00:00Z" };
  assert.is(await parametersWith(holding("{}", 1)).store.token.read(), undefined);
  assert.equal(await parametersWith(holding(JSON.stringify(token), 7)).store.token.read(), {
    ...token,
    versionId: "7",
  });
  assert.equal(await parametersWith(holding('{"refreshToken":"r"}')).store.token.read(), { refreshToken: "r" });
  assert.is(
    await errorOf(parametersWith(holding('{"refresh_token":"planted"}')).store.token.read()),
    'parameter p-token: its value is not {"refreshToken", "consentedAt"}; run playlake login',
  );
  assert.is(await errorOf(parametersWith("ParameterNotFound").store.token.read()), "parameter p-token does not exist");
});

test("a token of up to 4,096 bytes overwrites the one before", async () => {
  const token = { refreshToken: "r", consentedAt: "2026-11-01T00:00:00Z" };
  const { asked, store } = parametersWith({});
  await store.token.write({ ...token, versionId: "v" } as typeof token);
  const fixed = { Type: "SecureString", Tier: "Standard", Overwrite: true };
  assert.equal(asked, [["PutParameterCommand", { Name: "p-token", Value: JSON.stringify(token), ...fixed }]]);

  const most = "x".repeat(4096 - JSON.stringify({ ...token, refreshToken: "" }).length);
  await parametersWith({}).store.token.write({ ...token, refreshToken: most });
  const long = parametersWith({});
  assert.is(
    await errorOf(long.store.token.write({ ...token, refreshToken: `${most}y` })),
    "parameter p-token: the token takes 4097 bytes, a parameter holds 4096",
  );
  assert.equal(long.asked, []);
});

test.run();
