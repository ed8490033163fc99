import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DescribeParametersCommand, GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { awsJsonListener } from "../../emulator/awsJson";
import { createClock } from "../../emulator/clock";
import { createIam, type Iam } from "../../emulator/iam";
import { createLoopbackServer } from "../../emulator/loopback";
import type { Registered } from "../../emulator/resources";
import { createSsm, putParameter } from "../../emulator/ssm";
import { account, allow, failureOf, resource, role, roleArn, tempFolder } from "../support/emulator/resources";
import { sdkFailure } from "../support/emulator/s3/bench";

const test = suite("emulator/ssm");

const appValue = '{"clientId":"id","clientSecret":"from the program"}';
const app = resource("aws:ssm/parameter:Parameter", "playlake-app", { type: "SecureString", value: appValue });
const token = resource("aws:ssm/parameter:Parameter", "/playlake/token", {
  name: "/playlake/token",
  type: "SecureString",
  tier: "Standard",
  value: "{}",
});
const appArn = `arn:aws:ssm:us-east-1:${account}:parameter/playlake-app`;
const tokenArn = `arn:aws:ssm:us-east-1:${account}:parameter/playlake/token`;
const resources: Registered[] = [
  app,
  token,
  ...role("extract", allow("ssm:GetParameter", [appArn, tokenArn]), allow("ssm:PutParameter", tokenArn)),
];

let state: Awaited<ReturnType<typeof tempFolder>>;
let iam: Iam;
let ssm: ReturnType<typeof createSsm>;
let server: ReturnType<typeof createLoopbackServer>;
let url: string;
let client: SSMClient;
const clock = createClock();

const start = (stateDir: string) => createSsm({ resources, iam, stateDir, clock });
const get = (Name: string, more = {}) => client.send(new GetParameterCommand({ Name, WithDecryption: true, ...more }));
const put = (Name: string, Value: string, more = {}) =>
  client.send(new PutParameterCommand({ Name, Value, Type: "SecureString", Overwrite: true, ...more }));
const stateFiles = () => readdirSync(path.join(state.folder, "parameters"));

test.before.each(async () => {
  state = await tempFolder();
  iam = createIam(resources);
  ssm = start(state.folder);
  server = createLoopbackServer(awsJsonListener(iam, { AmazonSSM: ssm.operations }));
  url = await server.listen();
  const credentials = iam.assume(roleArn("extract"), "lambda.amazonaws.com", { session: "extract" });
  client = new SSMClient({ endpoint: url, region: "us-east-1", credentials });
});

test.after.each(async () => {
  client.destroy();
  clock.set(undefined);
  await server.close();
  await state.remove();
});

test("the program's values are version 1, by name and by ARN, and in no file", async () => {
  clock.set(new Date("2026-11-01T06:00:00Z"));

  const { Parameter: byName } = await get("playlake-app");
  const { Parameter: byArn } = await get(tokenArn);

  assert.is(appArn, app.outputs.arn);
  assert.is(tokenArn, token.outputs.arn);
  const { LastModifiedDate, ...rest } = byName!;
  assert.equal(rest, {
    Name: "playlake-app",
    ARN: appArn,
    Type: "SecureString",
    DataType: "text",
    Value: appValue,
    Version: 1,
  });
  assert.ok(LastModifiedDate instanceof Date);
  assert.equal([byArn?.Name, byArn?.Value], ["/playlake/token", "{}"]);
  assert.equal(readdirSync(state.folder), []);
});

test("a put increments the version, is dated by the clock and outlives the process", async () => {
  clock.set(new Date("2026-11-01T06:00:00Z"));

  const first = await put("/playlake/token", "one");
  const second = await put("/playlake/token", "two");

  assert.equal([first.Version, second.Version, second.Tier], [2, 3, "Standard"]);
  const { Parameter } = await get("/playlake/token");
  assert.equal(
    [Parameter?.Value, Parameter?.Version, Parameter?.LastModifiedDate],
    ["two", 3, new Date("2026-11-01T06:00:00Z")],
  );
  assert.is(start(state.folder).current(tokenArn), "two");
});

test("only the user can read a value's file", async () => {
  mkdirSync(path.join(state.folder, "open", "parameters"), { recursive: true, mode: 0o755 });

  await put("/playlake/token", "one");
  putParameter(path.join(state.folder, "open"), "x", "one");

  const modeOf = (...names: string[]) => statSync(path.join(state.folder, ...names)).mode & 0o777;
  assert.equal(stateFiles(), ["%2Fplaylake%2Ftoken.json"]);
  assert.equal([modeOf("parameters"), modeOf("parameters", stateFiles()[0]!)], [0o700, 0o600]);
  assert.is(modeOf("open", "parameters", "x.json"), 0o600);
});

