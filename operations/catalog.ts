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
  const outdated = outdatedPartitions(await ownTables(lake), days);
  for (const { table, grown } of outdated) if (grown.length > 0) await lake.refreshPartitions(table, grown);
  const tables = await ownTables(lake);
  const missing = missingDays(tables, days);
  const crawl = missing.length > 0 || tables.length < tableNames.length ? await lake.crawl() : undefined;
  return {
    refreshed: outdated.reduce((sum, { grown }) => sum + grown.length, 0),
    other: outdated.flatMap(({ table, other }) => other.map((values) => `${table}/${values.join("/")}`)),
    missing,
    crawl,
  };
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

/** Partitions of days whose columns are not the table's. */
interface Outdated {
  readonly table: string;
  /** They have the first of the table's columns: the table has grown since. */
  readonly grown: readonly (readonly string[])[];
  /** They have other columns. What their files hold is not known. */
  readonly other: readonly (readonly string[])[];
}

function outdatedPartitions(tables: readonly CatalogTable[], days: ReadonlySet<string>): Outdated[] {
  return tables.map(({ name, columns, partitions }) => {
    const differing = partitions
      .filter(({ values }) => days.has(values[0] ?? ""))
      .filter((partition) => !isSame(partition.columns, columns));
    const grown = differing.filter((partition) =>
      isSame(partition.columns, columns.slice(0, partition.columns.length)),
    );
    const other = differing.filter((partition) => !grown.includes(partition));
    return { table: name, grown: grown.map(({ values }) => values), other: other.map(({ values }) => values) };
  });
}

/** The days that have no partition in some table. */
function missingDays(tables: readonly CatalogTable[], days: ReadonlySet<string>): string[] {
  const known = tables.map(({ partitions }) => new Set(partitions.map(({ values }) => values[0])));
  return [...days].filter((day) => known.some((partitions) => !partitions.has(day))).sort();
}

function isSame(some: readonly CatalogColumn[], others: readonly CatalogColumn[]): boolean {
  const textOf = (columns: readonly CatalogColumn[]) => columns.map(({ name, type }) => `${name} ${type}`).join();
  return textOf(some) === textOf(others);
}
