import * as assert from "uvu/assert";
import { extractSuite, key, opened, readLong, today, token, user } from "../support/spotify/extractSuite";
import {
  extractor,
  idA,
  idB,
  idC,
  type MemoryStore,
  memoryTokens,
  playlistOf,
  rawLines,
  requestsSince,
} from "../support/spotify/world";

const { test, context, again, misbehave } = extractSuite("spotify/extractUnchanged");
const nextDay = "2026-11-23";
const listed = "GET /v1/me/playlists";
type Body = { items?: { items?: unknown[]; offset?: number; total: number }; offset?: number; snapshot_id?: string };

test.before.each(() => {
  context.library.playlists = [playlistOf(idA, 120), playlistOf(idB, 130)];
});

test("an unchanged playlist costs one request and keeps its pages' own time", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA, idB] });
  await run();
  requestsSince(context.world);
  context.world.setNow("2026-11-23T06:00:00Z");
  context.library.playlists = [playlistOf(idA, 120), playlistOf(idB, 140)];
  const result = await run();
  assert.equal([result.stored, result.unchanged, result.entries, result.requests], [[idA, idB], [idA], 260, 5]);
  assert.equal(requestsSince(context.world), [token, opened(idA), ...readLong(idB)]);
  const before = rawLines(store.objects.get(key(today, idA)));
  const after = rawLines(store.objects.get(key(nextDay, idA)));
  const opening = { ...before[0], fetchedAt: "2026-11-23T06:00:00.000Z" };
  assert.equal(after, [opening, before[1], opening]);
});

test("a playlist of up to 100 entries is read in full with one request a day", async () => {
  context.library.playlists = [playlistOf(idA, 100)];
  const { run, store } = extractor(context.world, { playlists: [idA] });
  await run();
  const state = store.objects.get(`state/playlists/${idA}.json`);
  requestsSince(context.world);
  context.world.setNow("2026-11-23T06:00:00Z");
  const result = await run();
  assert.equal([result.stored, result.unchanged, requestsSince(context.world)], [[idA], [], [token, opened(idA)]]);
  assert.is(rawLines(store.objects.get(key(nextDay, idA))).length, 1);
  assert.is(store.objects.get(`state/playlists/${idA}.json`), state);
});

test("with a user's consent the list covers all unchanged playlists", async () => {
  context.library.playlists = [playlistOf(idA, 120), playlistOf(idB, 30), playlistOf(idC, 130)];
  const { run, store } = extractor(context.world, { playlists: [idA, idB, idC] }, memoryTokens(user));
  await run();
  context.library.playlists = [playlistOf(idA, 120), playlistOf(idB, 30), playlistOf(idC, 131)];
  requestsSince(context.world);
  for (const day of ["2026-11-23", "2026-11-24"]) {
    context.world.setNow(`${day}T06:00:00Z`);
    const { stored, unchanged } = await run();
    const changed = day === nextDay ? [idC] : [];
    assert.equal(
      [stored.sort(), unchanged.filter((id) => id !== idC)],
      [
        [idA, idB, idC],
        [idA, idB],
      ],
      day,
    );
    assert.equal(requestsSince(context.world), [token, listed, ...changed.flatMap(readLong)]);
    const lines = rawLines(store.objects.get(key(day, idA)));
    const bodies = lines.map(({ body }) => body as Body);
    assert.equal(
      bodies.map(({ snapshot_id, items, offset }) => snapshot_id ?? [offset, (items as unknown as unknown[]).length]),
      [playlistOf(idA, 120).snapshotId, [0, 100], [100, 20], playlistOf(idA, 120).snapshotId],
    );
    assert.equal(
      lines.map(({ fetchedAt }) => fetchedAt.slice(0, 10)),
      [day, today, today, day],
    );
    const short = rawLines(store.objects.get(key(day, idB)));
    assert.equal(
      short.map(({ fetchedAt, body }) => [fetchedAt.slice(0, 10), (body as Body).snapshot_id !== undefined]),
      [
        [day, true],
        [today, false],
        [day, true],
      ],
    );
  }
});

