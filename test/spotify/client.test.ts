import { suite } from "uvu";
import * as assert from "uvu/assert";
import { burst, inOrder, type Misbehaviour, quota } from "../../local/spotify/misbehaviour";
import { standInApp } from "../../local/spotify/tokens";
import { type ClientOptions, makeSpotifyClient } from "../../spotify/client";
import type { UserToken } from "../../spotify/types";
import {
  changingLibrary,
  idA,
  idB,
  idC,
  memoryTokens,
  playlistOf,
  rejection,
  requestsSince,
  startWorld,
  type World,
} from "./support";

const context = { world: undefined as unknown as World, library: changingLibrary([]) };
const test = suite("spotify/client", context);

const token = "POST /api/token";
const opening = `GET /v1/playlists/${idA}`;
const items = `GET /v1/playlists/${idA}/items`;
const tracks = `GET /v1/playlists/${idA}/tracks`;

async function setUp(standIn: Partial<Parameters<typeof startWorld>[0]>): Promise<void> {
  context.library = changingLibrary([playlistOf(idA, 120), playlistOf(idB, 0)]);
  context.world = await startWorld({ library: context.library, ...standIn });
}

function client(options: Partial<ClientOptions> = {}, userToken?: UserToken) {
  const { apiUrl, accountsUrl, effects } = context.world;
  const tokens = memoryTokens(userToken);
  const app = async () => standInApp;
  return { ...makeSpotifyClient(effects, { apiUrl, accountsUrl, app, tokens, ...options }), tokens };
}

/** Misbehaves at requests to the Web API alone, in order. */
function wrongAnswers(...wrong: (Misbehaviour | undefined)[]): void {
  context.world.standIn.setMisbehave(inOrder(wrong, ({ path }) => path.startsWith("/v1/")));
}

test.before.each(() => setUp({ keepBodies: true }));
test.after.each(() => context.world.close());

test("reads a playlist with the app's own token, its body as it was sent", async () => {
  const spotify = client({ market: "DE" });
  const answer = await spotify.playlist(idA);
  const [, sent] = context.world.standIn.requests;
  assert.equal(answer, {
    playlistId: idA,
    snapshotId: playlistOf(idA, 120).snapshotId,
    url: `${context.world.apiUrl}/playlists/${idA}?additional_types=track%2Cepisode&market=DE`,
    fetchedAt: "2026-11-22T06:00:00.000Z",
    body: sent?.body,
  });
  await spotify.playlist(idB);
  assert.equal(requestsSince(context.world), [token, opening, `GET /v1/playlists/${idB}`]);
  assert.is(spotify.requests(), 3);
});

test("pages by its own offsets and stops at the total", async () => {
  const spotify = client();
  const pages = [];
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    const { url, entries, nextOffset } = await spotify.page(idA, offset);
    pages.push([url.replace(/.*\?/, ""), entries, nextOffset]);
    offset = nextOffset;
  }
  assert.equal(pages, [
    ["additional_types=track%2Cepisode&limit=50&offset=0", 50, 50],
    ["additional_types=track%2Cepisode&limit=50&offset=50", 50, 100],
    ["additional_types=track%2Cepisode&limit=50&offset=100", 20, undefined],
  ]);
  assert.equal((await spotify.page(idB, 0)).nextOffset, undefined);
});

const pagesServed: [page: object, nextOffset: number | undefined][] = [
  [{ items: Array(50).fill(null), limit: 50, total: 51 }, 50],
  [{ items: Array(50).fill(null), limit: 50, total: 50 }, undefined],
  [{ items: [], limit: 50, total: 500 }, undefined],
  [{ items: Array(20).fill(null), limit: 20, total: 500 }, 20],
  [{ items: Array(49).fill(null), limit: 50, total: 500 }, 50],
  [{ items: Array(50).fill(null) }, 50],
  [{ items: Array(49).fill(null) }, undefined],
  [{ items: Array(100).fill(null), limit: 100, total: 150 }, 100],
];
for (const [page, nextOffset] of pagesServed) {
  const { items: list, ...rest } = page as { items: unknown[] };
  test(`a page of ${list.length} with ${JSON.stringify(rest)} goes on at ${nextOffset}`, async () => {
    wrongAnswers({ status: 200, body: JSON.stringify(page) });
    assert.is((await client().page(idA, 0)).nextOffset, nextOffset);
  });
}

