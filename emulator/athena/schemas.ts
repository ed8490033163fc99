import type { DuckDBConnection } from "@duckdb/node-api";
import type { Catalog } from "../glue/catalog";
import { copiedBroken, copiedTables, copyDatabase, copySchema } from "./copied";
import { dropStoredViews, storeView } from "./storedViews";
import { literal, quoted, tableSelect } from "./tables";
import { trinoFunctions } from "./trinoFunctions";
import { makeViews } from "./views";

/**
 * Creates a schema for each of the catalog's databases, with a view for each copied table and the catalog's own views.
 * @param storesViews whether the rows of views are stored if they can be
 */
export async function makeSchemas(connection: DuckDBConnection, catalog: Catalog, storesViews: boolean): Promise<void> {
  await dropStoredViews(connection);
  const failed = new Map<string, string>();
  const unreadable = await copiedBroken(connection);
  const tables = copiedTables(catalog);
  for (const [database, all] of Object.entries(catalog.databases)) {
    const schema = `${copyDatabase}.${quoted(database)}`;
    await connection.run(`drop schema if exists ${schema} cascade; create schema ${schema}; use ${schema}`);
    await connection.run(trinoFunctions.join(";\n"));
    for (const { id, table } of tables.filter((one) => one.database === database && !unreadable.has(one.table.name))) {
      try {
        await connection.run(`create view ${quoted(table.name)} as ${tableSelect(table, `${copySchema}.t${id}`)}`);
      } catch (error) {
        failed.set(table.name, (error as Error).message);
      }
    }
    const views = Object.values(all).filter(({ tableType }) => tableType === "VIRTUAL_VIEW");
    const broken = await makeViews(connection, views, async (view) => {
      if (storesViews) await storeView(connection, database, view);
    });
    for (const [name, reason] of broken) failed.set(name, reason);
  }
  await connection.run(`use memory.main; delete from ${copySchema}.broken where id is null`);
  for (const [name, reason] of failed) {
    await connection.run(`insert into ${copySchema}.broken values (null, null, ${literal(name)}, ${literal(reason)})`);
  }
}
