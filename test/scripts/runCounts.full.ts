import { suite } from "uvu";
import * as assert from "uvu/assert";
import { renderTable } from "../../bench/table";
import { benchYear } from "../../bench/year";
import { counts } from "../../scripts/costBasis";
import { countRuns } from "../../scripts/countRuns";

const test = suite("scripts/runCounts");

test("the kept counts match simulated days", async () => {
  const found = await countRuns();
  const withoutBytes = ({ playlistDay, run, catchUp }: typeof counts) =>
    [playlistDay, run, catchUp].map(({ logBytes: _, ...rest }) => rest);
  assert.equal(withoutBytes(found), withoutBytes(counts));
  // Log lines contain times and ids of different lengths.
  for (const of of ["playlistDay", "run", "catchUp"] as const) {
    const [now, kept] = [found[of].logBytes, counts[of].logBytes];
    assert.ok(Math.abs(now - kept) <= Math.max(200, kept * 0.1), `${of}: ${now} bytes, kept are ${kept}`);
  }
  assert.equal([found.rawBytesAnEntry, found.lakeBytesAnEntry], [counts.rawBytesAnEntry, counts.lakeBytesAnEntry]);
});

test("the table of a year is made from the same days", async () => {
  console.log(renderTable(await benchYear()));
});

test.run();
