import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import * as assert from "uvu/assert";
import { sampleLibrary } from "../../standin/sampleLibrary";
import { standInApp } from "../../standin/tokens";
import { browse, freePort, loginSuite, parametersOf, withoutStyle, writeProgram } from "../support/cli/loginSuite";
import { isLocked } from "../support/lakes";
import { inOrder } from "../support/standin/misbehaviours";
import { run } from "../support/terminal";

const { test, context, again, logIn, stateDir, tokenFile, storedToken } = loginSuite("cli/login");

const html = (name: string, title: string, next: string) =>
  `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Playlake: ${title}</title>
<main class="${name}"><p class="name">Playlake</p><h1>${title}</h1><p>${next}</p></main></html>
`;
const donePage = html(
  "done",
  "You are logged in",
  "Close this page and go back to the terminal: it says what to run next.",
);
const failedPage = html(
  "failed",
  "The login did not work",
  "Go back to the terminal: it says why, and what to do. You can close this page.",
);
const strangerPage = html(
  "stranger",
  "This answer belongs to another login",
  "Nothing was stored. Use the link that the terminal shows now, or run the command again.",
);
const stranger = "! a response to another login arrived and was refused; still waiting\n";

const tokenRequest = ({ path: asked }: { path: string }) => asked === "/api/token";

test("the consent is stored, readable by the user only, and its place is printed", async () => {
  let link = "";
  const { exitCode, out, err, visited, port } = await logIn([], (shown) => {
    link = shown;
    return browse(shown);
  });

  assert.is(exitCode, 0, err);
  const { state = "", ...asked } = Object.fromEntries(parametersOf(link));
  assert.equal(asked, {
    response_type: "code",
    client_id: standInApp.clientId,
    scope: "playlist-read-private playlist-read-collaborative",
    redirect_uri: `http://127.0.0.1:${port}/callback`,
  });
  assert.match(state, /^[\w-]{32}$/);
  assert.equal(visited, { status: 200, url: `http://127.0.0.1:${port}/done`, body: donePage });
  const token = storedToken()!;
  assert.match(token.refreshToken, /^refresh-/);
  assert.ok(Math.abs(Date.parse(token.consentedAt) - Date.now()) < 60_000);
  assert.is(statSync(tokenFile()).mode & 0o777, 0o600);
  assert.is(statSync(path.dirname(tokenFile())).mode & 0o777, 0o700);
  const [stored, next, others] = out.split("\n");
  assert.match(
    stored!,
    /^Logged in: the refresh token is in \.playlake\/spotify\/parameters, good until \d{4}-\d\d-\d\d\.$/,
  );
  assert.is(next, "Next: npm start reads all of your playlists");
  assert.is(others, "Liked Songs are not included: npx playlake login --liked asks for them.");
  for (const text of [out, err, visited!.body, visited!.url])
    assert.not.match(text, /refresh-|access-|code-|stand-in-secret/);
  assert.is(isLocked(stateDir()), false);
});

test("after --liked, the next runs read Liked Songs", async () => {
  const scopeOf = (link: string) => parametersOf(link).get("scope");
  const links: string[] = [];
  const visit = (link: string) => {
    links.push(link);
    return browse(link);
  };
  const first = await logIn(["--liked"], visit);
  assert.not.match(first.out, /not included/);
  const started = await run(["run", "--quiet"], { home: context.home, env: context.env });
  assert.equal(started, { exitCode: 0, out: "", err: "" });
  const sql = ["sql", "SELECT total_items FROM playlists WHERE playlist_id = 'liked'", "--format", "csv"];
  const { length } = sampleLibrary().likedAt!(new Date());
  assert.is((await run(sql, { home: context.home, env: context.env })).out, `total_items\n${length}\n`);
  await logIn([], visit);
  const scope = "playlist-read-private playlist-read-collaborative user-library-read";
  assert.equal(links.map(scopeOf), [scope, scope]);
});

