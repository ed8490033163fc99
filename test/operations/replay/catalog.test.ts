import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Place } from "../../../lake";
import type { CatalogTable } from "../../../lake/catalogTables";
import { mendCatalog } from "../../../operations/replay/catalog";
import { tableNames } from "../../../transforms/schema";
import { fakePlace } from "./fakePlace";

const test = suite("operations/replay/catalog");
const columns = ["a", "b", "c"].map((name) => ({ name, type: "string" }));
const partition = (day: string, own = columns) => ({ values: [day], columns: own });
const whole = [partition("2026-10-01"), partition("2026-10-02")];

function catalogOf(more: Partial<Record<string, CatalogTable["partitions"]>>): CatalogTable[] {
  const ours = tableNames.map((table) => ({ name: `csv_${table}`, columns, partitions: more[table] ?? whole }));
  // What somebody else keeps in the database has days of its own.
  return [...ours, { name: "theirs", columns, partitions: [] }];
}

async function mend(tables: CatalogTable[], more: Partial<Place> = {}) {
  const calls: unknown[] = [];
  const place = fakePlace("", [], async () => ({ done: [] }), {
    catalogTables: async () => tables,
    refreshPartitions: async (table, partitions) => void calls.push([table, partitions]),
    crawl: async () => {
      calls.push("crawl");
      return undefined;
    },
    ...more,
  });
  return { calls, mended: await mendCatalog(place, new Set(["2026-10-01", "2026-10-02"])) };
}

const untouched = { refreshed: 0, other: [], missing: [], crawl: undefined };

test("a catalog that fits is left alone", async () => {
  assert.equal(await mend(catalogOf({})), { calls: [], mended: untouched });
});

test("partitions of a table that has grown get its columns; others than its first are named and left; no other day", async () => {
  const renamed = [{ name: "z", type: "string" }];
  const partitions = [
    partition("2026-09-30", columns.slice(0, 1)),
    partition("2026-10-01", columns.slice(0, 2)),
    partition("2026-10-02", renamed),
  ];
  const { calls, mended } = await mend(catalogOf({ tracks: partitions }));
  assert.equal(calls, [["csv_tracks", [["2026-10-01"]]]]);
  assert.equal(mended, { ...untouched, refreshed: 1, other: ["csv_tracks/2026-10-02"] });
});

test("a day that a table lacks, or a table that lacks, is left to a crawl", async () => {
  const { calls, mended } = await mend(catalogOf({ albums: [partition("2026-10-02")] }));
  assert.equal([calls, mended.missing], [["crawl"], ["2026-10-01"]]);
  assert.equal((await mend([])).calls, ["crawl"]);
});

test.run();
