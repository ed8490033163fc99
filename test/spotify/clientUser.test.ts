import * as assert from "uvu/assert";
import type { UserToken } from "../../spotify/types";
import { clientSuite, opening, token } from "../support/spotify/clientSuite";
import { idA, playlistOf, rejection, requestsSince } from "../support/spotify/world";

const { test, context, setUp, client, wrongAnswers } = clientSuite("spotify/clientUser");

const consentedAt = "2026-06-20T06:00:00.000Z";
const user: UserToken = { refreshToken: "first-refresh-token", consentedAt };

test("a refresh that names no new token keeps the old one", async () => {
  await context.world.close();
  await setUp({ refreshTokens: [user] });
  const spotify = client({}, user);
  await spotify.open(idA);
  assert.equal(spotify.tokens.token, user);
  assert.equal(await spotify.consent(), {
    consentedAt,
    endsAt: "2026-12-20T06:00:00.000Z",
    daysLeft: 28,
    isEnding: true,
  });
});

test("a rotated token is stored with the time of consent", async () => {
  await context.world.close();
  await setUp({ refreshTokens: [user], rotateRefreshTokens: true });
  const spotify = client({}, user);
  await spotify.open(idA);
  const stored = spotify.tokens.token!;
  assert.is.not(stored.refreshToken, user.refreshToken);
  assert.is(stored.consentedAt, consentedAt);
  await makeSpotifyClientFrom(stored).open(idA);
  assert.is(spotify.problem(), undefined);
});

function makeSpotifyClientFrom(stored: UserToken) {
  return client({}, stored);
}

test("a rotated token does not replace that of a login meanwhile", async () => {
  await context.world.close();
  const login: UserToken = { refreshToken: "of-the-login", consentedAt: "2026-11-22T06:00:00.000Z" };
  await setUp({ refreshTokens: [user, login], rotateRefreshTokens: true });
  const spotify = client({}, user);
  await spotify.open(idA);
  await spotify.tokens.write(login);
  context.world.standIn.expireAccessTokens();
  await spotify.open(idA);
  assert.equal(spotify.tokens.token, login);
  context.world.standIn.expireAccessTokens();
  await spotify.open(idA);
  assert.is.not(spotify.tokens.token?.refreshToken, login.refreshToken);
  assert.is(spotify.tokens.token?.consentedAt, login.consentedAt);
});

test("a rotated token that cannot be stored is tried three times and reported", async () => {
  await context.world.close();
  await setUp({ refreshTokens: [user], rotateRefreshTokens: true });
  let writes = 0;
  const tokens = {
    read: async () => user,
    write: async () => {
      writes += 1;
      throw new Error("store closed");
    },
  };
  const spotify = client({ tokens });
  await spotify.open(idA);
  assert.is(writes, 3);
  const problem = `the new refresh token could not be stored (store closed); if runs fail with "consent ended", run npx playlake login`;
  assert.is(spotify.problem(), problem);
});

test("an ended consent is reported, and the stored token stays", async () => {
  const spotify = client({}, user);
  const error = await rejection(spotify.open(idA));
  const reason = "consent ended, run npx playlake login (Spotify says invalid_grant)";
  assert.is(error.message, reason);
  assert.equal({ ...error }, { code: "CONSENT_ENDED", reason });
  assert.equal(requestsSince(context.world), [token]);
  assert.equal(spotify.tokens.token, user);
});

test("a token that was stored meanwhile is tried, too", async () => {
  await context.world.close();
  const newer = { refreshToken: "newer-refresh-token", consentedAt: "2026-11-21T00:00:00.000Z" };
  await setUp({ refreshTokens: [newer] });
  let reads = 0;
  const tokens = {
    read: async () => {
      reads += 1;
      return reads === 1 ? user : newer;
    },
    write: async () => undefined,
  };
  const spotify = client({ tokens });
  await spotify.open(idA);
  assert.is((await spotify.consent())?.consentedAt, newer.consentedAt);
  assert.equal(requestsSince(context.world), [token, token, opening]);
});

test("lists the user's playlists over pages, each once, without null ones", async () => {
  await context.world.close();
  const ids = Array.from({ length: 52 }, (_, index) => `${"A".repeat(20)}${String(index).padStart(2, "0")}`);
  await setUp({
    refreshTokens: [user],
    mine: [null, ...ids, ids[0]!],
    decorate: (body) => body.replace(/":/g, `" :\t`),
  });
  context.library.playlists = ids.map((id) => playlistOf(id, 1));
  const mine = await client({}, user).myPlaylists();
  assert.equal(
    mine.map((one) => one.playlistId),
    ids,
  );
  assert.is(mine[0]?.contentsId, playlistOf(ids[0]!, 1).snapshotId);
  assert.is(mine[0]?.head[0]?.body.slice(0, 39), `{"id" :\t"${ids[0]}","name"`.slice(0, 39));
  assert.equal(requestsSince(context.world), [token, "GET /v1/me/playlists", "GET /v1/me/playlists"]);
});

/** A page of the user's list as Spotify might send it. */
const listOf = (ids: unknown[], total: number) => ({
  status: 200,
  body: JSON.stringify({ items: ids.map((id) => ({ id })), limit: 50, total }),
});
const idsOf = (mine: { playlistId: string }[]) => mine.map(({ playlistId }) => playlistId);

test("elements without a playlist's id are left out of the user's list", async () => {
  await context.world.close();
  await setUp({ refreshTokens: [user] });
  wrongAnswers(listOf([5, "", "../x", "a/b?c", "__proto__", idA], 6));
  assert.equal(idsOf(await client({}, user).myPlaylists()), [idA]);
});

test("a list that gets shorter while it is read is read again", async () => {
  await context.world.close();
  await setUp({ refreshTokens: [user] });
  const ids = Array.from({ length: 52 }, (_, index) => `${"A".repeat(20)}${index + 10}`);
  const left = ids.slice(1);
  const pages = [ids.slice(0, 50), left.slice(50), left.slice(0, 50), left.slice(50)];
  wrongAnswers(...pages.map((page, index) => listOf(page, index === 0 ? 52 : 51)));
  assert.equal(idsOf(await client({}, user).myPlaylists()).sort(), ids);
});

test("a lapsed Premium is not reported as a missing consent", async () => {
  await context.world.close();
  await setUp({ refreshTokens: [user] });
  const message = "Active premium subscription required for the owner of the app.";
  wrongAnswers({ status: 403, body: JSON.stringify({ error: { status: 403, message } }) });
  const error = await rejection(client({}, user).myPlaylists());
  assert.equal({ ...error }, { code: "APP_REFUSED", reason: `Spotify refuses the app: ${message}`, status: 403 });
});

test("me without a user is refused without a request", async () => {
  const error = await rejection(client().myPlaylists());
  assert.equal({ ...error }, { code: "NO_CONSENT", reason: "no user has consented yet, run npx playlake login" });
  assert.is(error.message, "me: no user has consented yet, run npx playlake login");
  assert.equal(requestsSince(context.world), []);
});

test.run();
