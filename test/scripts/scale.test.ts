import { suite } from "uvu";
import * as assert from "uvu/assert";
import { queryCost, readTables } from "../../scripts/cost";
import { counts } from "../../scripts/costBasis";
import { concurrentTransforms, leastMinutes, requestsAnInvocation } from "../../scripts/scale";

const test = suite("scripts/scale");

test("requests of an invocation match a hand computation", () => {
  // 900 s without the last ten and one for the start, 0.4 s each.
  assert.is(requestsAnInvocation(), 2222);
  assert.is(concurrentTransforms(), 2.5);
});

test("a query over the names of entries reads all tables except two", () => {
  assert.equal(readTables, ["playlists", "playlist_items", "tracks", "track_artists", "artists", "albums", "episodes"]);
});

test("a query's files, folders, bytes and cost match a hand computation", () => {
  const { dollars, ...figures } = queryCost(1000, 365);
  const bytes = 1000 * 365 * 100 * counts.lakeBytesAnEntry;
  assert.equal(figures, { files: 2_555_000, partitions: 2555, bytes });
  assert.is(leastMinutes(2_555_000).toFixed(2), (2_555_000 / 5500 / 60).toFixed(2));
  // $5 per TB, $0.0004 per thousand GETs, $0.005 per thousand LISTs.
  assert.is(dollars.toFixed(4), (bytes * 5e-12 + 1.022 + 0.012775).toFixed(4));
  // At least 10 MB are billed.
  assert.is(queryCost(1, 1).dollars.toFixed(8), (0.00005 + 7 * 0.0000004 + 7 * 0.000005).toFixed(8));
});

test.run();