test("the next run reads with the stored token and rotates it", async () => {
  await again({ rotateRefreshTokens: true });
  await logIn(["--quiet"], browse);
  const first = storedToken()!;

  const started = await run(["run", "--quiet"], { home: context.home, env: context.env });

  assert.equal(started, { exitCode: 0, out: "", err: "" });
  const paths = context.spotify.requests.map(({ url }) => url.replace(/\?.*/, ""));
  assert.is(paths.includes("/v1/me/playlists"), true);
  const sql = ["sql", "SELECT count(*) FROM playlists", "--format", "csv"];
  assert.is((await run(sql, { home: context.home, env: context.env })).out.split("\n")[1], "3");
  const rotated = storedToken()!;
  assert.is.not(rotated.refreshToken, first.refreshToken);
  assert.is(rotated.consentedAt, first.consentedAt);

  const second = await logIn(["--quiet"], browse);
  assert.equal([second.exitCode, second.out], [0, ""]);
  assert.match(second.err, /^http:\/\/127\.0\.0\.1:\d+\/authorize\?\S+\n$/);
  assert.is.not(storedToken()!.refreshToken, rotated.refreshToken);
});

test("an answer that belongs to another login is refused, and the login goes on", async () => {
  const wrong = async (query: string) => {
    const callback = parametersOf(link).get("redirect_uri");
    const response = await fetch(`${callback}?${query}`);
    return [response.status, withoutStyle(await response.text())];
  };
  let link = "";
  const { exitCode, err, visited } = await logIn([], async (shown) => {
    link = shown;
    const state = parametersOf(link).get("state");
    const refused = [
      await wrong("code=stolen"),
      await wrong("code=stolen&state="),
      await wrong(`code=stolen&state=${"x".repeat(32)}`),
      await wrong("error=access_denied&state=other"),
      await wrong(`state=${state}`),
    ];
    return { refused, last: await browse(link) };
  });

  assert.is(exitCode, 0, err);
  assert.equal(visited!.refused, Array(5).fill([400, strangerPage]));
  assert.is(visited!.last.body, donePage);
  assert.is(err.split(stranger).length, 2, "said once");
  const asked = context.spotify.requests.filter(({ url }) => url === "/api/token");
  assert.is(asked.length, 1, "no code of another login is tried");
});

test("other requests to the port are not taken as answers", async () => {
  const { exitCode, visited } = await logIn([], async (link) => {
    const callback = new URL(parametersOf(link).get("redirect_uri")!);
    const status = async (to: string, method = "GET") => (await fetch(new URL(to, callback), { method })).status;
    const others = [
      await status("/favicon.ico"),
      await status("/"),
      await status("/done"),
      await status(`${callback.pathname}?state=${parametersOf(link).get("state")}&code=x`, "POST"),
    ];
    await browse(link);
    return others;
  });
  assert.equal([exitCode, visited], [0, [404, 404, 404, 405]]);
});

test("a denied consent is one line, and nothing is stored", async () => {
  await again({ consent: "deny" });
  const { exitCode, out, err, visited, port } = await logIn(["--quiet"], browse);
  assert.equal([exitCode, out], [1, ""]);
  assert.is(err.split("\n")[1], "playlake: consent was denied on Spotify's page; nothing is stored");
  assert.equal(visited, { status: 200, url: `http://127.0.0.1:${port}/failed`, body: failedPage });
  assert.is(storedToken(), undefined);
});

const pageErrors: [error: string, shown: string][] = [
  ["server_error", " (server_error)"],
  ["<b>\u001b[31mplanted", ""],
];
for (const [error, shown] of pageErrors) {
  test(`Spotify's page ends in ${JSON.stringify(error)}`, async () => {
    const { exitCode, err } = await logIn(["--quiet"], (link) => {
      const parameters = parametersOf(link);
      const query = new URLSearchParams({ error, state: parameters.get("state")! });
      return browse(`${parameters.get("redirect_uri")}?${query}`);
    });
    assert.is(exitCode, 1);
    assert.is(err.split("\n")[1], `playlake: Spotify's page ended in an error${shown}; nothing is stored`);
  });
}

test("a port in use is named, with the option to change it", async () => {
  const port = await freePort();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
  try {
    const executed = await run(["login", "--port", String(port)], { home: context.home, env: context.env });
    const way =
      "stop what listens there, or give another with --port N, and add http://127.0.0.1:N/callback to the app's redirect URIs";
    assert.equal(executed, { exitCode: 1, out: "", err: `playlake: port ${port} is in use; ${way}\n` });
  } finally {
    other.close();
  }
});

