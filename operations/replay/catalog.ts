import type { Place } from "../../lake";
import { type CatalogTable, missingDays, outdatedPartitions } from "../../lake/catalogTables";
import type { Crawled } from "../../lake/stack/crawl";
import { catalogPrefix, tableNames } from "../../transforms/schema";

/** What was done so that the catalog fits what was written. */
export interface CatalogMended {
  /** Partitions that have the table's columns now, and had fewer. */
  readonly refreshed: number;
  /** Partitions whose columns are others than the table's, as `TABLE/DAY`: they were left as they are. */
  readonly other: readonly string[];
  /** Days that a table had no partition of. */
  readonly missing: readonly string[];
  /** The crawl that was started for them; undefined where none was needed. */
  readonly crawl: Crawled | undefined;
}

/** Brings the catalog to what days that were written hold: partitions of a grown table, and partitions that lack. */
export async function mendCatalog(place: Place, days: ReadonlySet<string>): Promise<CatalogMended> {
  const outdated = outdatedPartitions(await lakeTables(place), days);
  for (const { table, grown } of outdated) if (grown.length > 0) await place.refreshPartitions(table, grown);
  const tables = await lakeTables(place);
  const missing = missingDays(tables, days);
  const crawl = missing.length > 0 || tables.length < tableNames.length ? await place.crawl() : undefined;
  return {
    refreshed: outdated.reduce((sum, { grown }) => sum + grown.length, 0),
    other: outdated.flatMap(({ table, other }) => other.map((values) => `${table}/${values.join("/")}`)),
    missing,
    crawl,
  };
}

/** The tables of the lake; others that the database may hold are somebody else's. */
async function lakeTables(place: Place): Promise<CatalogTable[]> {
  const names = new Set(tableNames.map((table) => `${catalogPrefix}${table}`));
  return (await place.catalogTables()).filter(({ name }) => names.has(name));
}
