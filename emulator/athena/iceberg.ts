// Iceberg is not modelled: of such a table there is one Parquet file, which a write replaces.
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { parseLocation, type Table } from "../glue/catalog";
import { duckType, literal, quoted } from "./tables";

/** Whether Glue has made the table as one of Iceberg's. */
export function isIceberg({ parameters }: Table): boolean {
  return parameters.table_type === "ICEBERG";
}

/** The key of the file that stands for the table's, and its bucket. */
export function icebergObject({ name, location }: Table): { bucket: string; key: string } {
  if (location === undefined) throw new Error(`table ${name} has no location`);
  const { bucket, prefix } = parseLocation(location);
  return { bucket, key: `${prefix}data/rows.parquet` };
}

function fileOf(table: Table, bucketsRoot: string): string {
  const { bucket, key } = icebergObject(table);
  return join(bucketsRoot, bucket, key);
}

/** A SELECT of DuckDB's that gives the table's rows; none before the first write. */
export function icebergSelect(table: Table, bucketsRoot: string): string {
  const file = fileOf(table, bucketsRoot);
  const isThere = existsSync(file);
  const columns = table.columns.map(({ name, type }) => {
    // Iceberg keeps microseconds.
    const duck = type === "timestamp" ? "timestamp" : duckType(type);
    return `cast(${isThere ? quoted(name) : "null"} as ${duck}) as ${quoted(name)}`;
  });
  return `select ${columns.join(", ")} ${isThere ? `from read_parquet(${literal(file)})` : "where false"}`;
}

/** Runs one MERGE or DELETE on a table of the current schema, and keeps the result: a killed one leaves the old rows. */
export async function mergeInto(
  connection: DuckDBConnection,
  table: Table,
  bucketsRoot: string,
  sql: string,
): Promise<void> {
  const name = quoted(table.name);
  await connection.run(`drop view ${name}`);
  await connection.run(`create table ${name} as ${icebergSelect(table, bucketsRoot)}`);
  await connection.run(sql);
  const file = fileOf(table, bucketsRoot);
  mkdirSync(dirname(file), { recursive: true });
  // Hidden from all that list a table's files.
  const unfinished = join(dirname(file), ".rows.parquet");
  await connection.run(`copy (select * from ${name} order by all) to ${literal(unfinished)} (format parquet)`);
  renameSync(unfinished, file);
}
