/** One bad playlist or response does not affect the others. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import * as assert from "uvu/assert";
import type { IncompleteDay } from "../../spotify/extract";
import { shareMs } from "../../spotify/storePlaylists";
import { clientSuite } from "../support/spotify/clientSuite";
import { user } from "../support/spotify/extractSuite";
import { extractor, idA, idB, idC, memoryTokens, playlistOf, rejection, startWorld } from "../support/spotify/world";
import { redirect } from "../support/standin/misbehaviours";

const { test, context, client, wrongAnswers } = clientSuite("spotify/storePlaylists");

const shares: [usableMs: number, left: number, shareMs: number][] = [
  [900_000, 10, 180_000],
  [900_000, 2, 450_000],
  [900_000, 1, 900_000],
  [30_000, 50, 10_000],
  [0, 5, 0],
];
for (const [usableMs, left, share] of shares) {
  test(`${usableMs} ms for ${left} playlists: the next one gets ${share}`, () => {
    assert.is(shareMs(usableMs, left), share);
  });
}

test("shares never use up the time before the last playlist", () => {
  let usableMs = 890_000;
  for (let left = 200; left > 1; left -= 1) usableMs -= shareMs(usableMs, left);
  assert.ok(usableMs > 0);
});

const endless = (offset: number) => {
  const items = Array(50).fill(null);
  return JSON.stringify({ items, limit: 50, offset, total: 1e9 });
};

test("a playlist whose pages never end is given up after 440 of them", async () => {
  const { standIn } = context.world;
  context.library.playlists = [playlistOf(idA, 120), playlistOf(idB, 120)];
  standIn.setMisbehave(({ path, query }) =>
    path.includes(`${idA}/`) ? { status: 200, body: endless(Number(query.get("offset"))) } : undefined,
  );
  const { run, store } = extractor(context.world, { playlists: [idA, idB] });
  const { failures, result } = (await rejection(run())) as unknown as IncompleteDay;
  assert.equal(failures, [{ playlistId: idA, reason: "its pages do not end: 440 were read", code: "UNEXPECTED" }]);
  assert.equal(result.stored, [idB]);
  assert.is(standIn.requests.filter(({ url }) => url.includes(`${idA}/`)).length, 440);
  assert.not.ok(store.objects.has(`state/playlists/${idA}.partial`));
});

const totals: [total: string, requests: number, warnings: string[]][] = [
  ["1000000000", 7, [`playlist ${idA}: Spotify counts 1000000000 entries and served 120.`]],
  ["null", 6, []],
  ['"120"', 6, []],
  ["-5", 6, []],
  ["121", 7, [`playlist ${idA}: Spotify counts 121 entries and served 120.`]],
];
for (const [total, requests, warnings] of totals) {
  test(`a total of ${total} ends with the entries`, async () => {
    const alter = (right: string) => right.replace(/"total":\d+/, `"total":${total}`);
    context.world.standIn.setMisbehave(({ path }) => (path.startsWith("/v1/") ? { alter } : undefined));
    const { run } = extractor(context.world, { playlists: [idA] });
    const result = await run();
    assert.equal([result.entries, result.warnings], [120, warnings]);
    assert.ok(result.requests <= requests, `${result.requests} requests`);
  });
}

test("fewer entries than the total are reported once, not for reused pages", async () => {
  const alter = (right: string) => right.replace(/"total":\d+/g, '"total":121');
  context.world.standIn.setMisbehave(({ path }) => (path.startsWith("/v1/") ? { alter } : undefined));
  const { run } = extractor(context.world, { playlists: [idA] });
  assert.equal((await run()).fewerEntries, [{ playlistId: idA, entries: 120, total: 121 }]);
  context.world.setNow("2026-11-23T06:00:00Z");
  const next = await run();
  assert.equal([next.unchanged, next.fewerEntries, next.warnings], [[idA], [], []]);
});

/** Serves an empty page at an offset so many times. */
function emptyPages(path: string, offset: number, times: number, total: number): void {
  let left = times;
  context.world.standIn.setMisbehave((seen) => {
    if (!seen.path.endsWith(path) || seen.query.get("offset") !== `${offset}` || left === 0) return undefined;
    left -= 1;
    return { status: 200, body: JSON.stringify({ items: [], limit: 50, offset, total }) };
  });
}

for (const total of [0, 320]) {
  test(`an empty page in the middle that counts ${total} entries is asked for again`, async () => {
    context.library.playlists = [playlistOf(idA, 320)];
    emptyPages(`${idA}/items`, 200, 1, total);
    const { run } = extractor(context.world, { playlists: [idA] });
    const { entries, warnings, inconsistent } = await run();
    assert.equal([entries, warnings, inconsistent], [320, [], []]);
  });

  test(`a list cut at an empty page of ${total} is warned of and read in full a day later`, async () => {
    context.library.playlists = [playlistOf(idA, 320)];
    emptyPages(`${idA}/items`, 200, 2, total);
    const { run } = extractor(context.world, { playlists: [idA] });
    const { entries, warnings } = await run();
    assert.equal([entries, warnings], [200, [`playlist ${idA}: Spotify counts 320 entries and served 200.`]]);
    context.world.setNow("2026-11-23T06:00:00Z");
    const next = await run();
    assert.equal([next.entries, next.unchanged, next.warnings], [320, [], []]);
  });
}

