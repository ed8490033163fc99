// The copy of the lake in DuckDB's format. A file is never written after it has its final name: an update works on a copy
// and renames it when it is complete. A killed update therefore leaves a good file, and any number of processes can read
// and update at the same time, each in the file that it has opened.
import { constants, copyFileSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { bucketsFolder, diskError, makeFolder } from "../files";
import { type Catalog, loadCatalog } from "../glue/catalog";
import { aboutCopy, type Broken, copiedBroken, copiedTables, copyDatabase, copySchema, useAllThreads } from "./copied";
import { storedViews } from "./storedViews";
import { literal } from "./tables";
import { definitionsOf, isUpToDate, updateCopy } from "./update";

/** The copy as one process reads it. It does not change after it was opened. */
export interface Copy {
  readonly connection: DuckDBConnection;
  /** The catalog's definitions from which it was created; undefined if it was never finished. */
  readonly definitions: string | undefined;
  /** Why a table or view cannot be queried, by name. */
  readonly broken: Broken;
  /** Whether it is up to date with the files of the named tables; of all tables if undefined. A query can run meanwhile. */
  isUpToDate(names?: readonly string[]): Promise<boolean>;
  close(): void;
}

const copyName = "copy.duckdb";
const updatePrefix = ".update-";
/** An update that began this long ago was killed. */
const staleUpdateMs = 60 * 60 * 1000;

function folderOf(stateDir: string): string {
  return join(stateDir, "sql");
}

/** Removes a state's copy, with the rows of removed files. The next query creates it again. */
export function dropCopy(stateDir: string): void {
  rmSync(folderOf(stateDir), { recursive: true, force: true });
}

/** Opens the existing copy; undefined if there is none, or it is damaged or of another catalog. */
export async function openCopy(stateDir: string): Promise<Copy | undefined> {
  const file = join(folderOf(stateDir), copyName);
  if (!existsSync(file)) return undefined;
  const catalog = loadCatalog(stateDir);
  try {
    const copy = await read(file, stateDir, catalog);
    if (copy.definitions === definitionsOf(catalog)) return copy;
    copy.close();
  } catch {
    // Damaged, or written by another version of DuckDB.
  }
  return undefined;
}

/**
 * Creates an up-to-date copy of the lake, from the existing copy if possible.
 * @param isFresh ignores the existing copy
 * @throws one line, if the folder cannot be written
 */
export async function updatedCopy(stateDir: string, isFresh: boolean): Promise<Copy> {
  const kept = join(folderOf(stateDir), copyName);
  const folder = updateFolder(stateDir);
  const file = join(folder, copyName);
  try {
    const catalog = loadCatalog(stateDir);
    if (!isFresh && existsSync(kept)) copyFileSync(kept, file, constants.COPYFILE_FICLONE);
    try {
      await write(file, stateDir, catalog);
    } catch (error) {
      if (isFresh || (error as NodeJS.ErrnoException).code !== undefined) throw error;
      // The existing copy is damaged and is created again.
      rmSync(file, { force: true });
      await write(file, stateDir, catalog);
    }
    const copy = await read(file, stateDir, catalog);
    keep(file, kept);
    return copy;
  } catch (error) {
    throw diskError(error, folderOf(stateDir));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Creates a folder for an update and removes those of killed updates. It is elsewhere if the state is read-only. */
function updateFolder(stateDir: string): string {
  const folder = folderOf(stateDir);
  try {
    makeFolder(folder);
    for (const name of readdirSync(folder).filter((one) => one.startsWith(updatePrefix))) {
      const begun = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (Date.now() - begun > staleUpdateMs) rmSync(join(folder, name), { recursive: true, force: true });
    }
    // DuckDB puts its log into another folder if the path has a question mark.
    return mkdtempSync(folder.includes("?") ? join(tmpdir(), "playlake-sql-") : join(folder, updatePrefix));
  } catch (error) {
    if (!["EROFS", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) {
      throw diskError(error, folder);
    }
    return mkdtempSync(join(tmpdir(), "playlake-sql-"));
  }
}

/** Renames the file to its final name. Processes that have the old one open continue to read it. */
function keep(file: string, kept: string): void {
  try {
    renameSync(file, kept);
  } catch {
    // The state cannot be written: only this process has the copy.
  }
}

async function read(file: string, stateDir: string, catalog: Catalog): Promise<Copy> {
  const { connection, other, close } = await openDuckdb();
  try {
    await connection.run(`attach ${literal(file)} as ${copyDatabase} (read_only)`);
    const about = await aboutCopy(connection);
    if (about?.isLarge) await useAllThreads(connection);
    const broken = await copiedBroken(connection);
    const tables = copiedTables(catalog);
    const tablesOf = new Map((await storedViews(connection)).map(({ stored, tables: read }) => [stored, read]));
    return {
      connection,
      definitions: about?.definitions,
      broken,
      async isUpToDate(names) {
        const read = names?.flatMap((name) => tablesOf.get(name) ?? [name]);
        const asked = tables.filter(({ id }) => read?.includes(`${copySchema}.t${id}`) ?? true);
        for (const table of asked) {
          if (!(await isUpToDate(other, table, bucketsFolder(stateDir)))) return false;
        }
        return true;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function write(file: string, stateDir: string, catalog: Catalog): Promise<void> {
  const { connection, close } = await openDuckdb();
  try {
    // The file is used only if it is complete, so it needs no log of each statement: 30 fewer waits for the disk.
    await connection.run(`attach ${literal(file)} as ${copyDatabase} (recovery_mode no_wal_writes)`);
    await updateCopy(connection, catalog, bucketsFolder(stateDir), join(file, ".."));
    await connection.run(`use memory.main; checkpoint ${copyDatabase}; detach ${copyDatabase}`);
  } finally {
    close();
  }
}

/**
 * DuckDB's client, loaded on first use. As CommonJS, since `import()` would parse each of its 180 files twice.
 * @throws one line if it is not installed
 */
export function loadDuckdb(): typeof import("@duckdb/node-api") {
  try {
    const client = require("@duckdb/node-api");
    keepMarks();
    return client;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new Error("SQL on this machine needs DuckDB: npm install @duckdb/node-api");
  }
}

/** Replaces the client's decoder of texts, which drops a leading U+FEFF. */
function keepMarks(): void {
  try {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    require("@duckdb/node-api/lib/vectors/dataAccessors").textDecoder = decoder;
  } catch {
    // Another version of the client, which keeps its decoder elsewhere.
  }
}

/** Opens DuckDB in memory, with two connections: a connection runs one statement at a time. */
async function openDuckdb(): Promise<{ connection: DuckDBConnection; other: DuckDBConnection; close: () => void }> {
  // Nothing is written beside the copy, not even data that does not fit into memory. Freed memory returns to the system:
  // with DuckDB's default of 128 MB, a year's report takes 50 MiB more and as long.
  // One thread: several would wait for each other longer than they compute the few rows of a small copy.
  const options = { temp_directory: "", allocator_flush_threshold: "8MB", threads: "1" };
  const instance = await loadDuckdb().DuckDBInstance.create(":memory:", options);
  const [connection, other] = [await instance.connect(), await instance.connect()];
  const close = () => {
    connection.closeSync();
    other.closeSync();
    instance.closeSync();
  };
  // In Trino, dividing integers gives an integer.
  await connection.run("set integer_division = true");
  return { connection, other, close };
}