test("a value put by the owner replaces the program's", () => {
  ssm.put(appArn, "by hand");

  assert.is(ssm.current("playlake-app"), "by hand");
  assert.is(start(state.folder).current(appArn), "by hand");
  assert.is(start(path.join(state.folder, "other")).current(appArn), appValue);
  assert.is(ssm.current("unknown"), undefined);
});

test("a role can do what its policy allows", async () => {
  const user = `arn:aws:sts::${account}:assumed-role/extract/extract`;
  const refused = (action: string, resource: string) =>
    `AccessDeniedException 400: User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

  assert.is(await sdkFailure(put("playlake-app", "x")), refused("ssm:PutParameter", appArn));
  assert.is(await sdkFailure(get("unknown")), refused("ssm:GetParameter", "unknown"));
  assert.is(ssm.current(appArn), appValue);
});

test("callers without this run's credentials are refused", async () => {
  const stranger = new SSMClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" },
  });

  const refused = await sdkFailure(stranger.send(new GetParameterCommand({ Name: appArn })));
  const unsigned = await fetch(url, { method: "POST", headers: { "x-amz-target": "AmazonSSM.GetParameter" } });
  stranger.destroy();

  assert.is(refused, "UnrecognizedClientException 400: The security token included in the request is invalid.");
  assert.equal(await unsigned.json(), {
    __type: "UnrecognizedClientException",
    message: "The security token included in the request is invalid.",
  });
});

const refusals: [string, () => Promise<unknown>, string][] = [
  [
    "an operation that nothing calls",
    () => client.send(new DescribeParametersCommand({})),
    "UnknownOperationException 400: AmazonSSM.DescribeParameters is not modelled by the local run",
  ],
  [
    "an encrypted value",
    () => get(tokenArn, { WithDecryption: false }),
    "ValidationException 400: GetParameter without WithDecryption is not modelled by the local SSM",
  ],
  [
    "a value over 4 KB",
    () => put("/playlake/token", "é".repeat(2049)),
    "ValidationException 400: Standard tier parameters support a maximum parameter value of 4096 characters, got 4098.",
  ],
  ["no value", () => put("/playlake/token", ""), "ValidationException 400: Value is missing"],
  ["an ARN to write to", () => put(tokenArn, "x"), "ValidationException 400: Parameter name cannot be an ARN"],
  [
    "a plain parameter",
    () => put("/playlake/token", "x", { Type: "String" }),
    "ValidationException 400: a parameter of String and Standard is not modelled by the local SSM",
  ],
  [
    "another tier",
    () => put("/playlake/token", "x", { Tier: "Advanced" }),
    "ValidationException 400: a parameter of SecureString and Advanced is not modelled by the local SSM",
  ],
  [
    "another key",
    () => put("/playlake/token", "x", { KeyId: "alias/own" }),
    "ValidationException 400: the key alias/own is not modelled by the local SSM",
  ],
  [
    "tags",
    () => put("/playlake/token", "x", { Tags: [] }),
    "ValidationException 400: PutParameter with Tags is not modelled by the local SSM",
  ],
  [
    "a put that may not overwrite",
    () => put("/playlake/token", "x", { Overwrite: false }),
    "ParameterAlreadyExists 400: The parameter already exists. To overwrite it, set Overwrite.",
  ],
];
for (const [what, call, message] of refusals) {
  test(`${what} is refused`, async () => {
    assert.is(await sdkFailure(call()), message);
    assert.is(ssm.current(tokenArn), "{}");
  });
}

test("a damaged file is named", async () => {
  await put("/playlake/token", "one");
  const file = path.join(state.folder, "parameters", stateFiles()[0]!);
  writeFileSync(file, '{"value":"o');

  const failure = await failureOf(() => ssm.current(tokenArn));

  assert.is(failure?.startsWith(`Error: ${file} is damaged (`), true, failure);
});

const declarations: [string, Record<string, unknown>, RegExp][] = [
  ["of plain text", { type: "String", value: "x" }, /"p": the type String is not modelled by the local run$/],
  ["of another tier", { type: "SecureString", tier: "Advanced", value: "x" }, /"p": the tier Advanced is not modelled/],
  ["under another key", { type: "SecureString", keyId: "k", value: "x" }, /"p": keyId is not modelled/],
];
for (const [what, inputs, message] of declarations) {
  test(`a declared parameter ${what} is refused by name`, async () => {
    const all = [resource("aws:ssm/parameter:Parameter", "p", inputs)];
    const failure = await failureOf(() => createSsm({ resources: all, iam, stateDir: state.folder, clock }));
    assert.match(failure ?? "", message);
  });
}

test.run();