test("an object that was made from the list can be reused itself", async () => {
  const { run, store } = extractor(context.world, { playlists: ["me"] }, memoryTokens(user));
  await run();
  context.world.setNow("2026-11-23T06:00:00Z");
  await run();
  const state = JSON.parse(Buffer.from(store.objects.get(`state/playlists/${idA}.json`)!).toString()) as {
    key: string;
  };
  store.objects.set(state.key, store.objects.get(key(nextDay, idA))!);
  context.world.setNow("2026-11-24T06:00:00Z");
  assert.equal((await run()).unchanged, [idA, idB]);
  const [, second] = [nextDay, "2026-11-24"].map((day) => rawLines(store.objects.get(key(day, idA))).slice(1, -1));
  assert.equal(second, rawLines(store.objects.get(key(nextDay, idA))).slice(1, -1));
});

test("an earlier object with pages from 0 is used below embedded entries", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA] });
  misbehave(({ path }) => (path.endsWith(idA) ? { alter: withoutOffset } : undefined));
  await run();
  assert.equal(
    rawLines(store.objects.get(key(today, idA)))
      .slice(1, -1)
      .map(({ body }) => (body as Body).offset),
    [0, 50, 100],
  );
  context.world.standIn.setMisbehave(undefined);
  context.world.setNow("2026-11-23T06:00:00Z");
  assert.equal((await run()).unchanged, [idA]);
  const [opening, ...rest] = rawLines(store.objects.get(key(nextDay, idA))).map(({ body }) => body as Body);
  assert.equal([opening?.items?.items?.length, rest.map(({ offset }) => offset)], [100, [100, undefined]]);
});

function withoutOffset(playlist: string): string {
  return playlist.replace(',"offset":0', "");
}

