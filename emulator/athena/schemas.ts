import type { DuckDBConnection } from "@duckdb/node-api";
import type { Catalog, Table } from "../glue/catalog";
import { copiedBroken, copiedTables, copyDatabase, copySchema, insertRows } from "./copied";
import { dropStoredViews, storeView } from "./storedViews";
import { quoted, tableSelect, viewSelect } from "./tables";
import { trinoFunctions } from "./trinoFunctions";

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
    const store = (view: Table) => (storesViews ? storeView(connection, database, view) : undefined);
    await makeViews(connection, views, store, failed);
  }
  await connection.run(`use memory.main; delete from ${copySchema}.broken where id is null`);
  const broken = [...failed].map(([name, reason]) => [null, null, name, reason]);
  await insertRows(connection, "broken", broken);
}

/**
 * Creates a database's views in any order of dependency: views that cannot be created yet are tried again after the others.
 * Columns are cast to the types that the catalog holds, as Athena does.
 *
 * @param store is called for each created view, before the views that read it are created
 * @param failed gets why a view could not be created, by name
 */
async function makeViews(
  connection: DuckDBConnection,
  views: readonly Table[],
  store: (view: Table) => Promise<void> | undefined,
  failed: Map<string, string>,
): Promise<void> {
  for (const view of views) {
    failed.delete(view.name);
    try {
      await connection.run(`create view ${quoted(view.name)} as ${viewSelect(view)}`);
      await store(view);
    } catch (error) {
      failed.set(view.name, (error as Error).message);
    }
  }
  const left = views.filter(({ name }) => failed.has(name));
  if (left.length < views.length) await makeViews(connection, left, store, failed);
}