test("an old app's contents are at /tracks: found out once", async () => {
  await context.world.close();
  await setUp({ generation: "tracks" });
  const spotify = client();
  await spotify.page(idA, 0);
  await spotify.page(idA, 50);
  assert.equal(requestsSince(context.world), [token, items, tracks, tracks]);
});

test("a new app's contents are at /items: /tracks is tried only while nothing was served", async () => {
  await context.world.close();
  await setUp({ generation: "items" });
  const spotify = client();
  wrongAnswers({ status: 403 });
  const error = await rejection(spotify.page(idA, 0));
  assert.is(error.code, "UNAVAILABLE");
  await spotify.page(idA, 0);
  wrongAnswers({ status: 403 });
  await rejection(spotify.page(idA, 50));
  assert.equal(requestsSince(context.world), [token, items, tracks, items, items]);
});

test("a gone playlist is named with its status and likely cause", async () => {
  const error = await rejection(client().playlist(idC));
  const cause = "It was deleted, or it is private: then its owner must consent (playlake login).";
  assert.is(error.message, `playlist ${idC}: 404. ${cause}`);
  assert.equal({ ...error }, { code: "UNAVAILABLE", reason: `404. ${cause}`, playlistId: idC, status: 404, cause });
});

test("a lapsed Premium is the app's trouble, not the playlist's", async () => {
  const message = "Active premium subscription required for the owner of the app.";
  wrongAnswers({ status: 403, body: JSON.stringify({ error: { status: 403, message } }) });
  const error = await rejection(client().playlist(idA));
  assert.equal({ ...error }, { code: "APP_REFUSED", reason: `Spotify refuses the app: ${message}`, status: 403 });
});

const mended: [what: string, wrong: Misbehaviour[], sleeps: number[]][] = [
  ["a 500", [{ status: 500 }], [250]],
  [
    "four failures of all kinds",
    [{ status: 502 }, { cut: "before" }, { cut: "middle" }, { badJson: true }],
    [250, 500, 1000, 2000],
  ],
  ["a 503 that says how long", [{ status: 503, headers: { "retry-after": "7" } }], [7000]],
  ["a body that is no playlist", [{ status: 200, body: "[]" }], [250]],
  ["bursts", [burst(3), burst("soon"), burst(undefined), burst(30)], [3000, 2000, 2000, 30_000]],
];
for (const [what, wrong, sleeps] of mended) {
  test(`mends ${what}`, async () => {
    wrongAnswers(...wrong);
    assert.is((await client().playlist(idA)).playlistId, idA);
    assert.equal(context.world.sleeps, sleeps);
  });
}

const refusals: [what: string, wrong: Misbehaviour[], expected: object][] = [
  ["5xx to the end", Array(5).fill({ status: 503 }), { code: "TRANSIENT", reason: "status 503, 5 times" }],
  [
    "bad JSON to the end",
    Array(5).fill({ badJson: true }),
    { code: "TRANSIENT", reason: "200 with a body that is no JSON, 5 times" },
  ],
  [
    "the quota, at once",
    [quota(48_925)],
    {
      code: "LIMITED",
      reason: "Spotify's quota is used up; no request before 2026-11-22T19:35:25.000Z",
      until: "2026-11-22T19:35:25.000Z",
      isQuota: true,
    },
  ],
  [
    "a long wait, at once",
    [burst(31)],
    {
      code: "LIMITED",
      reason: "Spotify limits the rate of requests; no request before 2026-11-22T06:00:31.000Z",
      until: "2026-11-22T06:00:31.000Z",
      isQuota: false,
    },
  ],
  [
    "bursts without end",
    Array(6).fill(burst(1)),
    {
      code: "LIMITED",
      reason: "Spotify limits the rate of requests; no request before 2026-11-22T06:00:06.000Z",
      until: "2026-11-22T06:00:06.000Z",
      isQuota: false,
    },
  ],
];
for (const [what, wrong, expected] of refusals) {
  test(`gives up on ${what}`, async () => {
    wrongAnswers(...wrong);
    const error = await rejection(client().playlist(idA));
    assert.equal({ ...error }, expected);
    assert.is(error.message, `playlist ${idA}: ${(expected as { reason: string }).reason}`);
    assert.is(context.world.standIn.requests.length, wrong.length + 1);
  });
}

test("says what the network did, after five tries", async () => {
  wrongAnswers(...Array(5).fill({ cut: "before" }));
  const error = await rejection(client().playlist(idA));
  assert.is(error.code, "TRANSIENT");
  assert.match(error.message, /^playlist A{22}: network error \(.*socket hang up.*\), 5 times$/);
});