test("a timeout is one line and frees the port", async () => {
  const { exitCode, err, port } = await logIn(["--quiet", "--timeout-seconds", "1"], async () => undefined);
  assert.is(exitCode, 1);
  assert.is(err.split("\n")[1], "playlake: nobody consented within 1 s; run npx playlake login again");
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  server.close();
});

const again_ = "nothing is stored, run npx playlake login again";
const refusals: [what: string, body: string, status: number, message: string][] = [
  [
    "the code",
    '{"error":"invalid_grant","error_description":"Invalid authorization code"}',
    400,
    `Spotify refuses the consent's code (400 invalid_grant Invalid authorization code); ${again_}`,
  ],
  [
    "the app",
    `{"error":"invalid_client","error_description":"${standInApp.clientSecret} is wrong"}`,
    400,
    `Spotify refuses the app's client id and secret (400 invalid_client … is wrong); ${again_}`,
  ],
  [
    "nothing, but sends no token",
    '{"access_token":"planted"}',
    200,
    `Spotify's answer holds no refresh token; ${again_}`,
  ],
];
for (const [what, body, status, message] of refusals) {
  test(`the exchange refuses ${what}`, async () => {
    context.spotify.setMisbehave(inOrder([{ status, body }], tokenRequest));
    const { exitCode, out, err, visited } = await logIn(["--quiet"], browse);
    assert.equal([exitCode, out], [1, ""]);
    assert.is(err.split("\n")[1], `playlake: ${message}`);
    assert.is(visited!.body, failedPage);
    assert.is(storedToken(), undefined);
  });
}

test("the chosen browser is opened with the unchanged link", async () => {
  const bin = path.join(context.home, "bin");
  const opened = path.join(context.home, "opened");
  for (const name of ["xdg-open", "open"])
    writeProgram(bin, name, [`printf %s "$1" > "${opened}.new"`, `mv "${opened}.new" "${opened}"`]);
  let link = "";
  const env = { PATH: `${bin}:${process.env.PATH}` };
  const { exitCode } = await logIn(
    ["--quiet", "--open"],
    async (shown) => {
      link = shown;
      while (!existsSync(opened)) await new Promise((resolve) => setTimeout(resolve, 10));
      await browse(readFileSync(opened, "utf8"));
    },
    env,
  );
  assert.equal([exitCode, readFileSync(opened, "utf8")], [0, link]);

  const without = await logIn(["--quiet", "--open"], browse, { PATH: "/nowhere" });
  assert.is(without.exitCode, 0, "without a browser the link is enough");
});

test("another history's folder is refused, and a used one keeps its playlists", async () => {
  const folder = path.join(context.home, "other");
  mkdirSync(folder);
  writeFileSync(path.join(folder, "origin.json"), '{"source":"sample","playlists":[]}');
  const refused = await logIn(["--state", "other"], browse);
  const message = `${folder} holds the history of sample; log in elsewhere with --state DIR`;
  assert.equal([refused.exitCode, refused.err], [1, `playlake: ${message}\n`]);
  assert.equal(readdirSync(folder), ["origin.json"]);

  const origin = '{"source":"spotify","playlists":["3cEYpjA9oz9GiPac4AsH4n"]}';
  writeFileSync(path.join(folder, "origin.json"), origin);
  const env = { SPOTIFY_REFRESH_TOKEN: "planted-in-the-environment" };
  const { exitCode, out, err } = await logIn(["--state", "other", "--json"], browse, env);
  assert.is(exitCode, 0, err);
  const { storedIn, consentedAt, endsAt, ...more } = JSON.parse(out) as Record<string, string>;
  assert.equal([storedIn, more], ["other/parameters", {}]);
  assert.ok(Date.parse(endsAt!) > Date.parse(consentedAt!));
  assert.is(readFileSync(path.join(folder, "origin.json"), "utf8"), origin);
  const warning =
    "! SPOTIFY_REFRESH_TOKEN is set: a local run that has not used it yet replaces this login with it; unset it\n";
  assert.is(err.endsWith(warning), true, err);
  assert.not.match(err, /planted-in-the-environment/);
});

test("a missing half of the app's credentials is named", async () => {
  const { exitCode, err } = await logIn([], browse, { SPOTIFY_CLIENT_SECRET: "" });
  const message = "login: SPOTIFY_CLIENT_SECRET is not set: SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET go together";
  assert.equal([exitCode, err], [2, `playlake: ${message}\nSee playlake login --help.\n`]);
});

test.run();
