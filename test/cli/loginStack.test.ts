import path from "node:path";
import * as assert from "uvu/assert";
import { createIam } from "../../emulator/iam";
import { createSecretsManager, type SecretsManager } from "../../emulator/secretsManager";
import { standInApp } from "../../standin/tokens";
import { allow, resource, role, roleArn } from "../emulator/resources";
import { browse, loginSuite, writeProgram } from "./loginSuite";

const { test, context, logIn, storedToken } = loginSuite("playlake login --stack");

const app = resource("aws:secretsmanager/secret:Secret", "playlake-app", {});
const token = resource("aws:secretsmanager/secret:Secret", "playlake-token", {});
const [appArn, tokenArn] = [String(app.outputs.arn), String(token.outputs.arn)];
const resources = [
  app,
  token,
  resource("aws:secretsmanager/secretVersion:SecretVersion", "playlake-app", {
    secretId: appArn,
    secretString: JSON.stringify(standInApp),
  }),
  ...role("operator", allow("secretsmanager:GetSecretValue", appArn), allow("secretsmanager:PutSecretValue", tokenArn)),
  ...role("stranger"),
];
const outputs = {
  ...{ rawBucket: "raw", lakeBucket: "lake", resultsBucket: "results", extractFunction: "e", transformFunction: "t" },
  ...{ schedules: { run: "r", timezone: "UTC" }, database: "d", workgroup: "w" },
  failureQueues: { extract: "q", runSchedule: "q", transform: "q" },
  ...{ appSecretArn: appArn, tokenSecretArn: tokenArn },
};
const noApp = { SPOTIFY_CLIENT_ID: "", SPOTIFY_CLIENT_SECRET: "" };

const iam = createIam(resources);
let secrets: SecretsManager;
let before: NodeJS.ProcessEnv;

/** The SDK finds credentials and addresses in the process's own environment. */
function actAs(roleName: string, url: string): void {
  const credentials = iam.assume(roleArn(roleName), "lambda.amazonaws.com", { session: "me" });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  });
}

/** A `pulumi` that knows the stack "prod" alone. */
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
  secrets = createSecretsManager({ resources, iam, stateDir: path.join(context.home, "aws") });
  actAs("operator", await secrets.listen());
});
test.after.each(async () => {
  await secrets.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

test("puts the consent into the stack's token secret, with the app of the stack's secret", async () => {
  const { exitCode, out, err, visited } = await logIn(["--stack", "prod"], browse, {
    ...noApp,
    ...fakePulumi(outputs),
  });

  assert.is(exitCode, 0, err);
  const stored = JSON.parse((await secrets.current(tokenArn))!) as Record<string, string>;
  assert.equal(Object.keys(stored), ["refreshToken", "consentedAt"]);
  assert.match(stored.refreshToken!, /^refresh-/);
  assert.is(storedToken(), undefined, "nothing is kept here");
  const [said, next] = out.split("\n");
  assert.match(said!, /^Logged in: the refresh token is in the token secret of stack prod, good until [\d-]{10}\.$/);
  assert.is(next, "Next: the stack's next run reads with it");
  for (const text of [out, err, visited!.body]) assert.not.match(text, /refresh-|access-|code-|stand-in-secret/);
});

test("the environment's app goes before the stack's", async () => {
  const env = { ...fakePulumi(outputs), SPOTIFY_CLIENT_SECRET: "another-secret" };
  const { exitCode, err } = await logIn(["--stack", "prod", "--quiet"], browse, env);
  assert.is(exitCode, 1);
  assert.match(
    err,
    /playlake: Spotify refuses the app's client id and secret \(400 invalid_client Invalid client secret\)/,
  );
  assert.is(await secrets.current(tokenArn), undefined);
});

test("a stack that is older than the output of its app's secret: the environment is asked for", async () => {
  const { appSecretArn, ...older } = outputs;
  const env = { ...noApp, ...fakePulumi(older) };
  const { exitCode, err } = await logIn(["--stack", "prod"], browse, env);
  const where = "an app of yours has them at https://developer.spotify.com/dashboard";
  const message = `playlake: login: set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET; ${where}\nSee playlake --help.\n`;
  assert.equal([exitCode, err], [2, message]);
});

test("no such stack, or no right to its secret: one line, before or after the consent", async () => {
  const unknown = await logIn(["--stack", "dev"], browse, fakePulumi(outputs));
  assert.equal([unknown.exitCode, unknown.visited], [1, undefined]);
  assert.match(unknown.err, /^playlake: stack dev: .*no stack named that\n$/);

  actAs("stranger", process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER!);
  const denied = await logIn(["--stack", "prod", "--quiet"], browse, fakePulumi(outputs));
  assert.is(denied.exitCode, 1);
  assert.match(
    denied.err,
    /\nplaylake: User: \S+ is not authorized to perform: secretsmanager:PutSecretValue on resource: \S+ because .*\n$/,
  );
  assert.match(denied.visited!.body, /The login did not work/);
  assert.is(await secrets.current(tokenArn), undefined);
});

test.run();
