import type { DuckDBConnection } from "@duckdb/node-api";
import { loadDuckdb } from "../../../emulator/athena/copy";
import { trinoFunctions } from "../../../emulator/athena/trinoFunctions";
import { views } from "../../../queries";
import { catalogPrefix, tableNames } from "../../../transforms/schema";
import { catalogColumns, type Lake, literal } from "./lake";

/** A DuckDB in memory with the lake's tables and the views over them. */
export async function duckdbWith(lake: Lake): Promise<{ connection: DuckDBConnection; close: () => void }> {
  const instance = await loadDuckdb().DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("set integer_division = true");
  await connection.run(trinoFunctions.find((macro) => macro.startsWith("create macro array_join("))!);
  for (const sql of lakeStatements(lake, "varchar")) await connection.run(sql);
  for (const { name, sql } of views) await connection.run(`create view ${name} as ${sql}`);
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  return { connection, close };
}

/** The statements that create the lake's tables with their rows, in SQL for both engines. */
export function lakeStatements(lake: Lake, type: string): string[] {
  return tableNames.flatMap((table) => {
    const name = `${catalogPrefix}${table}`;
    const columns = catalogColumns(table).map((column) => `${column} ${type}`);
    const rows = lake[table].map((row) => `(${row.map(literal).join(", ")})`);
    const make = `create table ${name} (${columns.join(", ")})`;
    return rows.length === 0 ? [make] : [make, `insert into ${name} values ${rows.join(", ")}`];
  });
}
