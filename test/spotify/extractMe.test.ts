import * as assert from "uvu/assert";
import type { IncompleteDay } from "../../spotify/extract";
import { extractSuite, key, opened, token, user } from "../support/spotify/extractSuite";
import {
  extractor,
  idA,
  idB,
  idC,
  likedEntries,
  memoryTokens,
  playlistOf,
  rawLines,
  rejection,
  requestsSince,
} from "../support/spotify/world";
import { quota } from "../support/standin/misbehaviours";

const { test, context, again, misbehave } = extractSuite("spotify/extractMe");

test("me adds everything in the user's list to the named playlists", async () => {
  context.library.playlists = [playlistOf(idA, 3), playlistOf(idB, 2), playlistOf(idC, 1)];
  const { run } = extractor(context.world, { playlists: ["me", idC] }, memoryTokens(user));
  assert.equal((await run()).stored, [idC, idA, idB]);
});

test("me does not include Liked Songs", async () => {
  context.library.liked = likedEntries(3);
  const { run } = extractor(context.world, { playlists: ["me"] }, memoryTokens(user));
  assert.equal((await run()).stored, [idA, idB]);
  assert.equal(requestsSince(context.world), [token, "GET /v1/me/playlists", opened(idA), opened(idB)]);
});

test("2: null playlists in the user's list are skipped, even a whole page of them", async () => {
  const nulls = (count: number): null[] => Array(count).fill(null);
  await again({ mine: [null, idA, ...nulls(50), idB, null] });
  const { run } = extractor(context.world, { playlists: ["me"] }, memoryTokens(user));
  assert.equal((await run()).stored, [idA, idB]);
  const lists = context.world.standIn.requests.filter(({ url }) => url.startsWith("/v1/me/"));
  assert.equal(
    lists.map(({ url }) => new URL(url, "http://x").searchParams.get("offset")),
    ["0", "50"],
  );
});

test("me without consent fails, and the named ones are stored", async () => {
  const { run } = extractor(context.world, { playlists: ["me", idA] });
  const error = (await rejection(run())) as unknown as IncompleteDay;
  assert.is(error.message, "not stored yet for 2026-11-22: me (no user has consented yet, run npx playlake login)");
  assert.equal(error.result.stored, [idA]);
});

test("a closed playlist of the user's list is old after a day, a named one never", async () => {
  context.library.playlists = [playlistOf(idA, 3), playlistOf(idB, 2), playlistOf(idC, 1)];
  misbehave(({ path }) => (path.includes(idA) || path.includes(idB) ? { status: 403 } : undefined));
  const { run, store } = extractor(context.world, { playlists: ["me", idB] }, memoryTokens(user));
  const marks = async () => (await run()).unavailable.map(({ playlistId, isOld }) => [playlistId, isOld]);
  assert.equal(await marks(), [
    [idB, undefined],
    [idA, undefined],
  ]);
  assert.equal(await marks(), [
    [idB, undefined],
    [idA, undefined],
  ]);
  // A run that starts the day anew does not make it an earlier day.
  store.objects.delete("state/days/2026-11-22.json");
  assert.equal(await marks(), [
    [idB, undefined],
    [idA, undefined],
  ]);
  context.world.setNow("2026-11-23T06:00:00Z");
  assert.equal(await marks(), [
    [idB, undefined],
    [idA, true],
  ]);
  assert.equal(await marks(), [
    [idB, undefined],
    [idA, true],
  ]);
  context.world.setNow("2026-11-25T06:00:00Z");
  assert.equal(await marks(), [
    [idB, undefined],
    [idA, true],
  ]);
});

test("unchanged playlists of the list are stored even if the quota ends early", async () => {
  context.library.playlists = [playlistOf(idA, 3), playlistOf(idB, 2), playlistOf(idC, 1)];
  const { run, store } = extractor(context.world, { playlists: ["me"] }, memoryTokens(user));
  await run();
  context.world.setNow("2026-11-23T06:00:00Z");
  context.library.playlists = [playlistOf(idA, 3), playlistOf(idB, 9), playlistOf(idC, 1)];
  misbehave(({ path }) => (path.startsWith("/v1/playlists/") ? quota(3600) : undefined));
  requestsSince(context.world);
  const error = (await rejection(run())) as unknown as IncompleteDay;
  assert.equal(
    error.failures.map(({ playlistId }) => playlistId),
    [idB],
  );
  assert.equal(error.result.unchanged, [idA, idC]);
  assert.equal(requestsSince(context.world), [token, "GET /v1/me/playlists", opened(idB)]);
  const [opening, page, closing] = rawLines(store.objects.get(key("2026-11-23", idA)));
  assert.is((opening?.body as { snapshot_id?: string } | undefined)?.snapshot_id, playlistOf(idA, 3).snapshotId);
  assert.equal(opening, closing);
  assert.is(page?.fetchedAt, "2026-11-22T06:00:00.000Z");
});

test.run();
