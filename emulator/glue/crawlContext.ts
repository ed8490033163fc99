import { localArn } from "../awsOutputs";
import type { Iam, Principal } from "../iam";
import type { ObjectFiles } from "../s3";
import type { Catalog, Table } from "./catalog";
import type { CrawlerSettings } from "./crawlers";
import type { CrawlMemory } from "./crawlMemory";

/** What a crawl did. It deletes nothing: the one modelled `deleteBehavior` is LOG. */
export interface CrawlChanges {
  tablesCreated: string[];
  tablesUpdated: string[];
  partitionsAdded: { table: string; values: string[] }[];
  partitionsUpdated: { table: string; values: string[] }[];
  /** How many objects were read: those that are new or have changed since the last crawl. */
  filesRead: number;
  /** Likely mistakes in the lake's files, and how to fix them; one line each. */
  warnings: string[];
}

export interface CrawlResult extends CrawlChanges {
  crawler: string;
  status: "SUCCEEDED" | "FAILED";
  error?: string;
}

export interface CrawlContext {
  crawler: CrawlerSettings;
  principal: Principal;
  iam: Iam;
  objects: Pick<ObjectFiles, "list" | "read">;
  catalog: Catalog;
  changes: CrawlChanges;
  memory: CrawlMemory;
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

/** Glue requires the action on the catalog, the database and the table. */
export function authorizeGlue(
  { iam, principal }: Pick<CrawlContext, "iam" | "principal">,
  call: string,
  database: string,
  table?: string,
): void {
  const resources = ["catalog", `database/${database}`, ...(table === undefined ? [] : [`table/${database}/${table}`])];
  for (const resource of resources) iam.authorize(principal, `glue:${call}`, localArn("glue", resource));
}
