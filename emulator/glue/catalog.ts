import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJson, replaceFile } from "../files";

export interface HiveColumn {
  name: string;
  type: string;
}

export interface Serde {
  /** The class, such as `org.apache.hadoop.hive.serde2.OpenCSVSerde`. */
  library: string;
  parameters: Record<string, string>;
}

/** A partition. Properties that are not set come from its table. */
export interface Partition {
  values: string[];
  /** `s3://bucket/folder/`. */
  location: string;
  columns?: HiveColumn[];
  serde?: Serde;
}

export interface Table {
  name: string;
  /** What made it: the program, whose resource then decides its definition, or this crawler. */
  madeBy: "stack" | { crawler: string };
  /** `EXTERNAL_TABLE` or `VIRTUAL_VIEW`. */
  tableType: string;
  parameters: Record<string, string>;
  columns: HiveColumn[];
  partitionKeys: HiveColumn[];
  /** `s3://bucket/folder/`; absent for a view. */
  location?: string;
  serde?: Serde;
  /** The SQL of a view in Presto's encoding. */
  viewOriginalText?: string;
  /** Keyed by the values, joined with `/`. */
  partitions: Record<string, Partition>;
}

export interface StoredQuery {
  name: string;
  database: string;
  description: string;
  sql: string;
}

export interface Catalog {
  databases: Record<string, Record<string, Table>>;
  namedQueries: StoredQuery[];
}

/** The catalog stored in a state folder; an empty one if there is none yet. */
export function loadCatalog(stateDir: string): Catalog {
  // A run would register its own day only.
  const repair = "delete it, then run playlake crawl, which registers all stored days again";
  return readJson<Catalog>(catalogFile(stateDir), repair) ?? { databases: {}, namedQueries: [] };
}

/** Whether a state folder has a catalog: every run stores one. */
export function hasCatalog(stateDir: string): boolean {
  return existsSync(catalogFile(stateDir));
}

export function saveCatalog(stateDir: string, catalog: Catalog): void {
  replaceFile(catalogFile(stateDir), `${JSON.stringify(catalog, null, 1)}\n`);
}

export function partitionKey(values: readonly string[]): string {
  return values.map(encodeURIComponent).join("/");
}

/** The bucket of a location and its key prefix, which is empty or ends with `/`. */
export function parseLocation(location: string): { bucket: string; prefix: string } {
  const [, bucket, path = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(location) ?? [];
  if (bucket === undefined) throw new Error(`location: got "${location}", expected e.g. "s3://bucket/folder/"`);
  return { bucket, prefix: path === "" || path.endsWith("/") ? path : `${path}/` };
}

function catalogFile(stateDir: string): string {
  return join(stateDir, "glue", "catalog.json");
}
