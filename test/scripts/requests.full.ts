/** The formulas of docs/scale.md against counts at the stand-in. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  afreshRequests,
  dailyRequests,
  fullReadDays,
  likedRequests,
  likedUnchangedRequests,
  playlistsWithin,
  tokenRequests,
  unchangedRequests,
} from "../../scripts/requests";
import {
  changingLibrary,
  extractor,
  likedEntries,
  memoryTokens,
  playlistOf,
  startWorld,
  type World,
} from "../support/spotify/world";

const test = suite("scripts/requests");
const user = { refreshToken: "planted", consentedAt: "2026-11-01T00:00:00Z" };
const firstDay = Date.parse("2026-11-22T06:00:00Z");
const library = changingLibrary([]);
let world: World;

test.before(async () => {
  world = await startWorld({ library, refreshTokens: [user] });
});
test.after(() => world.close());

/** The requests of a run on each of these days, counted from the first; `edit` comes before the last. */
async function countDays(playlists: string[], days: number[], hasUser: boolean, edit: () => void): Promise<number[]> {
  const { run } = extractor(world, { playlists }, memoryTokens(hasUser ? user : undefined));
  const counted: number[] = [];
  for (const [index, day] of days.entries()) {
    world.setNow(new Date(firstDay + day * 86_400_000).toISOString());
    if (index === days.length - 1) edit();
    await run();
    counted.push(world.standIn.requests.splice(0).length - tokenRequests);
  }
  return counted;
}

const ids = Array.from({ length: 50 }, (_, index) => `${"Q".repeat(19)}${String(index).padStart(3, "0")}`);
/** The first day, an unchanged day, the day of the next full read, and a day on which all have changed. */
const days = [0, 1, fullReadDays, fullReadDays + 1];

for (const entries of [0, 100, 101, 150, 250]) {
  for (const hasUser of [false, true]) {
    // A page of the user's list holds 50.
    const count = hasUser ? 50 : 10;
    test(`${count} playlists of ${entries} entries, ${hasUser ? "with a user" : "by id"}`, async () => {
      const own = ids.slice(0, count);
      library.playlists = own.map((id) => playlistOf(id, entries));

      const counted = await countDays(own, days, hasUser, () => {
        library.playlists = own.map((id) => playlistOf(id, Math.max(1, entries), "changed "));
      });

      const afresh = count * afreshRequests(entries);
      const unchanged = count * unchangedRequests(hasUser);
      // The list is not read on days on which nothing can be unchanged.
      const list = hasUser ? 1 : 0;
      assert.equal(counted, [afresh, unchanged, afresh, afresh + list]);
    });
  }
}

for (const songs of [0, 50, 51, 120]) {
  test(`${songs} Liked Songs`, async () => {
    library.liked = likedEntries(songs);

    const counted = await countDays(["liked"], days, true, () => {
      library.liked = [...likedEntries(1, "new "), ...library.liked];
    });

    const afresh = likedRequests(songs);
    assert.equal(counted, [afresh, likedUnchangedRequests, afresh, likedRequests(songs + 1)]);
  });
}

const averages: [entries: number, hasUser: boolean, daily: string, within: [number, number]][] = [
  [100, false, "1.0000", [799, 2299]],
  [100, true, "0.2486", [3214, 9248]],
  [250, false, "1.9143", [417, 1200]],
  [250, true, "1.1629", [687, 1977]],
];
for (const [entries, hasUser, daily, within] of averages) {
  test(`an average day, ${entries} entries, ${hasUser ? "with a user" : "by id"}`, () => {
    const requests = dailyRequests(entries, 0.1, hasUser);
    assert.is(requests.toFixed(4), daily);
    assert.equal(
      [800, 2300].map((quota) => playlistsWithin(quota, requests)),
      within,
    );
  });
}

test.run();
