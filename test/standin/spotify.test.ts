import { request } from "node:http";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { standInApp } from "../../standin/tokens";
import {
  changingLibrary,
  idA,
  idB,
  idC,
  likedEntries,
  playlistOf,
  startWorld,
  type World,
} from "../support/spotify/world";

const context = { world: undefined as unknown as World };
const test = suite("standin/spotify", context);
const basic = `Basic ${Buffer.from(`${standInApp.clientId}:${standInApp.clientSecret}`).toString("base64")}`;
const library = changingLibrary([playlistOf(idA, 120), playlistOf(idB, 1)]);

test.before(async () => {
  const refreshTokens = [{ refreshToken: "given", consentedAt: "2026-06-22T00:00:00Z" }];
  context.world = await startWorld({ library, refreshTokens, rotateRefreshTokens: true });
});
test.after(() => context.world.close());

async function askForToken(form: Record<string, string>, authorization = basic) {
  const { default: fetch } = await import("node-fetch");
  const body = new URLSearchParams(form);
  const url = `${context.world.accountsUrl}/api/token`;
  const response = await fetch(url, { method: "POST", headers: { authorization }, body });
  return { status: response.status, body: (await response.json()) as Record<string, string | number> };
}

async function get(path: string, form: Record<string, string> = { grant_type: "client_credentials" }) {
  const { default: fetch } = await import("node-fetch");
  const { body } = await askForToken(form);
  const authorization = `Bearer ${body.access_token}`;
  const response = await fetch(`${context.world.apiUrl}${path}`, { headers: { authorization } });
  // biome-ignore lint/suspicious/noExplicitAny: the tests pick what they compare
  return { status: response.status, body: (await response.json()) as any };
}

test("a request under another host's name is refused", async () => {
  const { hostname, port } = new URL(context.world.apiUrl);
  const status = await new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path: "/v1/me", headers: { host: `rebound.example:${port}` } });
    asked
      .on("response", (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
  assert.is(status, 421);
});

test("client credentials give a token without a refresh token", async () => {
  const { status, body } = await askForToken({ grant_type: "client_credentials" });
  assert.equal([status, Object.keys(body), body.expires_in], [200, ["access_token", "token_type", "expires_in"], 3600]);
});

const refusals: [what: string, form: Record<string, string>, authorization: string, body: object][] = [
  [
    "wrong credentials",
    { grant_type: "client_credentials" },
    "Basic eDp5",
    { error: "invalid_client", error_description: "Invalid client secret" },
  ],
  [
    "an unknown grant",
    { grant_type: "password" },
    basic,
    { error: "unsupported_grant_type", error_description: "grant_type is not supported" },
  ],
  [
    "an unknown refresh token",
    { grant_type: "refresh_token", refresh_token: "x" },
    basic,
    { error: "invalid_grant", error_description: "Invalid refresh token" },
  ],
  [
    "an unknown code",
    { grant_type: "authorization_code", code: "x", redirect_uri: "http://127.0.0.1:1/" },
    basic,
    { error: "invalid_grant", error_description: "Invalid authorization code" },
  ],
];
for (const [what, form, authorization, body] of refusals) {
  test(`refuses ${what}`, async () => assert.equal(await askForToken(form, authorization), { status: 400, body }));
}

test("a refresh token rotates and expires six months after the consent", async () => {
  const first = await askForToken({ grant_type: "refresh_token", refresh_token: "given" });
  const next = String(first.body.refresh_token);
  assert.is((await askForToken({ grant_type: "refresh_token", refresh_token: "given" })).status, 400);
  context.world.setNow("2026-12-22T00:00:00Z");
  const late = await askForToken({ grant_type: "refresh_token", refresh_token: next });
  context.world.setNow("2026-11-22T06:00:00Z");
  assert.equal(late.body, { error: "invalid_grant", error_description: "Refresh token expired" });
});

async function consent(scope = "playlist-read-private") {
  const { default: fetch } = await import("node-fetch");
  const redirectUri = "http://127.0.0.1:9/callback";
  const query = new URLSearchParams({
    client_id: standInApp.clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    state: "s&1",
    scope,
  });
  const response = await fetch(`${context.world.accountsUrl}/authorize?${query}`, { redirect: "manual" });
  const target = new URL(response.headers.get("location")!);
  const code = target.searchParams.get("code")!;
  return { target, form: { grant_type: "authorization_code", code, redirect_uri: redirectUri } };
}

