import * as assert from "uvu/assert";
import { clientSuite, items, opening, token, tracks } from "../support/spotify/clientSuite";
import { idA, idB, playlistOf, rejection, requestsSince } from "../support/spotify/world";

const { test, context, setUp, client, wrongAnswers } = clientSuite("spotify/client");

test("reads a playlist with the app's own token, its body as it was sent", async () => {
  const spotify = client({ market: "DE" });
  const answer = await spotify.open(idA);
  const [, sent] = context.world.standIn.requests;
  assert.equal(answer, {
    playlistId: idA,
    head: [
      {
        url: `${context.world.apiUrl}/playlists/${idA}?additional_types=track%2Cepisode&market=DE`,
        fetchedAt: "2026-11-22T06:00:00.000Z",
        body: sent?.body,
      },
    ],
    paging: { entries: 100, total: 120, nextOffset: 100 },
    contentsId: playlistOf(idA, 120).snapshotId,
  });
  await spotify.open(idB);
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
  test(`a page of ${list.length} with ${JSON.stringify(rest)} is followed at ${nextOffset}`, async () => {
    const answer = { status: 200, body: JSON.stringify(page) };
    wrongAnswers(answer, answer);
    assert.is((await client().page(idA, 0)).nextOffset, nextOffset);
  });
}

test("an old app's contents are at /tracks, which is detected once", async () => {
  await context.world.close();
  await setUp({ generation: "tracks" });
  const spotify = client();
  await spotify.page(idA, 0);
  await spotify.page(idA, 50);
  assert.equal(requestsSince(context.world), [token, items, tracks, tracks]);
});

test("the other endpoint is tried if the one that served last refuses", async () => {
  await context.world.close();
  await setUp({ generation: "items" });
  const spotify = client();
  wrongAnswers({ status: 403 });
  const error = await rejection(spotify.page(idA, 0));
  assert.is(error.code, "UNAVAILABLE");
  await spotify.page(idA, 0);
  wrongAnswers({ status: 403 });
  await rejection(spotify.page(idA, 50));
  assert.equal(requestsSince(context.world), [token, items, tracks, items, items, tracks]);
  await context.world.close();
  await setUp({ generation: "tracks" });
  const other = client();
  wrongAnswers({ status: 200, body: JSON.stringify({ items: [], limit: 50, offset: 0, total: 0 }) });
  await other.page(idB, 0);
  assert.is((await other.page(idA, 50)).entries, 50);
  assert.equal(requestsSince(context.world), [token, `GET /v1/playlists/${idB}/items`, items, tracks]);
});

const entries = (count: number) => Array(count).fill(null);
const pages: [what: string, offset: number, page: object, nextOffset: number | undefined][] = [
  ["a total that lies ahead", 0, { items: entries(50), limit: 50, total: 51 }, 50],
  ["a total that is reached", 50, { items: entries(50), limit: 50, total: 100 }, undefined],
  ["a short page before the total", 0, { items: entries(49), limit: 50, total: 51 }, 50],
  ["a total that is less than what was served", 0, { items: entries(50), limit: 50, total: 10 }, 50],
  ["a total below zero, and a short page", 50, { items: entries(20), limit: 50, total: -1 }, undefined],
  ["no total, and another limit", 0, { items: entries(20), limit: 20 }, 20],
  ["no total, and a page shorter than its limit", 20, { items: entries(19), limit: 20, total: null }, undefined],
  ["more than the limit", 0, { items: entries(100), limit: 100, total: 120 }, 100],
  ["an empty page", 50, { items: [], limit: 50, total: 120 }, undefined],
];
for (const [what, offset, page, nextOffset] of pages) {
  test(`where the next page starts: ${what}`, async () => {
    const answer = { status: 200, body: JSON.stringify({ offset, ...page }) };
    // An empty page counts only if it is served twice.
    wrongAnswers(answer, answer);
    assert.is((await client().page(idA, offset)).nextOffset, nextOffset);
  });
}

test("leaves a gap between requests", async () => {
  const spotify = client({ gapMs: 100 });
  await spotify.open(idA);
  await spotify.open(idA);
  assert.equal(context.world.sleeps, [100, 100]);
});

test.run();
