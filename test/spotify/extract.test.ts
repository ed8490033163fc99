import * as assert from "uvu/assert";
import { makeExtractDay } from "../../spotify/extract";
import { extractSuite, key, stateOf, today, user } from "../support/spotify/extractSuite";
import {
  extractor,
  idA,
  idB,
  idC,
  type MemoryStore,
  memoryTokens,
  playlistOf,
  rawLines,
  rejection,
  requestsSince,
} from "../support/spotify/world";
import { burst, inOrder } from "../support/standin/misbehaviours";

const { test, context, again, misbehave } = extractSuite("spotify/extract");

/** The keys under `playlists/`, without their common prefix. */
function rawKeys(store: MemoryStore): string[] {
  return [...store.objects.keys()]
    .filter((one) => one.startsWith("playlists/"))
    .map((one) => one.slice(24))
    .sort();
}

test("stores a playlist as one raw object: opening, pages, closing, verbatim", async () => {
  const members =
    '"unknown": [1e400, 12345678901234567890, 0.10], "twice": 1, "twice": 2, "n": "\\u00e9\\/\\ud83d é🎧"';
  const odd = (body: string) => body.replace(/,/g, ",\r\n  ").replace("{", `{ ${members},`);
  await again({ decorate: odd });
  context.library.playlists = [playlistOf(idA, 120)];
  const { run, store } = extractor(context.world, { playlists: [`spotify:playlist:${idA}`] });
  await run();
  const { gunzipSync } = await import("node:zlib");
  const lines = gunzipSync(store.objects.get(key(today, idA))!)
    .toString()
    .split("\n");
  const sent = context.world.standIn.requests.filter(({ method }) => method === "GET");
  const origin = context.world.accountsUrl;
  const expected = sent.map(({ url, body }) => {
    return `{"url":"${origin}${url}","fetchedAt":"2026-11-22T06:00:00.000Z","body":${body.replace(/[\r\n]/g, " ")}}`;
  });
  assert.equal(lines, [...expected, ""]);
  assert.equal(
    sent.map(({ url }) => url.replace(/additional_types=track%2Cepisode&?/, "")),
    [`/v1/playlists/${idA}?`, `/v1/playlists/${idA}/items?limit=50&offset=100`, `/v1/playlists/${idA}?`],
  );
});

test("reports what a day's run did, and stores its state", async () => {
  const { run, store } = extractor(context.world, {
    playlists: [idA, idC, idA, `https://open.spotify.com/playlist/${idB}`],
  });
  const cause = "It was deleted, or it is private: then its owner must consent (run npx playlake login).";
  const unavailable = [{ playlistId: idC, status: 404, cause }];
  assert.equal(await run(), {
    snapshotDate: today,
    alreadyComplete: false,
    stored: [idA, idB],
    unchanged: [],
    inconsistent: [],
    fewerEntries: [],
    alreadyStored: [],
    unavailable,
    missedDays: [],
    requests: 4,
    entries: 5,
    consent: undefined,
    warnings: [`playlist ${idC}: 404. ${cause}`],
  });
  assert.equal(rawKeys(store), [`2026-11-22/${idA}.jsonl.gz`, `2026-11-22/${idB}.jsonl.gz`]);
  assert.equal(stateOf(store, `days/${today}.json`), {
    snapshotDate: today,
    isComplete: true,
    wanted: [idA, idC, idB],
    stored: [idA, idB],
    unavailable,
    missing: [],
    failed: [],
  });
  assert.equal(stateOf(store, `playlists/${idA}.json`), {
    snapshotId: playlistOf(idA, 3).snapshotId,
    key: key(today, idA),
    snapshotDate: today,
    entries: 3,
    market: null,
  });
});

test("a second run of a complete day reads one state object", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA, idB] });
  await run();
  store.calls.length = 0;
  requestsSince(context.world);
  const result = await run();
  assert.equal(store.calls, [`get state/days/${today}.json`]);
  assert.equal(requestsSince(context.world), []);
  assert.equal([result.alreadyComplete, result.stored, result.alreadyStored], [true, [], [idA, idB]]);
});

test("a playlist that is added after the day was complete is stored", async () => {
  const first = extractor(context.world, { playlists: [idA] });
  await first.run();
  const { apiUrl, accountsUrl, effects } = context.world;
  const app = async () => ({ clientId: "playlake-stand-in", clientSecret: "stand-in-secret" });
  const more = makeExtractDay({ ...effects, ...first, app }, { apiUrl, accountsUrl, playlists: [idB, idA] });
  const result = await more();
  assert.equal([result.stored, result.alreadyStored], [[idB], [idA]]);
});

test("the day is the local one at the run's start", async () => {
  context.world.setNow("2026-11-22T23:30:00Z");
  const { run } = extractor(context.world, { playlists: [idA], timezone: "Europe/Berlin" });
  assert.is((await run()).snapshotDate, "2026-11-23");
});

test("no secret is in a raw object, a state, a log or an error", async () => {
  await again({ rotateRefreshTokens: true });
  const tokens = memoryTokens(user);
  const { run, store } = extractor(context.world, { playlists: [idA, idB] }, tokens);
  misbehave(({ path }) => (path.includes(idB) ? { status: 401 } : undefined));
  const error = await rejection(run());
  misbehave(inOrder([{ status: 500 }, burst(1), { cut: "before" }]));
  await run();
  const bytes = [...store.objects.values()].map((object) => {
    return object[0] === 0x1f ? JSON.stringify(rawLines(object)) : Buffer.from(object).toString();
  });
  const left = [...bytes, JSON.stringify(context.world.log), error.stack, JSON.stringify(error)].join("\n");
  const basic = Buffer.from("playlake-stand-in:stand-in-secret").toString("base64");
  for (const secret of [
    "planted-refresh-token",
    tokens.token!.refreshToken,
    "stand-in-secret",
    basic,
    "refresh-",
    "access-",
  ]) {
    assert.not.ok(left.includes(secret), secret);
  }
});

test("a setting that names anything but playlists is refused at once", () => {
  const { world } = context;
  const make = () => extractor(world, { playlists: [idA, "spotify:album:x"] });
  const example = "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M";
  const expected = `playlists: got "spotify:album:x", expected an id, URI or link, e.g. "${example}", or "me", "liked", "library"`;
  assert.throws(make, (error: Error) => error.message === expected);
});

test.run();