test("a consent gives a code that is valid once for its redirect address", async () => {
  const { target, form } = await consent();
  assert.equal([target.origin + target.pathname, target.searchParams.get("state")], [form.redirect_uri, "s&1"]);
  assert.is((await askForToken(form)).status, 200);
  assert.is((await askForToken(form)).status, 400);
  const other = await consent();
  const elsewhere = await askForToken({ ...other.form, redirect_uri: "http://127.0.0.1:9/other" });
  assert.is(elsewhere.body.error_description, "Invalid redirect URI");
});

test("a playlist's response embeds 100 entries and next follows the limit", async () => {
  const { body } = await get(`/playlists/${idA}?limit=50`);
  const { items, limit, next, offset, previous, total } = body.items;
  assert.equal([items.length, limit, offset, previous, total], [100, 100, 0, null, 120]);
  assert.is(next, `${context.world.apiUrl}/playlists/${idA}/items?offset=50&limit=100`);
  assert.equal((await get(`/playlists/${idB}`)).body.items.next, null);
});

const windows: [path: string, offset: number, limit: number, entries: number][] = [
  ["items", 0, 20, 20],
  ["items?limit=50&offset=100", 100, 50, 20],
  ["items?limit=50&offset=500", 500, 50, 0],
  ["tracks", 0, 100, 100],
  ["tracks?limit=100&offset=60", 60, 100, 60],
];
for (const [path, offset, limit, entries] of windows) {
  test(`pages /${path}`, async () => {
    const { body } = await get(`/playlists/${idA}/${path}`);
    assert.equal([body.offset, body.limit, body.items.length, body.total], [offset, limit, entries, 120]);
  });
}

const errors: [path: string, status: number, message: string][] = [
  [`/playlists/${idC}`, 404, "Resource not found"],
  ["/playlists/short", 400, "Invalid base62 id"],
  [`/playlists/${idA}/items?limit=51`, 400, "Invalid limit"],
  [`/playlists/${idA}/items?limit=0`, 400, "Invalid limit"],
  [`/playlists/${idA}/items?offset=-1`, 400, "Invalid limit"],
  [`/playlists/${idA}/tracks?limit=101`, 400, "Invalid limit"],
  ["/tracks?ids=1", 404, "Service not found"],
  ["/me/playlists", 403, "This request requires user authentication."],
  ["/me", 403, "This request requires user authentication."],
  ["/me/tracks", 403, "This request requires user authentication."],
];
for (const [path, status, message] of errors) {
  test(`answers ${path} with ${status}`, async () => {
    assert.equal(await get(path), { status, body: { error: { status, message } } });
  });
}

test("the user's playlists are listed without followers and entries", async () => {
  const { form } = await consent();
  const { body } = await get("/me/playlists?limit=50", form);
  const { snapshotId } = playlistOf(idB, 1);
  const href = `${context.world.apiUrl}/playlists/${idB}/items`;
  assert.equal(body.items[1], {
    id: idB,
    name: "List B",
    type: "playlist",
    snapshot_id: snapshotId,
    items: { href, total: 1 },
  });
  assert.equal([body.items.length, body.items[2], body.total], [3, null, 3]);
});

test("Liked Songs are served to users who consented to them", async () => {
  library.liked = likedEntries(70);
  const refused = { status: 403, body: { error: { status: 403, message: "Insufficient client scope" } } };
  assert.equal(await get("/me/tracks", (await consent("playlist-read-private")).form), refused);
  const asUser = async (path: string) => (await get(path, (await consent("user-library-read")).form)).body;
  assert.is((await asUser("/me")).type, "user");
  const { items, limit, offset, total } = await asUser("/me/tracks?limit=50&offset=50");
  assert.equal([items.length, limit, offset, total], [20, 50, 50, 70]);
  assert.equal(items[0], JSON.parse(library.liked[50]!));
  assert.is((await asUser("/me/tracks")).limit, 20);
  assert.equal((await asUser("/me/tracks?limit=51")).error, { status: 400, message: "Invalid limit" });
});

test("a missing, an unknown and an expired token are refused", async () => {
  const { default: fetch } = await import("node-fetch");
  const url = `${context.world.apiUrl}/playlists/${idA}`;
  const message = async (headers: Record<string, string>) => {
    const response = await fetch(url, { headers });
    const { error } = (await response.json()) as { error: { status: number; message: string } };
    return [response.status, error.message];
  };
  assert.equal(await message({}), [401, "No token provided"]);
  assert.equal(await message({ authorization: "Bearer x" }), [401, "Invalid access token"]);
  const { body } = await askForToken({ grant_type: "client_credentials" });
  context.world.setNow("2026-11-22T07:00:00Z");
  assert.equal(await message({ authorization: `Bearer ${body.access_token}` }), [401, "The access token expired"]);
  context.world.setNow("2026-11-22T06:00:00Z");
});

test.run();
