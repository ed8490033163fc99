import { join, resolve } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { filesOf } from "./athena/files";
import { literal, quoted, tableSelect } from "./athena/tables";
import { type Answer, select } from "./athena/values";
import { makeViews } from "./athena/views";
import { loadCatalog, type StoredQuery, type Table } from "./glue/catalog";

export type { Answer } from "./athena/values";

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
  /** The queries that the program keeps for Athena. */
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
}

/**
 * Opens the catalog that a run has kept; no program is run for it. What the files and partitions are is settled here: what
 * a crawl adds later is seen by the next one who opens it.
 * @throws one line, where DuckDB is not installed or there is no catalog
 */
export async function openAthena(options: AthenaOptions): Promise<Athena> {
  const { stateDir } = options;
  const bucketsRoot = resolve(options.bucketsRoot ?? join(stateDir, "buckets"));
  const { databases, namedQueries } = loadCatalog(stateDir);
  const database = options.database ?? Object.keys(databases)[0];
  if (database === undefined) throw new Error(`${stateDir} holds no catalog: nothing has run there yet`);
  const instance = await createDuckdb();
  const connection = await instance.connect();
  const broken = new Map<string, string>();
  await connection.run("attach ':memory:' as awsdatacatalog");
  // Trino divides integers by integers.
  await connection.run("set integer_division = true");
  for (const [name, tables] of Object.entries(databases)) {
    await makeDatabase(connection, name, Object.values(tables), bucketsRoot, broken);
  }
  await connection.run(`use awsdatacatalog.${quoted(database)}`);
  await lockIn(connection, bucketsRoot);
  return {
    database,
    namedQueries,
    namedQuery: (name) => {
      const found = namedQueries.find((query) => query.name === name || query.name.endsWith(`-${name}`));
      if (found !== undefined) return found.sql;
      const names = namedQueries.map((query) => query.name).join(", ");
      throw new Error(`there is no named query "${name}"; there are ${names === "" ? "none" : names}`);
    },
    query: async (sql) => {
      try {
        await refuseWrites(connection, sql);
        return await select(connection, sql);
      } catch (error) {
        throw new Error(oneLine((error as Error).message, broken));
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
  broken: Map<string, string>,
): Promise<void> {
  await connection.run(`create schema awsdatacatalog.${quoted(database)}`);
  await connection.run(`use awsdatacatalog.${quoted(database)}`);
  const isView = ({ tableType }: Table) => tableType === "VIRTUAL_VIEW";
  for (const table of tables.filter((table) => !isView(table))) {
    try {
      await connection.run(`create view ${quoted(table.name)} as ${tableSelect(table, filesOf(table, bucketsRoot))}`);
    } catch (error) {
      broken.set(table.name, (error as Error).message);
    }
  }
  for (const [name, reason] of await makeViews(connection, tables.filter(isView))) broken.set(name, reason);
}

/** From here on a statement can read the buckets and nothing else of this machine. */
async function lockIn(connection: DuckDBConnection, bucketsRoot: string): Promise<void> {
  await connection.run(`set allowed_directories = [${literal(`${bucketsRoot}/`)}]`);
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

/** The first line of DuckDB's message, and why a table or view that it misses could not be made. */
function oneLine(message: string, broken: ReadonlyMap<string, string>): string {
  const [first = ""] = message.split("\n");
  const [, missing = ""] = /^Catalog Error: Table with name (\S+) does not exist/.exec(first) ?? [];
  const reason = broken.get(missing.toLowerCase());
  return reason === undefined ? first : `${missing} can't be read: ${oneLine(reason, broken)}`;
}
