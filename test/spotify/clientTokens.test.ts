import * as assert from "uvu/assert";
import { clientSuite, opening, token } from "../support/spotify/clientSuite";
import { idA, rejection, requestsSince } from "../support/spotify/world";
import { burst, inOrder } from "../support/standin/misbehaviours";

const { test, context, client, wrongAnswers } = clientSuite("spotify/clientTokens");

test("an expired token is renewed once, and the new one is kept", async () => {
  const spotify = client();
  await spotify.open(idA);
  context.world.standIn.expireAccessTokens();
  await spotify.open(idA);
  await spotify.open(idA);
  assert.equal(requestsSince(context.world), [token, opening, opening, token, opening, opening]);
});

test("a token is renewed before it ends", async () => {
  const spotify = client();
  await spotify.open(idA);
  context.world.setNow("2026-11-22T06:59:01Z");
  await spotify.open(idA);
  assert.equal(requestsSince(context.world), [token, opening, token, opening]);
});

test("a refused fresh token is a refusal of the app", async () => {
  wrongAnswers({ status: 401 }, { status: 401 });
  const error = await rejection(client().open(idA));
  const reason = "Spotify refuses a fresh access token (401 Stand-in's 401)";
  assert.equal({ ...error }, { code: "APP_REFUSED", reason, status: 401 });
  assert.equal(requestsSince(context.world), [token, opening, token, opening]);
});

test("wrong credentials are reported without showing them", async () => {
  const app = async () => ({ clientId: "some-id", clientSecret: "some-secret" });
  const error = await rejection(client({ app }).open(idA));
  const reason = "Spotify refuses the app's client id and secret (400 invalid_client Invalid client secret)";
  assert.is(error.message, reason);
  assert.equal({ ...error }, { code: "APP_REFUSED", reason, status: 400 });
});

test("Spotify's messages are shown without secrets", async () => {
  const { standIn } = context.world;
  const echo = (text: string) => JSON.stringify({ error: "invalid_client", error_description: text });
  const basic = Buffer.from("some-id:some-secret").toString("base64");
  const app = async () => ({ clientId: "some-id", clientSecret: "some-secret" });
  standIn.setMisbehave(inOrder([{ status: 400, body: echo(`${basic}, some-secret, a%2Bb%2F`) }]));
  const ofToken = await rejection(client({ app }, { refreshToken: "a+b/" }).open(idA));
  assert.is(ofToken.reason, "Spotify refuses the app's client id and secret (400 invalid_client …, …, …)");

  standIn.setMisbehave(undefined);
  const spotify = client();
  await spotify.open(idA);
  const tokens = standIn.requests.map(({ body }) => (JSON.parse(body) as { access_token?: string }).access_token);
  const accessToken = tokens.find((one) => one !== undefined)!;
  wrongAnswers({
    status: 403,
    body: JSON.stringify({ error: { status: 403, message: `not registered: ${accessToken}` } }),
  });
  assert.is((await rejection(spotify.open(idA))).reason, "Spotify refuses the app: not registered: …");
});

test("requests for a token are repeated like others", async () => {
  context.world.standIn.setMisbehave(inOrder([{ status: 503 }, burst(1), { badJson: true }]));
  await client().open(idA);
  assert.equal(requestsSince(context.world), [token, token, token, token, opening]);
});

test.run();
