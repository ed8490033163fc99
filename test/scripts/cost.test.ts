import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type CostedStack, costedStack, monthlyCost, type Part, totalCost } from "../../scripts/cost";
import { counts, prices } from "../../scripts/costBasis";
import { exampleStack } from "../../scripts/exampleStack";
import { stackWith } from "../support/components/testPrograms";

const test = suite("scripts/cost");

const stack: CostedStack = {
  ...{ extractMemoryMiB: 512, transformMemoryMiB: 1024, runsADay: 18, crawlsAMonth: 4, copiesAMonth: 30 },
  ...{
    digestMemoryMiB: 256,
    digestsAMonth: 4,
    optimizationsAMonth: 12,
    alarms: 12,
    compositeAlarms: 2,
    dashboards: 1,
    hasTrail: true,
  },
};

function rounded(cost: Record<string, Part>): Record<string, string[]> {
  const parts = Object.entries(cost).map(([part, { list, left }]) => [part, [list.toFixed(3), left.toFixed(3)]]);
  return Object.fromEntries(parts);
}

test("each part matches a hand computation for 1,000 playlists after a year", () => {
  const same = (dollars: number) => [dollars.toFixed(3), dollars.toFixed(3)];
  const { playlistDay, run, catchUp, rawBytesAnEntry, lakeBytesAnEntry } = counts;
  const objects = 30_400;
  const puts = objects * (playlistDay.puts + playlistDay.lists) + 30.4 * (run.puts + run.lists + 16 * catchUp.puts);
  const gets = objects * playlistDay.gets + 30.4 * (run.gets + 16 * catchUp.gets);
  // A day: 18 runs of 1 s and 1,000 requests of 0.3 s at 0.5 GB, 1,000 s at 1 GB.
  // A month: four digests of 10 s at 0.25 GB.
  const gbSeconds = 30.4 * ((18 + 1000 * 0.3) / 2 + 1000) + 10;
  const logGb = (objects * playlistDay.logBytes + 30.4 * (run.logBytes + 16 * catchUp.logBytes)) / 1e9;
  assert.equal(rounded(monthlyCost(stack, { playlists: 1000, years: 1 })), {
    // 2 DPUs for a sixth of an hour; a GET for 3,285,000 files, a LIST for 3,285 folders.
    "Glue crawler": same(4 * ((2 / 6) * 0.44 + 3_285_000 * 4e-7 + 3285 * 5e-6)),
    "Glue catalog requests": [(objects * 9e-6).toFixed(3), "0.000"],
    Lambda: [(gbSeconds * prices.lambdaGbSecond + (30.4 * 1018 + 4) * 2e-7).toFixed(3), "0.000"],
    "S3 requests": same(puts * 5e-6 + gets * 4e-7),
    "S3 storage": same(1000 * 100 * 365 * (rawBytesAnEntry + lakeBytesAnEntry) * 1e-9 * 0.023),
    // 100 queries of thirty days: bytes, 270,000 files, 270 folders.
    Athena: same(100 * (3e6 * lakeBytesAnEntry * 5e-12 + 270_000 * 4e-7 + 270 * 5e-6)),
    // Fifteen days of seven tables; 2 DPUs for a minute.
    "Compact copy": same(30 * (1.5e6 * lakeBytesAnEntry * 5e-12 + 105_000 * 4e-7 + 105 * 5e-6) + 12 * (2 / 60) * 0.44),
    // The days since the last digest and the one before them: bytes, 60,200 files, 60.2 folders; its state.
    Digest: same(4 * (8.6e5 * lakeBytesAnEntry * 5e-12 + 60_201 * 4e-7 + 61.2 * 5e-6)),
    Logs: [(logGb * 0.5).toFixed(3), "0.000"],
    // Ten of twelve alarms are free; composites never are.
    Alarms: ["2.200", "1.200"],
    Dashboards: ["3.000", "0.000"],
    // Five metrics in 18 hours of the day, four in one.
    Metrics: [((94 / 24) * 0.3).toFixed(3), "0.000"],
    "Audit trail": same((puts + gets) * 1e-6),
  });
});

test("cost factors are read from the program's resources", async () => {
  const declared = costedStack((await stackWith("declared")).resources);
  assert.equal(
    { ...declared, crawlsAMonth: declared.crawlsAMonth.toFixed(2) },
    {
      ...{ extractMemoryMiB: 512, transformMemoryMiB: 1024, runsADay: 18, crawlsAMonth: "4.34", copiesAMonth: 0 },
      ...{
        digestMemoryMiB: 0,
        digestsAMonth: 0,
        optimizationsAMonth: 0,
        alarms: 9,
        compositeAlarms: 0,
        dashboards: 1,
        hasTrail: false,
      },
    },
  );
  const compact = costedStack((await exampleStack({ compactSchedule: "cron(0 7 * * ? *)" })).resources);
  // Two a week, and one for ten days' files.
  assert.is(compact.optimizationsAMonth.toFixed(3), (2 * (30.4 / 7) + 30.4 / 10).toFixed(3));
  const weekly = costedStack((await exampleStack({ digestEmail: "you@example.com" })).resources);
  assert.equal([weekly.digestMemoryMiB, weekly.digestsAMonth.toFixed(2), weekly.alarms], [256, "4.34", 10]);
  assert.is(costedStack((await exampleStack({ crawlSchedule: "none" })).resources).crawlsAMonth, 0);
  assert.is(costedStack((await stackWith("inferred")).resources).crawlsAMonth.toFixed(1), "30.4");
});

test("the default stack costs what README promises", async () => {
  const declared = costedStack((await stackWith("declared")).resources);
  const few = totalCost(declared, { playlists: 3, years: 1 });
  assert.ok(few.left < 1, `$${few.left} a month after allowances`);
  assert.ok(few.list < 6.5, `$${few.list} a month at list price`);
  const { left } = totalCost(declared, { playlists: 50, years: 1 });
  assert.ok(left < 2, `$${left} a month with 50 playlists`);
});

test("more playlists and more years never cost less", () => {
  const counts = [0, 1, 50, 1000, 100_000];
  const rows = [
    ...[1, 3].map((years) => counts.map((playlists) => ({ playlists, years }))),
    ...counts.map((playlists) => [1, 3, 10].map((years) => ({ playlists, years }))),
  ];
  for (const of of ["list", "left"] as const) {
    for (const row of rows) {
      const totals = row.map((scenario) => totalCost(stack, scenario)[of]);
      assert.equal(
        totals,
        [...totals].sort((a, b) => a - b),
      );
    }
  }
});

test.run();
