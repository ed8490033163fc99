import * as assert from "uvu/assert";
import { burst, inOrder } from "../../local/spotify/misbehaviour";
import { clientSuite, opening, token } from "./clientSuite";
import { idA, rejection, requestsSince } from "./support";

const { test, context, client, wrongAnswers } = clientSuite("spotify/client tokens");

test("an ended token is renewed once a request, for good where the new one is taken", async () => {
  const spotify = client();
  await spotify.playlist(idA);
  context.world.standIn.tokens.expireAccessTokens();
  await spotify.playlist(idA);
  await spotify.playlist(idA);
  assert.equal(requestsSince(context.world), [token, opening, opening, token, opening, opening]);
});

test("a token is renewed before it ends", async () => {
  const spotify = client();
  await spotify.playlist(idA);
  context.world.setNow("2026-11-22T06:59:01Z");
  await spotify.playlist(idA);
  assert.equal(requestsSince(context.world), [token, opening, token, opening]);
});

test("a refused fresh token ends in a clear error", async () => {
  wrongAnswers({ status: 401 }, { status: 401 });
  const error = await rejection(client().playlist(idA));
  const reason = "Spotify refuses a fresh access token (401 Stand-in's 401)";
  assert.equal({ ...error }, { code: "APP_REFUSED", reason, status: 401 });
  assert.equal(requestsSince(context.world), [token, opening, token, opening]);
});

test("wrong credentials are said, without them", async () => {
  const app = async () => ({ clientId: "some-id", clientSecret: "some-secret" });
  const error = await rejection(client({ app }).playlist(idA));
  const reason = "Spotify refuses the app's client id and secret (400 invalid_client Invalid client secret)";
  assert.is(error.message, reason);
  assert.equal({ ...error }, { code: "APP_REFUSED", reason, status: 400 });
});

test("the token endpoint's failures are mended like others", async () => {
  context.world.standIn.setMisbehave(inOrder([{ status: 503 }, burst(1), { badJson: true }]));
  await client().playlist(idA);
  assert.equal(requestsSince(context.world), [token, token, token, token, opening]);
});

test.run();
