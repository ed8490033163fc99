// Repairs the catalog after days were written: partitions with outdated columns, and missing partitions.
import type { CatalogColumn, CatalogTable, Lake } from "../lake";
import { count } from "../lake/lists";
import { type Crawled, describeCrawl } from "../lake/runReport";
import { catalogPrefix, tableNames } from "../transforms/schema";

/** The repairs that were made. */
export interface CatalogRepaired {
  /** Partitions that had fewer columns than the table, and now have the same. */
  readonly refreshed: number;
  /** Partitions whose columns differ from the table's, as `TABLE/DAY`. They were left unchanged. */
  readonly other: readonly string[];
  /** Days that had no partition in some table. */
  readonly missing: readonly string[];
  /** The crawl that was started for them; undefined if none was needed. */
  readonly crawl: Crawled | undefined;
}

/** Brings the catalog up to date with days that were written. */
export async function repairCatalog(lake: Lake, days: ReadonlySet<string>): Promise<CatalogRepaired> {
  let refreshed = 0;
  const other: string[] = [];
  for (const { name, columns, partitions } of await ownTables(lake)) {
    const differing = partitions.filter((one) => days.has(dayOf(one)) && !isSame(one.columns, columns));
    // A table grows at its end. What the files of other partitions hold is not known.
    const isGrown = ({ columns: own }: Partition) => isSame(own, columns.slice(0, own.length));
    const grown = differing.filter(isGrown).map(dayOf);
    if (grown.length > 0) await lake.refreshPartitions(name, grown);
    refreshed += grown.length;
    other.push(...differing.filter((one) => !isGrown(one)).map((one) => `${name}/${dayOf(one)}`));
  }
  const tables = await ownTables(lake);
  const known = tables.map(({ partitions }) => new Set(partitions.map(dayOf)));
  const missing = [...days].filter((day) => known.some((partitions) => !partitions.has(day))).sort();
  const crawl = missing.length > 0 || tables.length < tableNames.length ? await lake.crawl() : undefined;
  return { refreshed, other, missing, crawl };
}

/** The repairs in a few words. */
export function describeRepair({ refreshed, missing, crawl }: CatalogRepaired): string {
  const parts: string[] = [];
  if (refreshed > 0) parts.push(`${count(refreshed, "partition")} updated to the table's columns`);
  if (crawl !== undefined) parts.push(`crawled for ${count(missing.length, "day")}: ${describeCrawl(crawl)}`);
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
}

/** The tables of the lake. Other tables in the database are not Playlake's. */
async function ownTables(lake: Lake): Promise<CatalogTable[]> {
  const names = new Set(tableNames.map((table) => `${catalogPrefix}${table}`));
  return (await lake.catalogTables()).filter(({ name }) => names.has(name));
}

type Partition = CatalogTable["partitions"][number];

function dayOf({ values }: Partition): string {
  return values[0] ?? "";
}

function isSame(some: readonly CatalogColumn[], others: readonly CatalogColumn[]): boolean {
  const textOf = (columns: readonly CatalogColumn[]) => columns.map(({ name, type }) => `${name} ${type}`).join();
  return textOf(some) === textOf(others);
}
