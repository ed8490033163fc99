import { mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createClock } from "../../../emulator/clock";
import { createIam, type Iam } from "../../../emulator/iam";
import type { Registered } from "../../../emulator/resources";
import { createSecretsManager, type SecretsManager } from "../../../emulator/secretsManager";
import { account, allow, failureOf, resource, role, roleArn, tempFolder } from "../resources";
import { sdkFailure } from "../s3/bench";

const test = suite("emulator/secretsManager");

const app = resource("aws:secretsmanager/secret:Secret", "playlake-app", {});
const token = resource("aws:secretsmanager/secret:Secret", "playlake/token", {});
const appArn = String(app.outputs.arn);
const tokenArn = String(token.outputs.arn);
const appValue = '{"clientId":"id","clientSecret":"from the program"}';
const version = resource("aws:secretsmanager/secretVersion:SecretVersion", "playlake-app", {
  secretId: appArn,
  secretString: appValue,
});
const resources: Registered[] = [
  app,
  token,
  version,
  ...role(
    "extract",
    allow("secretsmanager:GetSecretValue", [appArn, tokenArn]),
    allow("secretsmanager:PutSecretValue", tokenArn),
  ),
];

let state: Awaited<ReturnType<typeof tempFolder>>;
let iam: Iam;
let service: SecretsManager;
let url: string;
let client: SecretsManagerClient;
const clock = createClock();

const start = (stateDir: string) => createSecretsManager({ resources, iam, stateDir, clock });
const get = (SecretId: string, more = {}) => client.send(new GetSecretValueCommand({ SecretId, ...more }));
const put = (SecretId: string, SecretString: string, more = {}) =>
  client.send(new PutSecretValueCommand({ SecretId, SecretString, ...more }));
const stateFiles = () => readdirSync(path.join(state.folder, "secrets"));

test.before(async () => {
  state = await tempFolder();
  iam = createIam(resources);
  service = start(state.folder);
  url = await service.listen();
  const credentials = iam.assume(roleArn("extract"), "lambda.amazonaws.com", { session: "extract" });
  client = new SecretsManagerClient({ endpoint: url, region: "us-east-1", credentials });
});
test.after(async () => {
  client.destroy();
  await service.close();
  await state.remove();
});

test("serves the program's value, by ARN and by name, and writes it nowhere", async () => {
  for (const id of [appArn, "playlake-app", appArn.slice(0, -7)]) {
    const { ARN, Name, SecretString, VersionId, VersionStages } = await get(id);
    assert.equal(
      { ARN, Name, SecretString, VersionId, VersionStages },
      {
        ARN: appArn,
        Name: "playlake-app",
        SecretString: appValue,
        VersionId: version.outputs.versionId,
        VersionStages: ["AWSCURRENT"],
      },
    );
  }
  assert.equal(readdirSync(state.folder), []);
});

