import { gunzipSync } from "node:zlib";
import * as assert from "uvu/assert";
import type { IncompleteDay } from "../../spotify/extract";
import { extractSuite, key, stateOf, today, token, user } from "../support/spotify/extractSuite";
import {
  extractor,
  idA,
  idB,
  likedEntries,
  memoryTokens,
  rawLines,
  rejection,
  requestsSince,
} from "../support/spotify/world";
import { quota } from "../support/standin/misbehaviours";

const { test, context, again, misbehave } = extractSuite("spotify/extractLiked");
const me = "GET /v1/me";
const songs = "GET /v1/me/tracks";
type Body = { type?: string; offset?: number; total?: number; items?: { added_at: string }[] };

/** The lines of a day's raw object: `user`, or a page's offset and entries. */
function shape(store: { objects: Map<string, Uint8Array> }, date = today): unknown[] {
  return rawLines(store.objects.get(key(date, "liked"))).map(({ body }) => {
    const { type, offset, items } = body as Body;
    return type ?? [offset, items?.length];
  });
}

test("Liked Songs are a playlist: the user, the pages, the first page again", async () => {
  context.library.liked = likedEntries(120);
  const { run, store } = extractor(context.world, { playlists: ["liked"] }, memoryTokens(user));
  const result = await run();
  assert.equal([result.stored, result.entries, result.inconsistent], [["liked"], 120, []]);
  assert.equal(requestsSince(context.world), [token, me, songs, songs, songs, songs]);
  assert.equal(shape(store), ["user", [0, 50], [50, 50], [100, 20], [0, 50]]);
  const state = stateOf(store, "playlists/liked.json") as { snapshotId: string };
  assert.match(state.snapshotId, /^120:[\w-]{43}$/);
});

test("up to 50 songs take one page, which also ends the object", async () => {
  context.library.liked = likedEntries(50);
  const { run, store } = extractor(context.world, { playlists: ["liked"] }, memoryTokens(user));
  assert.is((await run()).entries, 50);
  assert.equal(shape(store), ["user", [0, 50], [0, 50]]);
  assert.is(requestsSince(context.world).length, 3);
});

test("no songs are an empty list", async () => {
  const { run, store } = extractor(context.world, { playlists: ["liked"] }, memoryTokens(user));
  assert.is((await run()).entries, 0);
  assert.equal(shape(store), ["user", [0, 0], [0, 0]]);
});

const changes: [what: string, change: (before: string[]) => string[], isUnchanged: boolean][] = [
  ["nothing", (before) => before, true],
  ["a song is liked", (before) => [...likedEntries(1, "new "), ...before], false],
  ["an old song is removed", (before) => before.toSpliced(110, 1), false],
  [
    "an old song is removed, another liked",
    (before) => [...likedEntries(1, "new "), ...before.toSpliced(110, 1)],
    false,
  ],
  [
    "an old song is removed and liked anew",
    (before) => [...likedEntries(1, "anew "), ...before.toSpliced(119, 1)],
    false,
  ],
  [
    "a song is relinked",
    (before) => before.with(3, before[3]!.replace(/"id":"([^"]+)"/, '"id":"other","linked_from":{"id":"$1"}')),
    true,
  ],
];
for (const [what, change, isUnchanged] of changes) {
  test(`${what}: Liked Songs are ${isUnchanged ? "reused" : "read again"}`, async () => {
    context.library.liked = likedEntries(120);
    const { run, store } = extractor(context.world, { playlists: ["liked"] }, memoryTokens(user));
    await run();
    const before = rawLines(store.objects.get(key(today, "liked")));
    context.world.setNow("2026-11-23T06:00:00Z");
    context.library.liked = change(likedEntries(120));
    requestsSince(context.world);
    const result = await run();
    assert.equal(result.unchanged, isUnchanged ? ["liked"] : []);
    assert.is(requestsSince(context.world).length, isUnchanged ? 3 : 6);
    const after = rawLines(store.objects.get(key("2026-11-23", "liked")));
    assert.equal(
      after.slice(1, -1).flatMap(({ body }) => (body as Body).items!.map((item) => item.added_at)),
      context.library.liked.map((text) => (JSON.parse(text) as { added_at: string }).added_at),
    );
    if (isUnchanged) assert.equal(after.slice(2, -1), before.slice(2, -1));
  });
}

test("an edit while Liked Songs are read is noticed", async () => {
  context.library.liked = likedEntries(120);
  let pages = 0;
  misbehave(({ path }) => {
    if (path !== "/v1/me/tracks") return undefined;
    pages += 1;
    return pages === 3 ? { act: () => (context.library.liked = likedEntries(120).toSpliced(60, 1)) } : undefined;
  });
  const { run, store } = extractor(context.world, { playlists: ["liked"] }, memoryTokens(user));
  const result = await run();
  assert.equal([result.entries, result.inconsistent], [119, []]);
  assert.equal(shape(store), ["user", [0, 50], [50, 50], [100, 19], [0, 50]]);
});

test("a song that is liked and removed while Liked Songs are read is noticed", async () => {
  const before = likedEntries(120);
  context.library.liked = before;
  let pages = 0;
  misbehave(({ path }) => {
    pages += path === "/v1/me/tracks" ? 1 : 0;
    if (pages === 2) context.library.liked = [...likedEntries(1, "short-lived "), ...before];
    if (pages === 3) context.library.liked = before;
    return undefined;
  });
  const { run, store } = extractor(context.world, { playlists: ["liked"] }, memoryTokens(user));
  const result = await run();
  assert.equal([result.entries, result.inconsistent, result.requests], [120, [], 9]);
  assert.equal(shape(store), ["user", [0, 50], [50, 50], [100, 20], [0, 50]]);
});

