// Updates the copy from the lake's files, file by file.
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Catalog } from "../glue/catalog";
import {
  aboutCopy,
  type CopiedTable,
  copiedBroken,
  copiedTables,
  copySchema,
  insertRows,
  type Row,
  rowsOf,
  useAllThreads,
} from "./copied";
import { icebergSelect } from "./iceberg";
import { type Folder, foldersOf, signatureLength } from "./lakeFiles";
import { makeSchemas } from "./schemas";
import { createStaging } from "./staging";
import { refreshViews } from "./storedViews";
import { isIceberg, literal } from "./tables";
import { trinoFunctions } from "./trinoFunctions";

/** Raise it with every change of the copy's format: older copies are created again. */
const formatVersion = 3;
/** With fewer rows, views are computed quickly enough. */
const largeRows = 20_000;
/** So many folders are looked at before other work of the process can go on: a query runs meanwhile. */
const foldersAtOnce = 20;

/** The definitions of the copy's tables and views, as text that changes only with them. */
export function definitionsOf({ databases }: Catalog): string {
  const withoutPartitions = Object.entries(databases).map(([database, tables]) => [
    database,
    Object.values(tables).map(({ partitions: _, ...table }) => table),
  ]);
  return JSON.stringify([formatVersion, trinoFunctions, withoutPartitions]);
}

/** The folders of a table in the copy, by location: the text that describes a folder's files, and their numbers as JSON. */
async function copiedFolders(
  connection: DuckDBConnection,
  id: number,
): Promise<Map<string, [text: string, ids: string]>> {
  const rows = await rowsOf(connection, `select location, files, file_ids from ${copySchema}.folders where id = ${id}`);
  return new Map(rows.map(([location, files, ids]) => [String(location), [String(files), String(ids)]]));
}

/** Whether the copy is up to date with a table's files. */
export async function isUpToDate(
  connection: DuckDBConnection,
  { id, table }: CopiedTable,
  bucketsRoot: string,
): Promise<boolean> {
  const copied = await copiedFolders(connection, id);
  let seen = 0;
  for (const folder of foldersOf(table, bucketsRoot)) {
    if (copied.get(folder.location)?.[0] !== JSON.stringify(folder)) return false;
    seen += 1;
    if (seen % foldersAtOnce === 0) await setImmediate();
  }
  return seen === copied.size;
}

/**
 * Updates the attached, writable copy to the current catalog and files.
 * @param folder the folder in which rows are staged
 */
export async function updateCopy(
  connection: DuckDBConnection,
  catalog: Catalog,
  bucketsRoot: string,
  folder: string,
): Promise<void> {
  const definitions = definitionsOf(catalog);
  const about = await aboutCopy(connection).catch(() => undefined);
  if (about?.isLarge) await useAllThreads(connection);
  const isSame = about?.definitions === definitions;
  if (!isSame) await makeTables(connection, catalog, bucketsRoot);
  const brokenBefore = JSON.stringify([...(await copiedBroken(connection))]);
  const changed = new Map<string, ReadonlySet<string>>();
  for (const copied of copiedTables(catalog)) {
    const rows = isIceberg(copied.table) ? updateIceberg : updateTable;
    changed.set(`${copySchema}.t${copied.id}`, await rows(connection, copied, bucketsRoot, folder));
  }
  const isLarge = await hasManyRows(connection);
  if (isLarge) await useAllThreads(connection);
  // Views depend on tables, whose readability may have changed.
  const isBrokenSame = brokenBefore === JSON.stringify([...(await copiedBroken(connection))]);
  if (isSame && isBrokenSame && about?.isLarge === isLarge) {
    try {
      return await refreshViews(connection, catalog, changed);
    } catch {
      // A view's rows cannot be computed any more.
    }
  }
  await makeSchemas(connection, catalog, isLarge);
  await connection.run(`delete from ${copySchema}.about`);
  await insertRows(connection, "about", [[definitions, isLarge]]);
}

async function hasManyRows(connection: DuckDBConnection): Promise<boolean> {
  const [row] = await rowsOf(
    connection,
    "select sum(estimated_size) from duckdb_tables() where schema_name = 'copied' and starts_with(table_name, 't')",
  );
  return Number(row?.[0] ?? 0) >= largeRows;
}