test("a secret without a value, or without existence, is not found", async () => {
  assert.is(
    await sdkFailure(get(tokenArn)),
    "ResourceNotFoundException 400: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  );
  assert.is(await service.current(tokenArn), undefined);
  assert.is(
    await failureOf(() => service.current("other")),
    "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  );
});

test("a value that was put is current, the one before is previous; both outlive the process", async () => {
  clock.set(new Date("2026-11-01T06:00:00Z"));
  const first = await put(tokenArn, "one");
  const second = await put("playlake/token", "two");
  clock.set(undefined);
  assert.equal([first.ARN, first.Name, first.VersionStages], [tokenArn, "playlake/token", ["AWSCURRENT"]]);
  const current = await get(tokenArn);
  assert.equal(
    [current.SecretString, current.VersionId, current.CreatedDate],
    ["two", second.VersionId, new Date("2026-11-01T06:00:00Z")],
  );
  assert.is((await get(tokenArn, { VersionStage: "AWSPREVIOUS" })).SecretString, "one");
  assert.is((await get(tokenArn, { VersionId: first.VersionId })).SecretString, "one");
  assert.is(await start(state.folder).current(tokenArn), "two");
  await put(tokenArn, "three");
  assert.is((await get(tokenArn, { VersionStage: "AWSPREVIOUS" })).SecretString, "two");
  assert.is(
    await sdkFailure(get(tokenArn, { VersionId: first.VersionId })),
    `ResourceNotFoundException 400: Secrets Manager can't find the specified secret value for VersionId: ${first.VersionId}`,
  );
});

test("only the user can read the files", () => {
  const [file, ...more] = stateFiles();
  assert.equal([file, more], ["playlake%2Ftoken.json", []]);
  assert.is(statSync(path.join(state.folder, "secrets")).mode & 0o777, 0o700);
  assert.is(statSync(path.join(state.folder, "secrets", file!)).mode & 0o777, 0o600);
});

test("the same request twice puts once", async () => {
  const ClientRequestToken = "11111111-2222-3333-4444-555555555555";
  await put(tokenArn, "four", { ClientRequestToken });
  await put(tokenArn, "four", { ClientRequestToken });
  assert.is((await get(tokenArn, { VersionStage: "AWSPREVIOUS" })).SecretString, "three");
  assert.is(
    await sdkFailure(put(tokenArn, "five", { ClientRequestToken })),
    `ResourceExistsException 400: You can't use ClientRequestToken ${ClientRequestToken} because that value is already in use for a version of secret ${tokenArn}.`,
  );
});

test("the owner puts values too, and what is put takes the program's place", async () => {
  const { folder, remove } = await tempFolder();
  const other = start(folder);
  await other.put("playlake-app", "by hand");
  assert.is(await other.current(appArn), "by hand");
  assert.is(await start(folder).current(appArn), "by hand");
  assert.is(await service.current(appArn), appValue);
  await remove();
});

test("a file is the user's alone also in a folder that is open to others", async () => {
  const { folder, remove } = await tempFolder();
  mkdirSync(path.join(folder, "secrets"), { mode: 0o755 });
  await start(folder).put(tokenArn, "x");
  assert.is(statSync(path.join(folder, "secrets", "playlake%2Ftoken.json")).mode & 0o777, 0o600);
  await remove();
});

test("a role may do what its policy says", async () => {
  const user = `arn:aws:sts::${account}:assumed-role/extract/extract`;
  assert.is(
    await sdkFailure(put(appArn, "x")),
    `AccessDeniedException 400: User: ${user} is not authorized to perform: secretsmanager:PutSecretValue on resource: ${appArn} because no identity-based policy allows the secretsmanager:PutSecretValue action`,
  );
  assert.is(
    await sdkFailure(get("unknown")),
    `AccessDeniedException 400: User: ${user} is not authorized to perform: secretsmanager:GetSecretValue on resource: unknown because no identity-based policy allows the secretsmanager:GetSecretValue action`,
  );
  assert.is(await service.current(appArn), appValue);
});

test("refuses who is nobody, and what it can't do", async () => {
  const stranger = new SecretsManagerClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" },
  });
  assert.is(
    await sdkFailure(stranger.send(new GetSecretValueCommand({ SecretId: appArn }))),
    "UnrecognizedClientException 400: The security token included in the request is invalid.",
  );
  stranger.destroy();
  const unsigned = await fetch(url, { method: "POST", headers: { "x-amz-target": "secretsmanager.GetSecretValue" } });
  assert.equal(await unsigned.json(), {
    __type: "MissingAuthenticationTokenException",
    message: "Missing Authentication Token",
  });
  assert.is(
    await sdkFailure(client.send(new DescribeSecretCommand({ SecretId: appArn }))),
    "UnknownOperationException 400: DescribeSecret is not modelled by the local Secrets Manager",
  );
  assert.is(
    await sdkFailure(client.send(new PutSecretValueCommand({ SecretId: tokenArn, SecretBinary: Buffer.from("x") }))),
    "InvalidParameterException 400: SecretBinary is not modelled by the local Secrets Manager",
  );
  assert.is(
    await sdkFailure(put(tokenArn, "x".repeat(65_537))),
    "InvalidParameterException 400: The secret value is longer than 65536 bytes.",
  );
});

test("refuses a version without a secret or a value", async () => {
  const broken = (inputs: Record<string, unknown>) => {
    const all = [app, resource("aws:secretsmanager/secretVersion:SecretVersion", "v", inputs)];
    return failureOf(() => createSecretsManager({ resources: all, iam, stateDir: state.folder }));
  };
  const at = 'Error: aws:secretsmanager/secretVersion:SecretVersion "v"';
  assert.is(await broken({ secretId: "other", secretString: "x" }), `${at}: there is no secret "other"`);
  assert.is(await broken({ secretId: appArn }), `${at}: secretString is missing`);
});

test.run();
