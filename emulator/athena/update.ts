// Updates the copy from the lake's files, file by file.
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Catalog, Table } from "../glue/catalog";
import { icebergSelect } from "./iceberg";
import { type Folder, foldersOf, type LakeFile } from "./lakeFiles";
import { createStaging } from "./staging";
import { isIceberg, literal, quoted, tableSelect } from "./tables";
import { trinoFunctions } from "./trinoFunctions";
import { makeViews } from "./views";

/** The database name of the attached copy: Athena's name of its own catalog. */
export const copyDatabase = "awsdatacatalog";
/** The schema of the copied rows and of the copy's metadata. */
export const copySchema = `${copyDatabase}.copied`;

/** Why a table or view cannot be queried, by name. For a view it is DuckDB's message. */
export type Broken = ReadonlyMap<string, string>;

/** Raise it with every change of the copy's format: older copies are created again. */
const formatVersion = 1;

/** The definitions of the copy's tables and views, as text that changes only with them. */
export function definitionsOf({ databases }: Catalog): string {
  const withoutPartitions = Object.entries(databases).map(([database, tables]) => [
    database,
    Object.values(tables).map(({ partitions: _, ...table }) => table),
  ]);
  return JSON.stringify([formatVersion, trinoFunctions, withoutPartitions]);
}

/** A table of files, and the location of its rows in the copy. */
interface CopiedTable {
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
  const folders = foldersOf(table, bucketsRoot);
  const copied = await copiedFolders(connection, id);
  return (
    folders.length === copied.size && folders.every((folder) => copied.get(folder.location)?.[0] === textOf(folder))
  );
}

/** The definitions from which the copy was created; undefined if it was never finished. */
export async function copiedDefinitions(connection: DuckDBConnection): Promise<string | undefined> {
  const [row] = await rowsOf(connection, `select definitions from ${copySchema}.about`);
  return row === undefined ? undefined : String(row[0]);
}

/** The tables and views that cannot be queried. */
export async function copiedBroken(connection: DuckDBConnection): Promise<Broken> {
  const rows = await rowsOf(connection, `select name, reason from ${copySchema}.broken order by file`);
  return new Map(rows.reverse().map(([name, reason]) => [String(name), String(reason)]));
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
  const isSame = (await copiedDefinitions(connection).catch(() => undefined)) === definitions;
  if (!isSame) await makeTables(connection, catalog, bucketsRoot);
  const brokenBefore = JSON.stringify([...(await copiedBroken(connection))]);
  for (const copied of copiedTables(catalog)) {
    const rows = isIceberg(copied.table) ? updateIceberg : updateTable;
    await rows(connection, copied, bucketsRoot, folder);
  }
  // Views depend on tables, whose readability may have changed.
  if (isSame && brokenBefore === JSON.stringify([...(await copiedBroken(connection))])) return;
  await makeSchemas(connection, catalog);
  await connection.run(`delete from ${copySchema}.about`);
  await connection.run(`insert into ${copySchema}.about values (${literal(definitions)})`);
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRows();
}

async function makeTables(connection: DuckDBConnection, catalog: Catalog, bucketsRoot: string): Promise<void> {
  await connection.run(`drop schema if exists ${copySchema} cascade; create schema ${copySchema};
    create table ${copySchema}.about (definitions varchar);
    create table ${copySchema}.folders (id integer, location varchar, files varchar, file_ids varchar);
    create table ${copySchema}.broken (id integer, file integer, name varchar, reason varchar)`);
  for (const { id, table } of copiedTables(catalog)) {
    const texts = [...table.partitionKeys.map((_, i) => `p${i}`), ...table.columns.map((_, i) => `c${i}`)];
    const columns = ["file integer", ...texts.map((name) => `${name} varchar`)];
    const shape = isIceberg(table) ? `as ${icebergSelect(table, bucketsRoot)} limit 0` : `(${columns.join(", ")})`;
    await connection.run(`create table ${copySchema}.t${id} ${shape}`);
  }
}

/** A text that changes with the folder. */
function textOf({ values, reading, files }: Folder): string {
  return JSON.stringify([values, reading, files.map(({ name, signature }) => [name, signature])]);
}

