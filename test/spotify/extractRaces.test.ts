import * as assert from "uvu/assert";
import { inOrder } from "../../standin/misbehaviour";
import { extractSuite, key, opened, paged, readWhole, today, token } from "./extractSuite";
import { extractor, idA, playlistOf, rawLines, requestsSince } from "./support";

const { test, context, misbehave } = extractSuite("spotify/extract races");

test("an edit while reading is noticed and the playlist is read again", async () => {
  const act = () => {
    context.library.playlists = [playlistOf(idA, 4)];
  };
  misbehave(inOrder([{ act }], ({ path }) => path.endsWith("/items")));
  const { run, store } = extractor(context.world, { playlists: [idA] });
  const result = await run();
  assert.equal([result.entries, result.inconsistent], [4, []]);
  const bodies = rawLines(store.objects.get(key(today, idA))).map(({ body }) => body as { snapshot_id?: string });
  const { snapshotId } = playlistOf(idA, 4);
  assert.equal(
    bodies.map((body) => body.snapshot_id),
    [snapshotId, undefined, snapshotId],
  );
  assert.equal(requestsSince(context.world), [token, ...readWhole(idA), paged(idA), opened(idA)]);
});

test("edits without end: the last of three reads is kept, said to be inconsistent, and never reused", async () => {
  let entries = 3;
  const act = () => {
    entries += 1;
    context.library.playlists = [playlistOf(idA, entries)];
  };
  misbehave(({ path }) => (path.endsWith("/items") ? { act } : undefined));
  const { run, store } = extractor(context.world, { playlists: [idA] });
  const result = await run();
  assert.equal([result.entries, result.inconsistent, result.requests], [6, [idA], 8]);
  const warning = `playlist ${idA} was edited each time it was read; its snapshot may mix two states.`;
  assert.equal(result.warnings, [warning]);
  assert.not.ok(store.objects.has(`state/playlists/${idA}.json`));
});

test("another run that stores first wins", async () => {
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

test.run();
