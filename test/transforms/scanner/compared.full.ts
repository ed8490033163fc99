/** Thousands of raw objects, whole and damaged, through the scanner and through JSON.parse. SEEDS=1-20 runs more of them. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rawLines } from "../../../bench/generate";
import { compareDamaged, compareTransforms } from "../../support/transforms/compared";
import { line, samples } from "../../support/transforms/transformed";

const test = suite("transforms/scanner/compared (full)");
const [firstSeed = 1, lastSeed = 2] = (process.env.SEEDS ?? "1-2").split("-").map(Number);

for (let seed = firstSeed; seed <= lastSeed; seed++) {
  test(`damaged raw objects give the same with and without the scanner, seed ${seed}`, async () => {
    const refused = await compareDamaged(seed, 2500);
    assert.ok(refused > 250 && refused < 2250, `${refused} refused`);
  });
}

test("playlists of all sizes and shapes give the same with and without the scanner", async () => {
  for (const shape of ["old", "lean"] as const) {
    for (const [entries, oddShare] of [
      [1, 0],
      [50, 1],
      [101, 0.5],
      [5000, 0.02],
    ] as const) {
      assert.is(await compareTransforms([...rawLines({ seed: entries, shape, entries, oddShare })].join("")), false);
    }
  }
});

for (const { fileName, bytes } of samples()) {
  test(`${fileName.slice(0, 40)}: the same pages with and without the scanner`, async () => {
    const pages = pagesIn(JSON.parse(bytes.toString("utf8")));
    assert.ok(pages.length > 0);
    const playlist = { type: "playlist", id: "p", snapshot_id: "s" };
    const raw = line(playlist) + pages.map((items) => line({ items })).join("") + line(playlist);
    assert.is(await compareTransforms(raw), false);
  });
}

/** The lists under `items`, wherever they are. */
function pagesIn(value: unknown): unknown[][] {
  if (typeof value !== "object" || value === null) return [];
  const own = "items" in value && Array.isArray(value.items) ? [value.items] : [];
  return own.length > 0 ? own : Object.values(value).flatMap(pagesIn);
}

test.run();
