import * as assert from "uvu/assert";
import { extractSuite, key, opened, paged, readLong, stateOf, today, token } from "../support/spotify/extractSuite";
import { extractor, idA, idB, playlistOf, rawLines, rejection, requestsSince } from "../support/spotify/world";
import { inOrder } from "../support/standin/misbehaviours";

const { test, context, misbehave } = extractSuite("spotify/extractRaces");

test.before.each(() => {
  context.library.playlists = [playlistOf(idA, 120)];
});

test("a playlist that is edited while it is read is read again", async () => {
  const act = () => {
    context.library.playlists = [playlistOf(idA, 121)];
  };
  misbehave(inOrder([{ act }], ({ path }) => path.endsWith("/items")));
  const { run, store } = extractor(context.world, { playlists: [idA] });
  const result = await run();
  assert.equal([result.entries, result.inconsistent], [121, []]);
  const bodies = rawLines(store.objects.get(key(today, idA))).map(({ body }) => body as { snapshot_id?: string });
  const { snapshotId } = playlistOf(idA, 121);
  assert.equal(
    bodies.map((body) => body.snapshot_id),
    [snapshotId, undefined, snapshotId],
  );
  assert.equal(requestsSince(context.world), [token, ...readLong(idA), paged(idA), opened(idA)]);
});

test("edits that fit into one response need no second read", async () => {
  context.library.playlists = [playlistOf(idA, 100)];
  const act = () => {
    context.library.playlists = [playlistOf(idA, 99, "edited ")];
  };
  misbehave(inOrder([{ act }], ({ path }) => path.endsWith(idA)));
  const { run, store } = extractor(context.world, { playlists: [idA] });
  assert.equal([(await run()).entries, requestsSince(context.world)], [99, [token, opened(idA)]]);
  assert.is(rawLines(store.objects.get(key(today, idA))).length, 1);
});

test("after continual edits the last of three reads is kept, and never reused", async () => {
  let entries = 120;
  const act = () => {
    entries += 1;
    context.library.playlists = [playlistOf(idA, entries)];
  };
  misbehave(({ path }) => (path.endsWith("/items") ? { act } : undefined));
  const { run, store } = extractor(context.world, { playlists: [idA] });
  const result = await run();
  assert.equal([result.entries, result.inconsistent, result.requests], [123, [idA], 8]);
  const warning = `playlist ${idA} was edited each time it was read; its snapshot can mix two states.`;
  assert.equal(result.warnings, [warning]);
  assert.not.ok(store.objects.has(`state/playlists/${idA}.json`));
});

test("of two runs the one that stores first wins", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA] });
  const put = store.put;
  store.put = async (at, body, options) => {
    if (at === key(today, idA)) store.objects.set(at, Buffer.from("first"));
    return put(at, body, options);
  };
  const result = await run();
  assert.equal([result.stored, result.alreadyStored, result.entries], [[], [idA], 0]);
  assert.is(Buffer.from(store.objects.get(key(today, idA))!).toString(), "first");
});

test("a failed run keeps the state of a concurrent run that completed the day", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA] });
  await run();
  const stateKey = `state/days/${today}.json`;
  const complete = store.objects.get(stateKey)!;
  store.objects.clear();
  misbehave(({ path }) => (path.endsWith(idA) ? { status: 502 } : undefined));
  const update = store.update;
  store.update = async (at, change) => {
    store.objects.set(at, complete);
    await update(at, change);
  };

  const { message } = await rejection(run());

  assert.is(message, `not stored yet for 2026-11-22: ${idA} (status 502, 5 times)`);
  assert.is(store.objects.get(stateKey), complete);
});

test("a failed run replaces the state of a run that asked for less", async () => {
  context.library.playlists = [playlistOf(idA, 3), playlistOf(idB, 3)];
  const { run, store } = extractor(context.world, { playlists: [idA] });
  await run();
  misbehave(() => ({ status: 502 }));

  await rejection(extractor(context.world, { playlists: [idA, idB] }, undefined, store).run());

  const { isComplete, missing } = stateOf(store, `days/${today}.json`) as { isComplete: boolean; missing: string[] };
  assert.equal([isComplete, missing], [false, [idB]]);
});

test.run();
