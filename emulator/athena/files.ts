import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Column, type Partition, parseLocation, type Serde, type Table } from "../glue/catalog";

/** Files that are read in one way, with the partition values of each. */
export interface FileGroup {
  columns: Column[];
  serde: Serde;
  files: { path: string; values: string[] }[];
}

/**
 * The files of a table, by how they are read: those of the catalog's partitions, or all below the location of a table
 * without partition keys. Of a partition or table without files there is nothing.
 *
 * @param bucketsRoot the folder whose folders are the buckets
 */
export function filesOf(table: Table, bucketsRoot: string): FileGroup[] {
  const groups = new Map<string, FileGroup>();
  for (const { values, location, columns = table.columns, serde = table.serde } of partitionsOf(table)) {
    if (serde === undefined) throw new Error(`HIVE_INVALID_METADATA: Table ${table.name} is missing SerDe info`);
    const key = JSON.stringify([columns, serde]);
    const group = groups.get(key) ?? { columns, serde, files: [] };
    group.files.push(...visibleFiles(folderOf(location, bucketsRoot)).map((path) => ({ path, values })));
    groups.set(key, group);
  }
  return [...groups.values()].filter(({ files }) => files.length > 0);
}

function partitionsOf(table: Table): Partition[] {
  const { location } = table;
  if (location === undefined) throw new Error(`table ${table.name} has no location`);
  if (table.partitionKeys.length === 0) return [{ values: [], location }];
  if (table.parameters["projection.enabled"] === "true") {
    throw new Error(`table ${table.name}: partition projection is not modelled by the local Athena`);
  }
  return Object.values(table.partitions);
}

function folderOf(location: string, bucketsRoot: string): string {
  const { bucket, prefix } = parseLocation(location);
  return join(bucketsRoot, bucket, prefix);
}

/** All files below a folder, except those that Athena does not see: of which a folder or the name begins with `_` or `.`. */
function visibleFiles(folder: string): string[] {
  return entriesOf(folder)
    .filter(({ name }) => !/^[_.]/.test(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? visibleFiles(path) : [path];
    });
}

/** Sorted by name; none where the folder isn't there. */
function entriesOf(folder: string) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}
