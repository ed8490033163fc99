import path from "node:path";
import * as assert from "uvu/assert";
import { awsJsonListener } from "../../emulator/awsJson";
import { createIam } from "../../emulator/iam";
import { createLoopbackServer } from "../../emulator/loopback";
import { createSsm } from "../../emulator/ssm";
import { standInApp } from "../../standin/tokens";
import { browse, loginSuite, writeProgram } from "../support/cli/loginSuite";
import { allow, resource, role, roleArn } from "../support/emulator/resources";

const { test, context, logIn, storedToken } = loginSuite("cli/loginStack");

const parameter = (name: string, value: string) =>
  resource("aws:ssm/parameter:Parameter", name, { name, type: "SecureString", value });
const app = parameter("playlake-app-1f2e3d4", JSON.stringify(standInApp));
/** A name with a path, as another program may choose it. */
const token = parameter("/playlake/token", "{}");
const [appArn, tokenArn] = [String(app.outputs.arn), String(token.outputs.arn)];
const resources = [
  app,
  token,
  ...role("operator", allow("ssm:GetParameter", appArn), allow("ssm:PutParameter", tokenArn)),
  ...role("stranger"),
];
const outputs = {
  ...{ rawBucket: "raw", lakeBucket: "lake", resultsBucket: "results", extractFunction: "e", transformFunction: "t" },
  ...{ schedules: { run: "r", timezone: "UTC" }, database: "d", workgroup: "w" },
  failureQueues: { extract: "q", transform: "q" },
  ...{ appParameterArn: appArn, tokenParameterArn: tokenArn },
};
const noApp = { SPOTIFY_CLIENT_ID: "", SPOTIFY_CLIENT_SECRET: "" };

const iam = createIam(resources);
let ssm: ReturnType<typeof createSsm>;
let server: ReturnType<typeof createLoopbackServer>;
let before: NodeJS.ProcessEnv;

/** The SDK finds credentials and addresses in the process's own environment. */
function actAs(roleName: string, url: string): void {
  const credentials = iam.assume(roleArn(roleName), "lambda.amazonaws.com", { session: "me" });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  });
}

/** A `pulumi` that knows only the stack "prod". */
function fakePulumi(stackOutputs: object): NodeJS.ProcessEnv {
  const bin = path.join(context.home, "bin");
  writeProgram(bin, "pulumi", [
    `case "$*" in "stack output --json "*"--stack prod") ;; *) echo "error: no stack named that" >&2; exit 255;; esac`,
    `cat <<'END'`,
    JSON.stringify(stackOutputs),
    "END",
  ]);
  return { PATH: `${bin}:${process.env.PATH}` };
}

test.before.each(async () => {
  before = { ...process.env };
  ssm = createSsm({ resources, iam, stateDir: path.join(context.home, "aws"), clock: { now: () => new Date() } });
  server = createLoopbackServer(awsJsonListener(iam, { AmazonSSM: ssm.operations }));
  actAs("operator", await server.listen());
});
test.after.each(async () => {
  await server.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

test("the consent goes into the stack's parameter, using the stack's app", async () => {
  const { exitCode, out, err, visited } = await logIn(["--stack", "prod"], browse, {
    ...noApp,
    ...fakePulumi(outputs),
  });

  assert.is(exitCode, 0, err);
  const stored = JSON.parse(ssm.current(tokenArn)!) as Record<string, string>;
  assert.equal(Object.keys(stored), ["refreshToken", "consentedAt"]);
  assert.match(stored.refreshToken!, /^refresh-/);
  assert.is(storedToken(), undefined, "nothing is kept here");
  const [said, next] = out.split("\n");
  assert.match(
    said!,
    /^Logged in: the refresh token is in the SSM parameter \/playlake\/token of stack prod, good until [\d-]{10}\.$/,
  );
  assert.is(next, "Next: the stack's next run reads with it");
  for (const text of [out, err, visited!.body]) assert.not.match(text, /refresh-|access-|code-|stand-in-secret/);
});

test("a program with an extractor alone needs only the outputs of its parameters", async () => {
  const extractor = { functionName: "e", appParameterArn: appArn, tokenParameterArn: tokenArn };
  const env = { ...noApp, ...fakePulumi(extractor) };
  const { exitCode, err } = await logIn(["--stack", "prod", "--quiet"], browse, env);
  assert.is(exitCode, 0, err);
  assert.match(ssm.current(tokenArn)!, /^\{"refreshToken":"refresh-/);
});

test("the token is written under the key that the stack names", async () => {
  const { exitCode, err } = await logIn(["--stack", "prod", "--quiet"], browse, {
    ...noApp,
    ...fakePulumi({ ...outputs, tokenKeyId: "alias/own" }),
  });
  assert.is(exitCode, 1);
  assert.match(err, /\nplaylake: the key alias\/own is not modelled by the local SSM\n$/);
});

test("the environment's app takes precedence over the stack's", async () => {
  const env = { ...fakePulumi(outputs), SPOTIFY_CLIENT_SECRET: "another-secret" };
  const { exitCode, err } = await logIn(["--stack", "prod", "--quiet"], browse, env);
  assert.is(exitCode, 1);
  assert.match(
    err,
    /playlake: Spotify refuses the app's client id and secret \(400 invalid_client Invalid client secret\)/,
  );
  assert.is(ssm.current(tokenArn), "{}");
});

test("a stack without the parameters must export them first", async () => {
  const { appParameterArn, tokenParameterArn, ...older } = outputs;
  const { exitCode, err } = await logIn(["--stack", "prod"], browse, fakePulumi(older));
  const message =
    "playlake: stack prod does not have the outputs that this command needs: export appParameterArn, tokenParameterArn, then pulumi up --stack prod\n";
  assert.equal([exitCode, err], [1, message]);
});

test("a missing stack or permission is one line", async () => {
  const unknown = await logIn(["--stack", "dev"], browse, fakePulumi(outputs));
  assert.equal([unknown.exitCode, unknown.visited], [1, undefined]);
  assert.match(unknown.err, /^playlake: stack dev: .*no stack named that\n$/);

  actAs("stranger", process.env.AWS_ENDPOINT_URL_SSM!);
  const denied = await logIn(["--stack", "prod", "--quiet"], browse, fakePulumi(outputs));
  assert.is(denied.exitCode, 1);
  assert.match(
    denied.err,
    /\nplaylake: User: \S+ is not authorized to perform: ssm:PutParameter on resource: \S+ because .*\n$/,
  );
  assert.match(denied.visited!.body, /The login did not work/);
  assert.is(ssm.current(tokenArn), "{}");
});

test.run();
