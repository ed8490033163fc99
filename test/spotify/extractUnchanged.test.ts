import * as assert from "uvu/assert";
import { extractSuite, key, opened, readWhole, today, token } from "./extractSuite";
import { extractor, idA, idB, type MemoryStore, playlistOf, rawLines, requestsSince } from "./support";

const { test, context } = extractSuite("spotify/extract unchanged");

test("an unchanged playlist costs one request and keeps its pages' own time", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA, idB] });
  await run();
  requestsSince(context.world);
  context.world.setNow("2026-11-23T06:00:00Z");
  context.library.playlists = [playlistOf(idA, 3), playlistOf(idB, 4)];
  const result = await run();
  assert.equal([result.stored, result.unchanged, result.entries, result.requests], [[idA, idB], [idA], 7, 5]);
  assert.equal(requestsSince(context.world), [token, opened(idA), ...readWhole(idB)]);
  const before = rawLines(store.objects.get(key(today, idA)));
  const after = rawLines(store.objects.get(key("2026-11-23", idA)));
  const opening = { ...before[0], fetchedAt: "2026-11-23T06:00:00.000Z" };
  assert.equal(after, [opening, before[1], opening]);
});

test("contents are read afresh every seventh day", async () => {
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
  ["is another's", (store) => store.objects.set(key(today, idA), store.objects.get(key(today, idB))!)],
  [
    "was read for another market",
    (store) => edit(store, `state/playlists/${idA}.json`, '"market":null', '"market":"DE"'),
  ],
  ["is not remembered", (store) => store.objects.set(`state/playlists/${idA}.json`, Buffer.from("{"))],
];
function edit(store: MemoryStore, at: string, from: string, to: string): void {
  store.objects.set(at, Buffer.from(Buffer.from(store.objects.get(at)!).toString().replace(from, to)));
}
for (const [what, spoil] of spoilers) {
  test(`contents are read afresh where the earlier object ${what}`, async () => {
    const { run, store } = extractor(context.world, { playlists: [idA, idB] });
    await run();
    spoil(store);
    context.world.setNow("2026-11-23T06:00:00Z");
    requestsSince(context.world);
    assert.equal((await run()).unchanged, [idB]);
    assert.equal(requestsSince(context.world), [token, ...readWhole(idA), opened(idB)]);
  });
}

test("Spotify's own lists are read once a day, always afresh", async () => {
  const own = "37i9dQZF1DXcBWIGoYBM5M";
  context.library.playlists = [playlistOf(own, 1)];
  const { run } = extractor(context.world, { playlists: [own] });
  assert.equal((await run()).inconsistent, [own]);
  context.world.setNow("2026-11-23T06:00:00Z");
  assert.equal((await run()).unchanged, []);
  assert.equal(requestsSince(context.world), [token, ...readWhole(own), token, ...readWhole(own)]);
});

test("50 playlists, 45 of them unchanged: 61 requests, 151 without the rule", async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `${"L".repeat(20)}${String(index).padStart(2, "0")}`);
  const ofDay = (changed: string) => ids.map((id, index) => playlistOf(id, 1, index < 5 ? changed : ""));
  context.library.playlists = ofDay("first");
  const { run } = extractor(context.world, { playlists: ids });
  assert.is((await run()).requests, 151);
  context.world.setNow("2026-11-23T06:00:00Z");
  context.library.playlists = ofDay("second");
  assert.is((await run()).requests, 61);
});

test.run();