/** The files in a folder's text, keyed by everything that determines their rows. */
function filesIn(text: string, fileIds: string): Map<string, number> {
  const [values, reading, files] = JSON.parse(text) as [string[], unknown, [string, string][]];
  const ids = JSON.parse(fileIds) as number[];
  return new Map(
    files.map(([name, signature], i) => [JSON.stringify([values, reading, name, signature]), ids[i] ?? 0]),
  );
}

async function updateTable(
  connection: DuckDBConnection,
  { id, table }: CopiedTable,
  bucketsRoot: string,
  stagingFolder: string,
): Promise<void> {
  const known = await copiedFolders(connection, id);
  const replaced = new Map(known);
  const changed: Folder[] = [];
  for (const folder of foldersOf(table, bucketsRoot)) {
    if (known.get(folder.location)?.[0] === textOf(folder)) replaced.delete(folder.location);
    else changed.push(folder);
  }
  if (changed.length + replaced.size === 0) return;

  const replacedFiles = new Map([...replaced.values()].flatMap(([text, ids]) => [...filesIn(text, ids)]));
  let lastId = Math.max(0, ...[...known.values()].map(([, ids]) => Math.max(0, ...(JSON.parse(ids) as number[]))));
  const staging = createStaging(
    join(stagingFolder, "staged.csv"),
    bucketsRoot,
    table.partitionKeys.length,
    table.columns.length,
  );
  const broken: [fileId: number, reason: string][] = [];
  try {
    const idOf = (file: LakeFile, folder: Folder): number => {
      const key = JSON.stringify([folder.values, folder.reading, file.name, file.signature]);
      const kept = replacedFiles.get(key);
      if (kept !== undefined) {
        replacedFiles.delete(key);
        return kept;
      }
      lastId += 1;
      try {
        staging.add(lastId, file, folder);
      } catch (error) {
        broken.push([lastId, `s3://${file.name}: ${(error as Error).message}`]);
      }
      return lastId;
    };
    const rows = changed.map((folder) => [
      folder.location,
      textOf(folder),
      JSON.stringify(folder.files.map((file) => idOf(file, folder))),
    ]);
    const gone = [...replacedFiles.values()].join(", ");
    await connection.run("begin");
    if (gone !== "") {
      await connection.run(`delete from ${copySchema}.t${id} where file in (${gone});
        delete from ${copySchema}.broken where id = ${id} and file in (${gone})`);
    }
    await connection.run(`insert into ${copySchema}.t${id} ${staging.select()}`);
    const stale = [...replaced.keys()].map(literal).join(", ");
    if (stale !== "")
      await connection.run(`delete from ${copySchema}.folders where id = ${id} and location in (${stale})`);
    if (rows.length > 0) {
      const values = rows.map((row) => `(${id}, ${row.map((text) => literal(text ?? "")).join(", ")})`);
      await connection.run(`insert into ${copySchema}.folders values ${values.join(", ")}`);
    }
    for (const [fileId, reason] of broken) {
      await connection.run(
        `insert into ${copySchema}.broken values (${id}, ${fileId}, ${literal(table.name)}, ${literal(reason)})`,
      );
    }
    await connection.run("commit");
  } finally {
    staging.remove();
  }
}

async function updateIceberg(
  connection: DuckDBConnection,
  { id, table }: CopiedTable,
  bucketsRoot: string,
): Promise<void> {
  const [folder] = foldersOf(table, bucketsRoot);
  const text = folder === undefined ? undefined : textOf(folder);
  const [known] = (await copiedFolders(connection, id)).values();
  if (known?.[0] === text) return;
  await connection.run(`create or replace table ${copySchema}.t${id} as ${icebergSelect(table, bucketsRoot)};
    delete from ${copySchema}.folders where id = ${id}`);
  if (folder === undefined) return;
  await connection.run(
    `insert into ${copySchema}.folders values (${id}, ${literal(folder.location)}, ${literal(textOf(folder))}, '[]')`,
  );
}

/** Creates a schema for each of the catalog's databases, with a view for each copied table and the catalog's own views. */
async function makeSchemas(connection: DuckDBConnection, catalog: Catalog): Promise<void> {
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
    for (const [name, reason] of await makeViews(connection, views)) failed.set(name, reason);
  }
  await connection.run(`use memory.main; delete from ${copySchema}.broken where id is null`);
  for (const [name, reason] of failed) {
    await connection.run(`insert into ${copySchema}.broken values (null, null, ${literal(name)}, ${literal(reason)})`);
  }
}
