import type { Iam, Principal } from "../iam";
import type { Objects } from "../s3";
import type { Catalog, Table } from "./catalog";
import type { CrawlerSettings } from "./crawlerSettings";

/** What a crawl did. */
export interface CrawlChanges {
  tablesCreated: string[];
  tablesUpdated: string[];
  tablesDeleted: string[];
  partitionsAdded: { table: string; values: string[] }[];
  partitionsDeleted: { table: string; values: string[] }[];
  /** Objects that no classifier recognised, as `s3://bucket/key`. */
  unrecognised: string[];
  /** Objects whose beginning was read. */
  filesRead: number;
}

/** What a crawl works with. */
export interface CrawlContext {
  crawler: CrawlerSettings;
  /** Whose permissions every call is checked against: the crawler's role. */
  principal: Principal;
  iam: Iam;
  objects: Pick<Objects, "list" | "read">;
  /** Is changed in place. */
  catalog: Catalog;
  /** Grows as the crawl goes on. */
  changes: CrawlChanges;
}

/** What a crawl has done before it begins. */
export function noChanges(): CrawlChanges {
  return {
    tablesCreated: [],
    tablesUpdated: [],
    tablesDeleted: [],
    partitionsAdded: [],
    partitionsDeleted: [],
    unrecognised: [],
    filesRead: 0,
  };
}

/**
 * The tables of a database.
 * @throws Error EntityNotFoundException
 */
export function databaseTables(context: CrawlContext, database: string): Record<string, Table> {
  authorizeGlue(context, "GetDatabase", database);
  const tables = context.catalog.databases[database];
  if (tables === undefined) throw new Error(`EntityNotFoundException: Database ${database} not found.`);
  return tables;
}

/** Glue asks for the action on the catalog, the database and the table. */
export function authorizeGlue(
  { crawler, iam, principal }: CrawlContext,
  call: string,
  database: string,
  table?: string,
): void {
  const account = crawler.arn.split(":").slice(0, 5).join(":");
  const resources = ["catalog", `database/${database}`, ...(table === undefined ? [] : [`table/${database}/${table}`])];
  for (const resource of resources) iam.authorize(principal, `glue:${call}`, `${account}:${resource}`);
}
