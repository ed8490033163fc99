import * as ssmSdk from "@aws-sdk/client-ssm";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeParameterStore } from "../../../components/callbacks/parameterStore";
import { type Answer, fakeClient } from "../../support/components/fakeClient";
import { errorOf } from "../../support/components/testPrograms";

const test = suite("components/callbacks/parameterStore");

function parametersWith(...answers: Answer[]) {
  const client = fakeClient(answers);
  const names = { app: "p-app", token: "p-token", tokenKey: "alias/own" };
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
    'parameter p-token: its value is not {"refreshToken", "consentedAt"}; run npx playlake login',
  );
  assert.is(await errorOf(parametersWith("ParameterNotFound").store.token.read()), "parameter p-token does not exist");
});

test("a token of up to 4,096 bytes overwrites the one before, under its key", async () => {
  const token = { refreshToken: "r", consentedAt: "2026-11-01T00:00:00Z" };
  const { asked, store } = parametersWith({});
  await store.token.write({ ...token, versionId: "v" } as typeof token);
  const fixed = { Type: "SecureString", Tier: "Standard", Overwrite: true, KeyId: "alias/own" };
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
