// Iceberg's files are not modelled: a table is one Parquet file, which each write replaces. Snapshots, partitions and Glue's
// optimizers decide which files are kept and read, not which rows a query returns.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { replaceFileBy } from "../files";
import { parseLocation, type Table } from "../glue/catalog";
import { duckType, literal, quoted } from "./tables";

export function icebergObject({ name, location }: Table): { bucket: string; key: string } {
  if (location === undefined) throw new Error(`table ${name} has no location`);
  const { bucket, prefix } = parseLocation(location);
  return { bucket, key: `${prefix}data/rows.parquet` };
}

function fileOf(table: Table, bucketsRoot: string): string {
  const { bucket, key } = icebergObject(table);
  return join(bucketsRoot, bucket, key);
}

/** A DuckDB SELECT of the rows in the table's file; it returns no rows before the first write. */
export function icebergSelect(table: Table, bucketsRoot: string): string {
  const file = fileOf(table, bucketsRoot);
  const isThere = existsSync(file);
  const columns = table.columns.map(({ name, type }) => {
    // Iceberg stores microseconds.
    const duck = type === "timestamp" ? "timestamp" : duckType(type);
    return `cast(${isThere ? quoted(name) : "null"} as ${duck}) as ${quoted(name)}`;
  });
  return `select 0 as file, ${columns.join(", ")} ${isThere ? `from read_parquet(${literal(file)})` : "where false"}`;
}

/**
 * Runs one MERGE or DELETE on a table of the current schema, and stores the result. A killed statement leaves the old rows.
 * @param schema the catalog's schema, in which all other names of the statement resolve
 */
export async function mergeInto(
  connection: DuckDBConnection,
  table: Table,
  schema: string,
  bucketsRoot: string,
  sql: string,
): Promise<void> {
  const written = `memory.main.${quoted(table.name)}`;
  await connection.run(`create table ${written} as select * from ${schema}.${quoted(table.name)}`);
  await connection.run(`set search_path = ${literal(`memory.main,${schema}`)}`);
  await connection.run(sql);
  await replaceFileBy(fileOf(table, bucketsRoot), async (unfinished) => {
    await connection.run(`copy (select * from ${written} order by all) to ${literal(unfinished)} (format parquet)`);
  });
}