async function makeTables(connection: DuckDBConnection, catalog: Catalog, bucketsRoot: string): Promise<void> {
  await connection.run(`drop schema if exists ${copySchema} cascade; create schema ${copySchema};
    create table ${copySchema}.about (definitions varchar, is_large boolean);
    create table ${copySchema}.stored (id integer, database varchar, name varchar, key varchar, tables varchar);
    create table ${copySchema}.folders (id integer, location varchar, files varchar, file_ids varchar);
    create table ${copySchema}.broken (id integer, file integer, name varchar, reason varchar)`);
  for (const { id, table } of copiedTables(catalog)) {
    const texts = [...table.partitionKeys.map((_, i) => `p${i}`), ...table.columns.map((_, i) => `c${i}`)];
    const columns = ["file integer", ...texts.map((name) => `${name} varchar`)];
    const shape = isIceberg(table) ? `as ${icebergSelect(table, bucketsRoot)} limit 0` : `(${columns.join(", ")})`;
    await connection.run(`create table ${copySchema}.t${id} ${shape}`);
  }
}

/** For each file of a folder a text of everything that determines its rows. */
function filesOf({ values, reading, path, names, signatures }: Folder): string[] {
  return names.map((name, i) => {
    const signature = signatures.slice(i * signatureLength, (i + 1) * signatureLength);
    return JSON.stringify([values, reading, path + name, signature]);
  });
}

/** @returns the first values of the partitions that changed */
async function updateTable(
  connection: DuckDBConnection,
  { id, table }: CopiedTable,
  bucketsRoot: string,
  stagingFolder: string,
): Promise<Set<string>> {
  const known = await copiedFolders(connection, id);
  const stale = new Map(known);
  const changed: Folder[] = [];
  for (const folder of foldersOf(table, bucketsRoot)) {
    if (known.get(folder.location)?.[0] === JSON.stringify(folder)) stale.delete(folder.location);
    else changed.push(folder);
  }
  const before = [...stale.values()].map(([text, ids]) => ({
    folder: JSON.parse(text) as Folder,
    ids: JSON.parse(ids) as number[],
  }));
  const changedFolders = [...changed, ...before.map(({ folder }) => folder)];
  const changedValues = new Set(changedFolders.map(({ values: [first = ""] }) => first));
  if (changedFolders.length === 0) return changedValues;

  const staleFiles = new Map(
    before.flatMap(({ folder, ids }) => filesOf(folder).map((file, i) => [file, ids[i] ?? 0])),
  );
  let lastId = Math.max(0, ...[...known.values()].map(([, ids]) => Math.max(0, ...(JSON.parse(ids) as number[]))));
  const staging = createStaging(join(stagingFolder, "staged.csv"), bucketsRoot, table);
  const broken: Row[] = [];
  try {
    const idOf = (file: string, path: string, folder: Folder): number => {
      const copied = staleFiles.get(file);
      staleFiles.delete(file);
      if (copied !== undefined) return copied;
      lastId += 1;
      try {
        staging.add(lastId, path, folder);
      } catch (error) {
        // The system's error is of the written file, not of the lake's.
        if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error;
        broken.push([id, lastId, table.name, `s3://${path}: ${(error as Error).message}`]);
      }
      return lastId;
    };
    const folders = changed.map((folder): Row => {
      const ids = filesOf(folder).map((file, i) => idOf(file, `${folder.path}${folder.names[i]}`, folder));
      return [id, folder.location, JSON.stringify(folder), JSON.stringify(ids)];
    });
    const gone = [...staleFiles.values()].join(", ");
    if (gone !== "") {
      await connection.run(`delete from ${copySchema}.t${id} where file in (${gone});
        delete from ${copySchema}.broken where id = ${id} and file in (${gone})`);
    }
    await connection.run(`insert into ${copySchema}.t${id} ${staging.select()}`);
    const locations = [...stale.keys()].map(literal).join(", ");
    if (locations !== "") {
      await connection.run(`delete from ${copySchema}.folders where id = ${id} and location in (${locations})`);
    }
    await insertRows(connection, "folders", folders);
    await insertRows(connection, "broken", broken);
    return changedValues;
  } finally {
    staging.remove();
  }
}

async function updateIceberg(connection: DuckDBConnection, { id, table }: CopiedTable, bucketsRoot: string) {
  const [known] = (await copiedFolders(connection, id)).values();
  const rows = [...foldersOf(table, bucketsRoot)].map(
    (folder): Row => [id, folder.location, JSON.stringify(folder), "[]"],
  );
  if (known?.[0] !== rows[0]?.[2]) {
    await connection.run(`create or replace table ${copySchema}.t${id} as ${icebergSelect(table, bucketsRoot)};
      delete from ${copySchema}.folders where id = ${id}`);
    await insertRows(connection, "folders", rows);
  }
  return new Set<string>();
}
