import { join } from "node:path";
import { readJson, replaceFile } from "../files";

/** A column or partition key, its type by Hive's name. */
export interface Column {
  name: string;
  type: string;
}

/** How the rows of a table's files are read. */
export interface Serde {
  /** The library's class, such as `org.apache.hadoop.hive.serde2.OpenCSVSerde`. */
  library: string;
  parameters: Record<string, string>;
}

/** A partition; what it doesn't name it has from its table. */
export interface Partition {
  /** One value for each partition key. */
  values: string[];
  /** `s3://bucket/folder/`. */
  location: string;
  columns?: Column[];
  serde?: Serde;
}

/** A table or view of the catalog. */
export interface Table {
  name: string;
  /** Who made it: the program (and then its resource decides what it is like), or this crawler. */
  madeBy: "stack" | { crawler: string };
  /** `EXTERNAL_TABLE` or `VIRTUAL_VIEW`. */
  tableType: string;
  parameters: Record<string, string>;
  columns: Column[];
  partitionKeys: Column[];
  /** `s3://bucket/folder/`; absent for a view. */
  location?: string;
  serde?: Serde;
  /** A view's SQL in Presto's encoding. */
  viewOriginalText?: string;
  /** By the values, joined with `/`. */
  partitions: Record<string, Partition>;
}

/** A query that the program keeps for Athena. */
export interface StoredQuery {
  name: string;
  database: string;
  description: string;
  sql: string;
}

/** Everything that the catalog holds, as it is kept in its file. */
export interface Catalog {
  /** Tables by name, by database. */
  databases: Record<string, Record<string, Table>>;
  namedQueries: StoredQuery[];
}

/** The catalog that is kept under a state folder; an empty one if there is none yet. */
export function loadCatalog(stateDir: string): Catalog {
  return readJson<Catalog>(catalogFile(stateDir)) ?? { databases: {}, namedQueries: [] };
}

/** Keeps the catalog; a killed process leaves the old one or the new one. */
export function saveCatalog(stateDir: string, catalog: Catalog): void {
  replaceFile(catalogFile(stateDir), `${JSON.stringify(catalog, null, 1)}\n`);
}

/** The key under which a table keeps a partition. */
export function partitionKey(values: readonly string[]): string {
  return values.map(encodeURIComponent).join("/");
}

/** A location's bucket, and the prefix of its keys: empty or ending with `/`. */
export function parseLocation(location: string): { bucket: string; prefix: string } {
  const [, bucket, path = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(location) ?? [];
  if (bucket === undefined) throw new Error(`location: got "${location}", expected e.g. "s3://bucket/folder/"`);
  return { bucket, prefix: path === "" || path.endsWith("/") ? path : `${path}/` };
}

function catalogFile(stateDir: string): string {
  return join(stateDir, "glue", "catalog.json");
}
