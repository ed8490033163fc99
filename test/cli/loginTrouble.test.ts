import * as assert from "uvu/assert";
import { browse, loginSuite, parametersOf } from "../support/cli/loginSuite";
import { inOrder, quota } from "../support/standin/misbehaviours";

const { test, context, logIn, storedToken } = loginSuite("cli/loginTrouble");

const tokenRequest = ({ path }: { path: string }) => path === "/api/token";

test("a page reloaded during the exchange ends like the first", async () => {
  context.spotify.setMisbehave(inOrder([{ delayMs: 300 }], tokenRequest));
  const { exitCode, err, visited } = await logIn(["--quiet"], async (link) => {
    const answer = (await fetch(link, { redirect: "manual" })).headers.get("location")!;
    const loads = await Promise.all([fetch(answer, { redirect: "manual" }), fetch(answer, { redirect: "manual" })]);
    await fetch(new URL("/done", parametersOf(link).get("redirect_uri")!));
    return loads.map(({ status, headers }) => [status, headers.get("location")]);
  });
  assert.equal(visited, [
    [303, "/done"],
    [303, "/done"],
  ]);
  assert.is(exitCode, 0, err);
  assert.not.match(err, /another login/);
  assert.is(context.spotify.requests.filter(({ url }) => url === "/api/token").length, 1);
});

test("a malformed or throttled accounts answer is one line with advice", async () => {
  const wrong = [
    [{ status: 200, body: "null" }, /^playlake: Spotify's answer holds no refresh token; nothing is stored, run/],
    [
      quota(7200),
      /^playlake: the refresh token: Spotify's quota is used up; no request before \S+Z; nothing is stored, run/,
    ],
  ] as const;
  for (const [misbehaviour, line] of wrong) {
    context.spotify.setMisbehave(inOrder([misbehaviour], tokenRequest));
    const { exitCode, err } = await logIn(["--quiet"], browse);
    assert.is(exitCode, 1);
    assert.match(err.split("\n")[1]!, line);
    assert.is(storedToken(), undefined);
  }
});

test.run();
