// Brings the copy up to date with the lake's files, file by file.
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Catalog, Table } from "../glue/catalog";
import { icebergSelect } from "./iceberg";
import { type Folder, foldersOf, type LakeFile } from "./lakeFiles";
import { createStaging } from "./staging";
import { isIceberg, literal, quoted, tableSelect } from "./tables";
import { trinoFunctions } from "./trinoFunctions";
import { makeViews } from "./views";

/** The database under which the copy is attached, by Athena's name of its own catalog. */
export const copyDatabase = "awsdatacatalog";
/** The schema of the copied rows, and of what the copy knows of itself. */
export const copySchema = `${copyDatabase}.copied`;

/** Why a table or view cannot be asked, by its name: a view's is DuckDB's message. */
export type Broken = ReadonlyMap<string, string>;

/** Raised with every change of what the copy holds: an older copy is made anew. */
const formatVersion = 1;

/** What the copy's tables and views are made of; what it says changes with them alone. */
export function definitionsOf({ databases }: Catalog): string {
  const withoutPartitions = Object.entries(databases).map(([database, tables]) => [
    database,
    Object.values(tables).map(({ partitions: _, ...table }) => table),
  ]);
  return JSON.stringify([formatVersion, trinoFunctions, withoutPartitions]);
}

/** A table of files, and where the copy has its rows. */
export interface CopiedTable {
  /** Its rows are in `copied.t0`, `copied.t1`... */
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

/** What the copy has of a table's folders: the text of each one's files, by its location. */
export async function copiedFolders(connection: DuckDBConnection, id: number): Promise<Map<string, string>> {
  const rows = await rowsOf(connection, `select location, files from ${copySchema}.folders where id = ${id}`);
  return new Map(rows.map(([location, files]) => [String(location), String(files)]));
}

/** Whether the copy has a table's files as they are now. */
export async function isUpToDate(
  connection: DuckDBConnection,
  { id, table }: CopiedTable,
  bucketsRoot: string,
): Promise<boolean> {
  const folders = foldersOf(table, bucketsRoot);
  const copied = await copiedFolders(connection, id);
  return folders.length === copied.size && folders.every((folder) => copied.get(folder.location) === textOf(folder));
}

/** The definitions of which the copy was made; undefined if it was never finished. */
export async function copiedDefinitions(connection: DuckDBConnection): Promise<string | undefined> {
  const [row] = await rowsOf(connection, `select definitions from ${copySchema}.about`);
  return row === undefined ? undefined : String(row[0]);
}

/** The tables and views that cannot be asked. */
export async function copiedBroken(connection: DuckDBConnection): Promise<Broken> {
  const rows = await rowsOf(connection, `select name, reason from ${copySchema}.broken order by file`);
  return new Map(rows.reverse().map(([name, reason]) => [String(name), String(reason)]));
}

/**
 * Makes the attached, writable copy hold what the catalog and the files say now.
 * @param folder where rows are staged
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
  // Views stand for tables, some of which may not be readable now, or are again.
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

/** The text by which a changed folder is known. */
function textOf({ values, reading, files }: Folder): string {
  return JSON.stringify([values, reading, files.map(({ name, signature }) => [name, signature])]);
}

/** The files of a folder's text, by what has to be the same for their rows to be the same. */
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
  const known = await rowsOf(
    connection,
    `select location, files, file_ids from ${copySchema}.folders where id = ${id}`,
  );
  const knownTexts = new Map(known.map(([location, text]) => [String(location), String(text)]));
  const folders = foldersOf(table, bucketsRoot);
  const changed = folders.filter((folder) => knownTexts.get(folder.location) !== textOf(folder));
  const locations = new Set(folders.map(({ location }) => location));
  const changedLocations = new Set(changed.map(({ location }) => location));
  const replaced = known.filter(([location]) => {
    return !locations.has(String(location)) || changedLocations.has(String(location));
  });
  if (changed.length + replaced.length === 0) return;

  const replacedFiles = new Map(replaced.flatMap(([, text, ids]) => [...filesIn(String(text), String(ids))]));
  let lastId = Math.max(0, ...known.map(([, , ids]) => Math.max(0, ...(JSON.parse(String(ids)) as number[]))));
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
    const stale = replaced.map(([location]) => literal(String(location))).join(", ");
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
  if (known === text) return;
  await connection.run(`create or replace table ${copySchema}.t${id} as ${icebergSelect(table, bucketsRoot)};
    delete from ${copySchema}.folders where id = ${id}`);
  if (folder === undefined) return;
  await connection.run(
    `insert into ${copySchema}.folders values (${id}, ${literal(folder.location)}, ${literal(textOf(folder))}, '[]')`,
  );
}

/** The catalog's databases as schemas of views: over the copied tables, and those that the catalog keeps. */
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