test("an empty page of the user's list is asked for again", async () => {
  context.library.playlists = Array.from({ length: 120 }, (_, number) => playlistOf(`${number}`.padEnd(22, "x"), 1));
  await context.world.close();
  context.world = await startWorld({ library: context.library, refreshTokens: [user] });
  emptyPages("/me/playlists", 50, 1, 120);
  const { run } = extractor(context.world, { playlists: ["me"] }, memoryTokens(user));
  assert.is((await run()).stored.length, 120);
});

test("playlists that failed go last, those that were not reached go first", async () => {
  const { standIn } = context.world;
  context.library.playlists = [idA, idB, idC].map((id) => playlistOf(id, 3));
  const order = () => {
    const paths = standIn.requests.splice(0).map(({ url }) => /playlists\/(\w+)/.exec(url)?.[1]);
    return [...new Set(paths)].filter((id) => id !== undefined);
  };
  const { run } = extractor(context.world, { playlists: [idA, idB, idC] }, memoryTokens());
  standIn.setMisbehave(({ path }) => (path.includes(idA) ? { status: 200, body: "{}" } : undefined));
  await rejection(run());
  assert.equal(order(), [idA, idB, idC]);
  context.world.setNow("2026-11-23T06:00:00Z");
  await rejection(run());
  assert.equal(order(), [idB, idC, idA]);
});

test("a redirect is not followed", async () => {
  const stolen: unknown[] = [];
  const other = createServer((request, response) => {
    stolen.push(request.headers.authorization);
    response.end("{}");
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  try {
    wrongAnswers(...Array(5).fill(redirect(location)));
    const error = await rejection(client().open(idA));
    assert.is(error.code, "TRANSIENT");
    assert.match(String(error.reason), /redirect.*, 5 times$/);
    context.world.standIn.setMisbehave(({ path }) => (path === "/api/token" ? redirect(location) : undefined));
    assert.is((await rejection(client().open(idA))).code, "NO_TOKEN");
    assert.equal(stolen, []);
  } finally {
    other.close();
  }
});

test("a small response that inflates beyond the limit fails by its size", async () => {
  const { standIn } = context.world;
  const alter = (right: string) => right + " ".repeat(2 * 1024 ** 2);
  standIn.setMisbehave(({ path }) => (path.startsWith("/v1/") ? { alter } : undefined));
  assert.ok(gzipSync(alter("{}")).length < 10_000);
  const error = await rejection(client({ mostBytes: 1024 ** 2 }).open(idA));
  assert.equal({ ...error }, { code: "TRANSIENT", reason: "a response of more than 1 MiB, 5 times" });
});

test("17 MiB are too much by default, and only that playlist fails", async () => {
  const alter = (right: string) => right + " ".repeat(17 * 1024 ** 2);
  context.world.standIn.setMisbehave(({ path }) => (path.endsWith(idA) ? { alter } : undefined));
  const { run } = extractor(context.world, { playlists: [idA, idB] });
  const { failures, result } = (await rejection(run())) as unknown as IncompleteDay;
  assert.equal(failures, [{ playlistId: idA, reason: "a response of more than 16 MiB, 5 times", code: "TRANSIENT" }]);
  assert.equal(result.stored, [idB]);
});

test("one byte at a time is too slow, however steady", async () => {
  wrongAnswers({ trickleMs: 20 });
  assert.is((await client({ timeoutMs: 200 }).open(idA)).paging.entries, 100);
  assert.equal(context.world.log, [
    { event: "retry", purpose: `playlist ${idA}`, failure: "no answer within 0.2 s", waitMs: 250 },
  ]);
});

test("a playlist's share of the time ends its retries", async () => {
  const spotify = client();
  wrongAnswers(...Array(5).fill({ status: 503 }));
  spotify.limitTime(600);
  const error = await rejection(spotify.open(idA));
  assert.equal({ ...error }, { code: "TOO_SLOW", reason: "its share of this invocation's time is used up" });
  spotify.limitTime(undefined);
  context.world.standIn.setMisbehave(undefined);
  assert.is((await spotify.open(idA)).playlistId, idA);
});

test("a limit stored by a wrong clock is ignored", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA] });
  const until = "2031-01-01T00:00:00.000Z";
  store.objects.set("state/limit.json", Buffer.from(JSON.stringify({ until, isQuota: true })));
  assert.equal((await run()).stored, [idA]);
});

test.run();