const malformed: [what: string, alter: (playlist: string) => string][] = [
  ["is missing", (playlist) => playlist.replace(/"items":\[.*?\],"limit"/, '"limit"')],
  ["is cut", (playlist) => playlist.replace(/"items":\[\{.*?\},\{"added_at"/, '"items":[{"added_at"')],
  ["is empty", (playlist) => playlist.replace(/"items":\[.*?\],"limit"/, '"items":[],"limit"')],
  ["holds playlists", (playlist) => playlist.replace('"items":[{', '"items":[{"snapshot_id":"x",')],
  ["has no total", (playlist) => playlist.replace(/"total":\d+/, '"total":null')],
  ["has a total below its entries", (playlist) => playlist.replace(/"total":\d+/, '"total":99')],
  ["starts elsewhere", (playlist) => playlist.replace('"offset":0', '"offset":20')],
];
for (const [what, alter] of malformed) {
  test(`if the embedded page ${what}, the pages are read from 0`, async () => {
    misbehave(({ path }) => (path.endsWith(idA) ? { alter } : undefined));
    const { run, store } = extractor(context.world, { playlists: [idA] });
    assert.equal((await run()).entries, 120);
    const [, ...pages] = rawLines(store.objects.get(key(today, idA))).map(({ body }) => body as Body);
    assert.equal(
      pages.map(({ offset }) => offset),
      [0, 50, 100, undefined],
    );
  });
}

test("named playlists are looked up in the list only while that saves requests", async () => {
  const others = Array.from({ length: 149 }, (_, index) => playlistOf(`${"O".repeat(19)}${index + 100}`, 1));
  const playlists = [playlistOf(idA, 120), ...others, playlistOf(idB, 130), playlistOf(idC, 140)];
  await again({ mine: playlists.map(({ id }) => id) });
  context.library.playlists = playlists;
  const { run } = extractor(context.world, { playlists: [idA, idB, idC] }, memoryTokens(user));
  await run();
  requestsSince(context.world);
  context.world.setNow("2026-11-23T06:00:00Z");
  // One of three is on the first page of four: three more pages for two playlists are not worth it.
  assert.equal((await run()).unchanged, [idB, idC, idA]);
  assert.equal(requestsSince(context.world), [token, listed, opened(idB), opened(idC)]);
});

test("a list that cannot be read does not affect named playlists", async () => {
  const { run } = extractor(context.world, { playlists: [idA, idB] }, memoryTokens(user));
  await run();
  misbehave(({ path }) => (path === "/v1/me/playlists" ? { status: 403 } : undefined));
  requestsSince(context.world);
  context.world.setNow("2026-11-23T06:00:00Z");
  assert.equal((await run()).unchanged, [idA, idB]);
  assert.equal(requestsSince(context.world), [token, listed, opened(idA), opened(idB)]);
});

test("contents are read in full every seventh day", async () => {
  const { run } = extractor(context.world, { playlists: [idA] });
  const unchanged: boolean[] = [];
  for (let day = 1; day <= 16; day += 1) {
    context.world.setNow(`2026-11-${String(day).padStart(2, "0")}T06:00:00Z`);
    unchanged.push((await run()).unchanged.length === 1);
  }
  const week = [false, true, true, true, true, true, true];
  assert.equal(unchanged, [...week, ...week, false, true]);
});

const spoilers: [what: string, spoil: (store: MemoryStore) => void][] = [
  ["is gone", (store) => store.objects.delete(key(today, idA))],
  ["is damaged", (store) => store.objects.set(key(today, idA), store.objects.get(key(today, idA))!.subarray(0, 200))],
  ["is of another playlist", (store) => store.objects.set(key(today, idA), store.objects.get(key(today, idB))!)],
  [
    "was read for another market",
    (store) => edit(store, `state/playlists/${idA}.json`, '"market":null', '"market":"DE"'),
  ],
  ["has no state", (store) => store.objects.set(`state/playlists/${idA}.json`, Buffer.from("{"))],
];
function edit(store: MemoryStore, at: string, from: string, to: string): void {
  store.objects.set(at, Buffer.from(Buffer.from(store.objects.get(at)!).toString().replace(from, to)));
}
for (const [what, spoil] of spoilers) {
  test(`contents are read in full if the earlier object ${what}`, async () => {
    const { run, store } = extractor(context.world, { playlists: [idA, idB] });
    await run();
    spoil(store);
    context.world.setNow("2026-11-23T06:00:00Z");
    requestsSince(context.world);
    assert.equal((await run()).unchanged, [idB]);
    const requests = requestsSince(context.world);
    assert.equal([requests[0], requests.slice(1).sort()], [token, [...readLong(idA), opened(idB)].sort()]);
  });
}

test("Spotify's own playlists are compared by their entries, and never reused", async () => {
  const own = "37i9dQZF1DXcBWIGoYBM5M";
  context.library.playlists = [playlistOf(own, 120)];
  const { run } = extractor(context.world, { playlists: [own] });
  const first = await run();
  assert.equal([first.inconsistent, first.warnings], [[], []]);
  context.world.setNow("2026-11-23T06:00:00Z");
  assert.equal((await run()).unchanged, []);
  assert.equal(requestsSince(context.world), [token, ...readLong(own), token, ...readLong(own)]);
});

test("Spotify's own playlist that changes while it is read is read again", async () => {
  const own = "37i9dQZF1DXcBWIGoYBM5M";
  context.library.playlists = [playlistOf(own, 120)];
  let edits = 0;
  misbehave(({ path }) => {
    if (!path.endsWith("/items") || edits > 0) return undefined;
    edits += 1;
    return { act: () => context.library.playlists.splice(0, 1, playlistOf(own, 120, "new ")) };
  });
  const { run } = extractor(context.world, { playlists: [own] });
  assert.equal((await run()).inconsistent, []);
  assert.equal(requestsSince(context.world).length, 6);
});

test("50 playlists, 45 of them unchanged: 51 requests a day", async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `${"L".repeat(20)}${String(index).padStart(2, "0")}`);
  const ofDay = (changed: string) => ids.map((id, index) => playlistOf(id, 1, index < 5 ? changed : ""));
  context.library.playlists = ofDay("first");
  const { run } = extractor(context.world, { playlists: ids });
  assert.is((await run()).requests, 51);
  context.world.setNow("2026-11-23T06:00:00Z");
  context.library.playlists = ofDay("second");
  assert.is((await run()).requests, 51);
});

test.run();
