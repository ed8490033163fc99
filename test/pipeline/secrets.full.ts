// No token, code or secret is in the files or the output of a run. Runs fail in each way that Spotify can provoke, one
// succeeds, and then everything is searched. Only the two places that hold secrets by design are left out: the token's file
// below `parameters/`, which only the user can read, and the value of the app's parameter in the stack.
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type ProgramResult, runProgram } from "../../lake/local/program";
import { sampleLibrary } from "../../standin/sampleLibrary";
import { browse, freePort } from "../support/cli/loginSuite";
import { temporaryFolder } from "../support/commandLine";
import { filesOf } from "../support/lakes";
import type { Misbehave, SeenRequest } from "../support/standin/misbehaviours";
import { createTestStandIn, type TestStandIn } from "../support/standin/testStandIn";
import { run } from "../support/terminal";

const test = suite("pipeline/secrets");
const { folder: home, remove } = temporaryFolder();

const app = { clientId: "planted-client-id-5d1c", clientSecret: "planted-client-secret-8e2f" };
const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64");
const endedToken = "planted-ended/refresh+token-41aa";
const stateDir = path.join(home, ".playlake", "spotify");
const tokenFile = path.join("spotify", "parameters", "playlake-token.json");

/** Every secret that must not be found: planted, or issued by Spotify during the runs. */
const secrets = new Set([app.clientId, app.clientSecret, basic, endedToken]);
/** What was printed, by the run that printed it. */
const printed: Record<string, string> = {};

let spotify: TestStandIn;
let env: NodeJS.ProcessEnv;

/** The text in the forms in which it could be written. */
function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64];
}

/** Which of the secrets a text holds. */
function foundIn(text: string): string[] {
  return [...secrets].filter((secret) => formsOf(secret).some((form) => text.includes(form)));
}

/** A file's text, of a gzipped one the text inside. */
function textOf(bytes: Buffer): string {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("latin1");
}

/** The tokens that Spotify gave so far. */
function learn(): void {
  for (const { body } of spotify.requests) {
    for (const [, token = ""] of body.matchAll(/"(?:access|refresh)_token":"([^"]+)"/g)) secrets.add(token);
  }
}

/** A message that repeats everything that a request sent, in every form. */
function echo({ headers }: SeenRequest): string {
  learn();
  const token = [...secrets].filter((one) => one.startsWith("refresh-")).at(-1) ?? endedToken;
  return [headers.authorization, app.clientId, app.clientSecret, token, encodeURIComponent(token)].join(" ");
}

const isTokenRequest = ({ path: asked }: SeenRequest) => asked === "/api/token";

async function runWith(name: string, misbehave: Misbehave | undefined, more: NodeJS.ProcessEnv = {}) {
  spotify.setMisbehave(misbehave);
  // DEBUG prints an error's stack as well.
  const executed = await run(["run", "--playlist", "me", "--json"], { home, env: { ...env, DEBUG: "1", ...more } });
  spotify.setMisbehave(undefined);
  learn();
  printed[name] = executed.out + executed.err;
  return executed;
}

test.before(async () => {
  spotify = createTestStandIn({
    library: sampleLibrary(),
    clock: { now: () => new Date() },
    app,
    rotateRefreshTokens: true,
    keepBodies: true,
  });
  const { apiUrl, accountsUrl } = await spotify.listen();
  env = {
    SPOTIFY_CLIENT_ID: app.clientId,
    SPOTIFY_CLIENT_SECRET: app.clientSecret,
    SPOTIFY_API_URL: apiUrl,
    SPOTIFY_ACCOUNTS_URL: accountsUrl,
  };
});
test.after(async () => {
  await spotify.close();
  remove();
});

/** An error of the accounts service that repeats what it was sent. */
const tokenError = (error: string) => (request: SeenRequest) =>
  isTokenRequest(request)
    ? { status: 400, body: JSON.stringify({ error, error_description: echo(request) }) }
    : undefined;
/** An error of the Web API that does. */
const apiError = (status: number, words: string) => (request: SeenRequest) =>
  isTokenRequest(request)
    ? undefined
    : { status, body: JSON.stringify({ error: { status, message: `${words} ${echo(request)}` } }) };

test("a consent that has ended", async () => {
  const { exitCode, err } = await runWith("ended", tokenError("invalid_grant"), { SPOTIFY_REFRESH_TOKEN: endedToken });
  assert.is(exitCode, 1);
  assert.match(err, "me (consent ended, run npx playlake login (Spotify says invalid_grant))");
});

test("a login", async () => {
  let page = { status: 0, url: "", body: "" };
  let link = "";
  let visiting: Promise<void> | undefined;
  async function consent(): Promise<void> {
    const { headers } = await fetch(link, { redirect: "manual" });
    const callback = new URL(headers.get("location")!);
    for (const name of ["code", "state"]) secrets.add(callback.searchParams.get(name)!);
    page = await browse(callback.href);
  }
  const onErr = (text: string) => {
    link = /^http\S+\/authorize\?\S+$/m.exec(text)?.[0] ?? link;
    if (link !== "") visiting ??= consent();
  };
  const { exitCode, out, err } = await run(["login", "--port", String(await freePort())], { home, env, onErr });
  await visiting;
  learn();
  assert.is(exitCode, 0, err);
  // The link itself must hold the app's client id and the login's state.
  printed.login = out + err.replace(link, "");
  printed.page = page.url + page.body;
});