test("Liked Songs need a user, and a consent to read them", async () => {
  const without = (await rejection(
    extractor(context.world, { playlists: ["liked"] }).run(),
  )) as unknown as IncompleteDay;
  assert.equal(without.failures, [
    { playlistId: "liked", reason: "no user has consented yet, run npx playlake login", code: "NO_CONSENT" },
  ]);
  const scope = "playlist-read-private playlist-read-collaborative";
  await again({ refreshTokens: [{ ...user, scope }] });
  const { run } = extractor(context.world, { playlists: ["library"] }, memoryTokens(user));
  const error = (await rejection(run())) as unknown as IncompleteDay;
  const reason = "Spotify refuses the user's Liked Songs (403 Insufficient client scope), run npx playlake login";
  assert.equal(error.failures, [{ playlistId: "liked", reason, code: "NO_CONSENT" }]);
  assert.equal(error.result.stored, [idA, idB]);
});

test("library is short for me and liked", async () => {
  const { run, store } = extractor(context.world, { playlists: ["library"] }, memoryTokens(user));
  assert.equal((await run()).stored, [idA, idB, "liked"]);
  assert.equal((stateOf(store, `days/${today}.json`) as { wanted: string[] }).wanted, ["me", "liked"]);
});

test("a read that the quota cut short continues from state, and is stored whole", async () => {
  context.library.liked = likedEntries(2_000);
  const quotaAfter = (count: number) => {
    let pages = 0;
    misbehave(({ path }) => {
      pages += path === "/v1/me/tracks" ? 1 : 0;
      return pages > count ? quota(3600) : undefined;
    });
  };
  const { run, store } = extractor(context.world, { playlists: ["liked"] }, memoryTokens(user));
  quotaAfter(15);
  await rejection(run());
  context.world.setNow("2026-11-22T07:00:00Z");
  quotaAfter(15);
  await rejection(run());
  assert.not.ok(store.objects.has(key(today, "liked")));
  assert.ok(store.objects.get("state/playlists/liked.partial")!.length > 0);

  context.world.setNow("2026-11-22T08:00:00Z");
  context.world.standIn.setMisbehave(undefined);
  requestsSince(context.world);
  const result = await run();
  assert.equal([result.stored, result.entries, result.inconsistent], [["liked"], 2_000, []]);
  // 15 pages of the first run, 14 more of the second: each began with the first page.
  assert.is(requestsSince(context.world).length, 1 + 1 + 1 + (40 - 29) + 1);
  assert.is(store.objects.get("state/playlists/liked.partial")!.length, 0);
  const lines = rawLines(store.objects.get(key(today, "liked")));
  assert.equal(
    lines.slice(1, -1).flatMap(({ body }) => (body as Body).items),
    context.library.liked.map((text) => JSON.parse(text) as unknown),
  );
});

test("a read that was cut short starts over if the list has changed", async () => {
  context.library.liked = likedEntries(700);
  misbehave(({ query }) => (query.get("offset") === "600" ? quota(3600) : undefined));
  const { run, store } = extractor(context.world, { playlists: ["liked"] }, memoryTokens(user));
  await rejection(run());
  context.world.setNow("2026-11-22T07:00:00Z");
  context.world.standIn.setMisbehave(undefined);
  context.library.liked = likedEntries(699);
  const result = await run();
  assert.equal([result.entries, result.inconsistent], [699, []]);
  assert.is(shape(store).length, 1 + 14 + 1);
  assert.is(store.objects.get("state/playlists/liked.partial")!.length, 0);
});

test("a read that was cut short after few pages is not kept", async () => {
  context.library.liked = likedEntries(700);
  misbehave(({ query }) => (query.get("offset") === "400" ? quota(3600) : undefined));
  const { run, store } = extractor(context.world, { playlists: ["liked"] }, memoryTokens(user));
  await rejection(run());
  assert.not.ok(store.objects.has("state/playlists/liked.partial"));
});

test("a damaged partial read is ignored", async () => {
  context.library.liked = likedEntries(700);
  misbehave(({ query }) => (query.get("offset") === "600" ? quota(3600) : undefined));
  const { run, store } = extractor(context.world, { playlists: ["liked"] }, memoryTokens(user));
  await rejection(run());
  const partial = store.objects.get("state/playlists/liked.partial")!;
  store.objects.set("state/playlists/liked.partial", partial.subarray(0, partial.length - 100));
  context.world.setNow("2026-11-22T07:00:00Z");
  context.world.standIn.setMisbehave(undefined);
  assert.is((await run()).entries, 700);
});

test("50,000 songs are read within one run", async () => {
  context.library.liked = likedEntries(50_000);
  await again({ keepBodies: false });
  context.library.liked = likedEntries(50_000);
  const { run, store } = extractor(context.world, { playlists: ["liked"] }, memoryTokens(user));
  assert.is((await run()).entries, 50_000);
  assert.is(context.world.standIn.requests.length, 1 + 1 + 1_000 + 1);
  assert.is(
    gunzipSync(store.objects.get(key(today, "liked"))!)
      .toString()
      .split("\n").length,
    1 + 1_000 + 1 + 1,
  );
});

test.run();