test("an answer that does not come counts as a failure", async () => {
  wrongAnswers({ delayMs: 300 });
  await client({ timeoutMs: 60 }).playlist(idA);
  assert.equal(context.world.log, [
    { event: "retry", purpose: `playlist ${idA}`, failure: "no answer within 0.06 s", waitMs: 250 },
  ]);
});

test("leaves a gap between requests", async () => {
  const spotify = client({ gapMs: 100 });
  await spotify.playlist(idA);
  await spotify.playlist(idA);
  assert.equal(context.world.sleeps, [100, 100]);
});

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

test("stops in order when the invocation's time is up", async () => {
  let remainingMs = 20_000;
  const spotify = client({ remainingMs: () => remainingMs });
  await spotify.playlist(idA);
  wrongAnswers(burst(11));
  const late = await rejection(spotify.playlist(idA));
  const reason = "the time of this invocation is used up";
  assert.is(late.message, `playlist ${idA}: ${reason}`);
  assert.equal({ ...late }, { code: "OUT_OF_TIME", reason });
  assert.equal(context.world.sleeps, []);
  remainingMs = 10_000;
  assert.is((await rejection(spotify.playlist(idA))).code, "OUT_OF_TIME");
  assert.is(spotify.requests(), 3);
});

const consentedAt = "2026-06-20T06:00:00.000Z";
const user: UserToken = { refreshToken: "first-refresh-token", consentedAt };

test("a refresh that names no new token keeps the old one", async () => {
  await context.world.close();
  await setUp({ refreshTokens: [user] });
  const spotify = client({}, user);
  await spotify.playlist(idA);
  assert.equal(spotify.tokens.token, user);
  assert.equal(spotify.consent(), { consentedAt, endsAt: "2026-12-20T06:00:00.000Z", daysLeft: 28, isEnding: true });
});

test("a rotated token is stored with the time of consent", async () => {
  await context.world.close();
  await setUp({ refreshTokens: [user], rotateRefreshTokens: true });
  const spotify = client({}, user);
  await spotify.playlist(idA);
  const stored = spotify.tokens.token!;
  assert.is.not(stored.refreshToken, user.refreshToken);
  assert.is(stored.consentedAt, consentedAt);
  await makeSpotifyClientFrom(stored).playlist(idA);
  assert.is(spotify.problem(), undefined);
});

function makeSpotifyClientFrom(stored: UserToken) {
  return client({}, stored);
}

test("a rotated token that can't be stored is tried thrice and reported, and the work goes on", async () => {
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
  await spotify.playlist(idA);
  assert.is(writes, 3);
  const problem = `the new refresh token could not be stored (store closed); if runs fail with "consent ended", run playlake login`;
  assert.is(spotify.problem(), problem);
});

test("an ended consent is said once, and the secret is left as it is", async () => {
  const spotify = client({}, user);
  const error = await rejection(spotify.playlist(idA));
  const reason = "consent ended, run playlake login (Spotify says invalid_grant)";
  assert.is(error.message, reason);
  assert.equal({ ...error }, { code: "CONSENT_ENDED", reason });
  assert.equal(requestsSince(context.world), [token]);
  assert.equal(spotify.tokens.token, user);
});

test("a token that was put meanwhile gets its own try", async () => {
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
  await spotify.playlist(idA);
  assert.is(spotify.consent()?.consentedAt, newer.consentedAt);
  assert.equal(requestsSince(context.world), [token, token, opening]);
});

test("lists the user's playlists over pages, each once, null ones left out, texts as they were sent", async () => {
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
  assert.is(mine[0]?.snapshotId, playlistOf(ids[0]!, 1).snapshotId);
  assert.is(mine[0]?.body.slice(0, 39), `{"id" :\t"${ids[0]}","name"`.slice(0, 39));
  assert.equal(requestsSince(context.world), [token, "GET /v1/me/playlists", "GET /v1/me/playlists"]);
});

test("me without a user is said without a request", async () => {
  const error = await rejection(client().myPlaylists());
  assert.equal({ ...error }, { code: "NO_CONSENT", reason: "no user has consented yet, run playlake login" });
  assert.is(error.message, "me: no user has consented yet, run playlake login");
  assert.equal(requestsSince(context.world), []);
});

test.run();