const failing: [name: string, misbehave: Misbehave, message: RegExp][] = [
  [
    "app refused",
    tokenError("invalid_client"),
    /Spotify refuses the app's client id and secret \(400 invalid_client Basic … … … …/,
  ],
  [
    "token refused",
    apiError(401, "Invalid access token"),
    /Spotify refuses a fresh access token \(401 Invalid access token .*…/,
  ],
  ["account refused", apiError(403, "User not registered:"), /Spotify refuses the app: User not registered: .*…/],
  [
    "bad JSON from the token endpoint",
    (request) => (isTokenRequest(request) ? { status: 200, body: `{"access_token": "${echo(request)}` } : undefined),
    /200 with a body that is not JSON, 5 times/,
  ],
];
for (const [name, misbehave, message] of failing) {
  test(name, async () => {
    const { exitCode, err } = await runWith(name, misbehave);
    assert.is(exitCode, 1);
    assert.match(err, message);
  });
}

test("a run that stores everything, its token ended on the way", async () => {
  let asked = 0;
  const { exitCode, err } = await runWith("stored", (request) => {
    asked += isTokenRequest(request) ? 0 : 1;
    return asked === 3 && !isTokenRequest(request) ? { act: () => spotify.expireAccessTokens() } : undefined;
  });
  assert.is(exitCode, 0, err);
});

test("the search would find every secret", () => {
  assert.ok(secrets.size > 12, `${secrets.size} secrets`);
  for (const prefix of ["access-", "refresh-", "code-"]) assert.ok([...secrets].some((one) => one.startsWith(prefix)));
  const file = path.join(home, ".playlake", tokenFile);
  assert.is(statSync(file).mode & 0o777, 0o600);
  assert.ok(foundIn(textOf(readFileSync(file))).some((one) => one.startsWith("refresh-")));
  for (const secret of secrets) {
    for (const text of [`x${secret}y`, encodeURIComponent(secret), Buffer.from(secret).toString("base64")]) {
      assert.ok(foundIn(text).includes(secret), text);
    }
  }
});

test("no file of the state holds a secret, in its text or its name", () => {
  const folder = path.join(home, ".playlake");
  const files = Object.keys(filesOf(folder));
  const places = new Set(files.map((file) => file.split(path.sep).slice(1, 3).join("/")));
  const expected = [
    "logs/playlake-extract",
    "logs/playlake-transform",
    "buckets/playlake-raw",
    "buckets/playlake-lake",
  ];
  for (const place of [...expected, "parameters/playlake-token.json"])
    assert.ok(places.has(place), [...places].join("\n"));
  assert.ok(files.some((file) => file.includes("ended-consent.json")));
  assert.ok(
    files.some((file) => file.includes(`sqs${path.sep}`)),
    "failed runs are in their queue",
  );
  for (const file of files.filter((name) => name !== tokenFile)) {
    assert.equal(foundIn(`${file}\n${textOf(readFileSync(path.join(folder, file)))}`), [], file);
  }
  assert.is(stateDir.startsWith(folder), true);
});

test("nothing that was printed, and no page, holds one", () => {
  assert.equal(Object.keys(printed).length, failing.length + 4);
  for (const [name, text] of Object.entries(printed)) {
    assert.ok(text.length > 0, name);
    assert.equal(foundIn(text), [], name);
  }
});

/** All texts of a value: of archives what is in their files. */
async function textsOf(value: unknown): Promise<string[]> {
  const settled = await value;
  if (settled === null || typeof settled !== "object") return [String(settled)];
  if ("__pulumiArchive" in settled && "path" in settled && settled.path !== undefined) {
    return [readFileSync(String(settled.path), "latin1")];
  }
  const entries = await Promise.all(
    Object.entries(settled).map(async ([key, inner]) => [key, ...(await textsOf(inner))]),
  );
  return entries.flat();
}

test("the program puts them into the app's parameter, and into nothing else", async () => {
  const config = {
    "playlake:spotifyClientId": app.clientId,
    "playlake:spotifyClientSecret": app.clientSecret,
    "playlake:playlists": '["me"]',
  };
  const { resources, outputs }: ProgramResult = await runProgram({ config });
  const holders: string[] = [];
  let files = 0;
  for (const { type, name, inputs } of resources) {
    const texts = await textsOf(inputs);
    if (type.endsWith(":Function")) files += texts.length;
    if (foundIn(texts.join("\n")).length > 0) holders.push(`${type} ${name}`);
  }
  assert.equal(holders, ["aws:ssm/parameter:Parameter playlake-app"]);
  assert.ok(files > 20, "the archives' files are among them");
  assert.equal(foundIn(JSON.stringify(outputs)), []);
});

test.run();
