import * as assert from "uvu/assert";
import { readEntries } from "../../spotify/readEntries";
import { clientSuite } from "../support/spotify/clientSuite";
import { idA, playlistOf, rejection } from "../support/spotify/world";

const { test, context, client } = clientSuite("spotify/readEntries");

/** Serves an empty page at offset 200 so many times. */
function emptyPages(times: number): void {
  context.library.playlists = [playlistOf(idA, 320)];
  let left = times;
  context.world.standIn.setMisbehave(({ query }) => {
    if (query.get("offset") !== "200" || left === 0) return undefined;
    left -= 1;
    return { status: 200, body: JSON.stringify({ items: [], limit: 50, offset: 200, total: 0 }) };
  });
}

test("an empty page in the middle is asked for again", async () => {
  emptyPages(1);
  assert.is((await readEntries(client(), idA)).entries.length, 320);
});

test("a list of which a part is not served is not taken for the whole", async () => {
  emptyPages(2);
  const { code, message } = await rejection(readEntries(client(), idA));
  const expected = `playlist ${idA}: Spotify counts 320 entries and serves none from 200 on; run it again`;
  assert.equal([code, message], ["UNEXPECTED", expected]);
});

test("a list that becomes shorter while it is read is read again", async () => {
  context.library.playlists = [playlistOf(idA, 320)];
  let reads = 0;
  context.world.standIn.setMisbehave(({ query }) => {
    if (query.get("offset") !== "150") return undefined;
    reads += 1;
    const act = () => {
      context.library.playlists = [playlistOf(idA, 170)];
    };
    return { act };
  });
  assert.is((await readEntries(client(), idA)).entries.length, 170);
  assert.is(reads, 2);
});

test.run();
