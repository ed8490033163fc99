import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type CostedStack, costedStack, monthlyCost, prices, totalCost } from "../../scripts/cost";
import { exampleStack } from "../../scripts/exampleStack";
import { stackWith } from "../components/support";

const test = suite("scripts/cost");

const bare: CostedStack = {
  extractMemoryMiB: 512,
  transformMemoryMiB: 1024,
  alarms: 0,
  compositeAlarms: 0,
  dashboards: 0,
  crawlers: 0,
  hasTrail: false,
};

function rounded(cost: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(cost).map(([part, dollars]) => [part, Number(dollars.toFixed(3))]));
}

test("each part, reckoned by hand for 1,000 playlists", () => {
  const stack = { ...bare, alarms: 20, compositeAlarms: 2, dashboards: 1, crawlers: 1, hasTrail: true };
  assert.equal(rounded(monthlyCost(stack, 1000)), {
    // 30.4 days, 2 DPUs, a sixth of an hour.
    "Glue crawler": 4.459,
    // A day: 18 runs of 1 s, 1,300 requests of 0.3 s at half a GB, 1,000 s at a whole one; 1,018 invocations.
    Lambda: Number((30.4 * ((408 / 2 + 1000) * prices.lambdaGbSecond + 1018 * prices.lambdaRequest)).toFixed(3)),
    // 30,400 objects: raw, state, nine files; two reads; the runs' own 547 of each.
    "S3 requests": Number(((30_400 * 11 + 547.2) * 0.000005 + (30_400 * 2 + 547.2) * 0.0000004).toFixed(3)),
    // 94 kB a playlist and day, a year of it.
    "S3 storage": Number((0.000094 * 30_400 * 12 * 0.023).toFixed(3)),
    // 100 queries of 1.47 GB.
    Athena: 0.735,
    Logs: Number(((30_400 * 2000 + 547.2 * 1500) * 0.5e-9).toFixed(3)),
    "Alarms and dashboards": 2 + 1 + 3,
    // Five metrics in 18 hours of the day, four in one.
    Metrics: Number(((94 / 24) * 0.3).toFixed(3)),
    "Audit trail": Number(((30_400 * 13 + 1094.4) * 1e-6).toFixed(3)),
  });
});

test("the program's own stack", async () => {
  const declared = costedStack((await stackWith("declared")).resources);
  assert.equal({ ...declared, alarms: 0, compositeAlarms: 0, dashboards: 0 }, { ...bare, crawlers: 1 });
  const uncrawled = costedStack((await exampleStack({ crawlSchedule: "none" })).resources);
  assert.is(uncrawled.crawlers, 0);
  assert.ok(totalCost(uncrawled, 1) < totalCost(declared, 1) - 4);
});

test("more playlists never cost less", () => {
  const totals = [0, 1, 50, 1000, 100_000].map((playlists) => totalCost(bare, playlists));
  assert.equal(
    totals,
    [...totals].sort((a, b) => a - b),
  );
});

test.run();
