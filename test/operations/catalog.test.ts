import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CatalogTable } from "../../lake";
import { repairCatalog } from "../../operations/catalog";
import { tableNames } from "../../transforms/schema";
import { fakeLake } from "../support/operations/fakeLake";

const test = suite("operations/catalog");
const columns = ["a", "b", "c"].map((name) => ({ name, type: "string" }));
const partition = (day: string, own = columns) => ({ values: [day], columns: own });
const whole = [partition("2026-10-01"), partition("2026-10-02")];

function catalogOf(more: Partial<Record<string, CatalogTable["partitions"]>>): CatalogTable[] {
  const ours = tableNames.map((table) => ({ name: `csv_${table}`, columns, partitions: more[table] ?? whole }));
  // Someone else's table in the database has other days.
  return [...ours, { name: "theirs", columns, partitions: [] }];
}

async function repair(tables: CatalogTable[]) {
  const calls: unknown[] = [];
  const lake = fakeLake("", [], async () => ({ done: [] }), {
    catalogTables: async () => tables,
    refreshPartitions: async (table, partitions) => void calls.push([table, partitions]),
    crawl: async () => {
      calls.push("crawl");
      return undefined;
    },
  });
  return { calls, repaired: await repairCatalog(lake, new Set(["2026-10-01", "2026-10-02"])) };
}

const untouched = { refreshed: 0, other: [], missing: [], crawl: undefined };

test("a complete catalog is not changed", async () => {
  assert.equal(await repair(catalogOf({})), { calls: [], repaired: untouched });
});

test("partitions get the columns of a grown table; renamed columns are reported", async () => {
  const renamed = [{ name: "z", type: "string" }];
  const partitions = [
    partition("2026-09-30", columns.slice(0, 1)),
    partition("2026-10-01", columns.slice(0, 2)),
    partition("2026-10-02", renamed),
  ];
  const { calls, repaired } = await repair(catalogOf({ tracks: partitions }));
  assert.equal(calls, [["csv_tracks", ["2026-10-01"]]]);
  assert.equal(repaired, { ...untouched, refreshed: 1, other: ["csv_tracks/2026-10-02"] });
});

test("a missing day or table starts a crawl", async () => {
  const { calls, repaired } = await repair(catalogOf({ albums: [partition("2026-10-02")] }));
  assert.equal([calls, repaired.missing], [["crawl"], ["2026-10-01"]]);
  assert.equal((await repair([])).calls, ["crawl"]);
});

test.run();
