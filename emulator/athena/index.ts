import { join, resolve } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { loadCatalog, type StoredQuery, type Table } from "../glue/catalog";
import { oneLine } from "./errors";
import { filesOf } from "./files";
import { icebergSelect, isIceberg, mergeInto } from "./iceberg";
import { pickNamedQuery } from "./namedQuery";
import { literal, quoted, tableSelect } from "./tables";
import { type Answer, select } from "./values";
import { makeViews } from "./views";

export type { Answer } from "./values";

/** The local Athena: SQL over the tables and views of the kept catalog. */
export interface Athena {
  /**
   * Runs one statement that reads. Names without a database are of `database`.
   * @throws Error of one line
   */
  query(sql: string): Promise<Answer>;
  /**
   * The SQL of a query that the program keeps for Athena. Its name may be given without what the stack puts before it.
   * @throws Error that names those there are
   */
  namedQuery(name: string): string;
  /** The questions that the program keeps for Athena: statements that make views are not among them. */
  readonly namedQueries: readonly StoredQuery[];
  /** The database in which names resolve. */
  readonly database: string;
  close(): void;
}

export interface AthenaOptions {
  /** The state folder that holds the catalog. */
  stateDir: string;
  /** The folder whose folders are the buckets. @default the state folder's `buckets` */
  bucketsRoot?: string;
  /** @default the catalog's first */
  database?: string;
  /**
   * Reads every file once, at the opening, for whoever asks many questions; else each question reads the files of the days
   * that it names. A file that can't be read then makes its whole table fail. @default false
   */
  readsOnce?: boolean;
}

/**
 * Opens the catalog that a run has kept; no program is run for it. What the files and partitions are is settled here: what
 * a crawl adds later is seen by the next one who opens it.
 * @throws one line, where DuckDB is not installed or there is no catalog
 */
export async function openAthena(options: AthenaOptions): Promise<Athena> {
  const { database, namedQueries: stored, bucketsRoot, connection, attempt, close } = await openCatalog(options);
  await lockIn(connection, [bucketsRoot]);
  // The others write: they make views, which the catalog has here, and the compact copy.
  const namedQueries = stored.filter(({ sql }) => !/^(create|merge)\b/i.test(sql));
  return {
    database,
    namedQueries,
    namedQuery: (name) => pickNamedQuery(namedQueries, name),
    query: (sql) =>
      attempt(async () => {
        await refuseWrites(connection, sql);
        return select(connection, sql);
      }),
    close,
  };
}

/** The catalog, for statements that write. */
export interface Exporter {
  /** Tables and views by name, in the catalog's order. */
  readonly names: readonly string[];
  /**
   * Runs one statement of DuckDB's.
   * @throws Error of one line
   */
  run(sql: string): Promise<void>;
  close(): void;
}

/**
 * Opens the catalog as `openAthena` does, for statements that write below one folder.
 * @throws one line, where DuckDB is not installed or there is no catalog
 */
export async function openExporter(options: AthenaOptions, folder: string): Promise<Exporter> {
  const { databases, database, bucketsRoot, connection, attempt, close } = await openCatalog(options);
  await lockIn(connection, [bucketsRoot, folder]);
  return {
    names: Object.keys(databases[database] ?? {}),
    run: (sql) =>
      attempt(async () => {
        await connection.run(sql);
      }),
    close,
  };
}

/**
 * Runs one MERGE or DELETE on a table of Iceberg's.
 * @throws Error of one line
 */
export async function mergeIn(options: AthenaOptions, table: Table, sql: string): Promise<void> {
  const { bucketsRoot, connection, attempt, close } = await openCatalog(options);
  try {
    await attempt(() => mergeInto(connection, table, bucketsRoot, sql));
  } finally {
    close();
  }
}

/** DuckDB with the catalog's databases in it; names without one are of the asked one. */
async function openCatalog({ stateDir, readsOnce = false, ...given }: AthenaOptions) {
  const bucketsRoot = resolve(given.bucketsRoot ?? join(stateDir, "buckets"));
  const { databases, namedQueries } = loadCatalog(stateDir);
  const database = given.database ?? Object.keys(databases)[0];
  if (database === undefined) throw new Error(`${stateDir} holds no catalog: nothing has run there yet`);
  const instance = await createDuckdb();
  const connection = await instance.connect();
  /** Why a table or view could not be made, by its name. */
  const broken = new Map<string, string>();
  await connection.run("attach ':memory:' as awsdatacatalog");
  // Trino divides integers by integers.
  await connection.run("set integer_division = true");
  for (const [name, tables] of Object.entries(databases)) {
    await makeDatabase(connection, name, Object.values(tables), bucketsRoot, { broken, readsOnce });
  }
  await connection.run(`use awsdatacatalog.${quoted(database)}`);
  return {
    databases,
    namedQueries,
    database,
    bucketsRoot,
    connection,
    /** @throws Error of one line */
    attempt: async <T>(work: () => Promise<T>): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        throw new Error(oneLine((error as Error).message, broken, bucketsRoot));
      }
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function createDuckdb(): Promise<DuckDBInstance> {
  try {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    return await DuckDBInstance.create(":memory:");
  } catch (error) {
    if (!["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
    throw new Error("SQL on this machine needs DuckDB: npm install @duckdb/node-api");
  }
}

async function makeDatabase(
  connection: DuckDBConnection,
  database: string,
  tables: readonly Table[],
  bucketsRoot: string,
  { broken, readsOnce }: { broken: Map<string, string>; readsOnce: boolean },
): Promise<void> {
  await connection.run(`create schema awsdatacatalog.${quoted(database)}`);
  await connection.run(`use awsdatacatalog.${quoted(database)}`);
  const isView = ({ tableType }: Table) => tableType === "VIRTUAL_VIEW";
  for (const table of tables.filter((table) => !isView(table))) {
    try {
      const rows = isIceberg(table)
        ? icebergSelect(table, bucketsRoot)
        : tableSelect(table, filesOf(table, bucketsRoot));
      await connection.run(`create ${readsOnce ? "table" : "view"} ${quoted(table.name)} as ${rows}`);
    } catch (error) {
      broken.set(table.name, (error as Error).message);
    }
  }
  for (const [name, reason] of await makeViews(connection, tables.filter(isView))) broken.set(name, reason);
}

/** From here on a statement can reach these folders and nothing else of this machine. */
async function lockIn(connection: DuckDBConnection, folders: readonly string[]): Promise<void> {
  const allowed = folders.map((folder) => literal(`${folder}/`));
  await connection.run(`set allowed_directories = [${allowed.join(", ")}]`);
  await connection.run("set enable_external_access = false");
  await connection.run("set lock_configuration = true");
}

async function refuseWrites(connection: DuckDBConnection, sql: string): Promise<void> {
  const { StatementType } = await import("@duckdb/node-api");
  const statements = await connection.extractStatements(sql).catch((error: Error) => {
    // DuckDB's client has no words for a text that holds no statement.
    const isEmpty = error.message === "Error in native callback";
    throw new Error(isEmpty ? "expected one statement, got 0" : error.message.replace(/^Failed to [a-z ]+: /, ""));
  });
  if (statements.count !== 1) throw new Error(`expected one statement, got ${statements.count}`);
  const prepared = await statements.prepare(0);
  const { statementType } = prepared;
  prepared.destroySync();
  if (statementType !== StatementType.SELECT && statementType !== StatementType.EXPLAIN) {
    throw new Error(`only statements that read are answered here, such as SELECT; got ${StatementType[statementType]}`);
  }
}
