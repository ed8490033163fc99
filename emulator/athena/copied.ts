// The copy's own schema: the copied rows, and what the copy knows about them.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Catalog, Table } from "../glue/catalog";
import { literal } from "./tables";

/** The database name of the attached copy: Athena's name of its own catalog. */
export const copyDatabase = "awsdatacatalog";
/** The schema of the copied rows and of the copy's metadata. */
export const copySchema = `${copyDatabase}.copied`;

/** Why a table or view cannot be queried, by name. For a view it is DuckDB's message. */
export type Broken = ReadonlyMap<string, string>;

/** A table of files, and the location of its rows in the copy. */
export interface CopiedTable {
  /** The number in `copied.t0`, `copied.t1`..., which hold the rows. */
  id: number;
  database: string;
  table: Table;
}

/** The catalog's tables of files, numbered in the catalog's order. */
export function copiedTables({ databases }: Catalog): CopiedTable[] {
  return Object.entries(databases)
    .flatMap(([database, tables]) => Object.values(tables).map((table) => ({ database, table })))
    .filter(({ table }) => table.tableType !== "VIRTUAL_VIEW")
    .map((one, id) => ({ id, ...one }));
}

/** What the copy was created from. */
export interface About {
  definitions: string;
  /** Whether it has so many rows that it stores those of views. */
  isLarge: boolean;
}

/** Undefined if the copy was never finished. */
export async function aboutCopy(connection: DuckDBConnection): Promise<About | undefined> {
  const [row] = await rowsOf(connection, `select definitions, is_large from ${copySchema}.about`);
  return row === undefined ? undefined : { definitions: String(row[0]), isLarge: row[1] === true };
}

/** Lets the queries of a large copy use all processors. */
export async function useAllThreads(connection: DuckDBConnection): Promise<void> {
  await connection.run("reset threads");
}

/** The tables and views that cannot be queried. */
export async function copiedBroken(connection: DuckDBConnection): Promise<Broken> {
  const rows = await rowsOf(connection, `select name, reason from ${copySchema}.broken order by file`);
  return new Map(rows.reverse().map(([name, reason]) => [String(name), String(reason)]));
}

export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRows();
}

export type Row = (string | number | boolean | null)[];

/** Adds rows to a table of the copy's own schema. */
export async function insertRows(connection: DuckDBConnection, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map(
    (row) => `(${row.map((one) => (typeof one === "string" ? literal(one) : String(one))).join(", ")})`,
  );
  await connection.run(`insert into ${copySchema}.${table} values ${values.join(", ")}`);
}
