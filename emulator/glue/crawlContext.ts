import { localAccount, localPartition, localRegion } from "../awsOutputs";
import type { Iam, Principal } from "../iam";
import type { Objects } from "../s3";
import type { Catalog, Table } from "./catalog";
import type { CrawlerSettings } from "./crawlerSettings";
import type { CrawlMemory } from "./crawlMemory";
import type { CrawlExplanation } from "./explanation";

/** What a crawl did. */
export interface CrawlChanges {
  tablesCreated: string[];
  tablesUpdated: string[];
  tablesDeleted: string[];
  partitionsAdded: { table: string; values: string[] }[];
  partitionsUpdated: { table: string; values: string[] }[];
  partitionsDeleted: { table: string; values: string[] }[];
  /** Objects that no classifier recognised, as `s3://bucket/key`. */
  unrecognised: string[];
  /** Objects whose beginning was read: those that are new or have changed since the last crawl. */
  filesRead: number;
  /** What is in the lake that was hardly meant so, and what to do; one line each. */
  warnings: string[];
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
  /** What the crawler made of each object when it last read it. */
  memory: CrawlMemory;
  /** Grows as the crawl goes on. */
  explanation: CrawlExplanation;
}

/** What a crawl has done before it begins. */
export function noChanges(): CrawlChanges {
  return {
    tablesCreated: [],
    tablesUpdated: [],
    tablesDeleted: [],
    partitionsAdded: [],
    partitionsUpdated: [],
    partitionsDeleted: [],
    unrecognised: [],
    filesRead: 0,
    warnings: [],
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
  { iam, principal }: Pick<CrawlContext, "iam" | "principal">,
  call: string,
  database: string,
  table?: string,
): void {
  const resources = ["catalog", `database/${database}`, ...(table === undefined ? [] : [`table/${database}/${table}`])];
  for (const resource of resources) iam.authorize(principal, `glue:${call}`, glueArn(resource));
}

export function glueArn(resource: string): string {
  return `arn:${localPartition}:glue:${localRegion}:${localAccount}:${resource}`;
}
