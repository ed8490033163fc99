import { join, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { loadCatalog, type StoredQuery, type Table } from "../glue/catalog";
import { type Copy, type Lake, openCopy, updatedCopy } from "./copy";
import { mergeInto } from "./iceberg";
import { nearest, pickNamedQuery } from "./namedQuery";
import { checkReads } from "./statements";
import { literal, quoted } from "./tables";
import { copyDatabase, copySchema } from "./update";
import { type Answer, select } from "./values";

export { dropCopy } from "./copy";
export type { Answer } from "./values";

/** The local Athena: SQL queries of the catalog's tables and views. */
export interface Athena {
  /**
   * Runs one statement that reads. Names without a database resolve in `database`.
   * @param values for the question marks of the statement, in their order
   * @throws Error with DuckDB's message, which has several lines if it points into the statement
   */
  query(sql: string, values?: readonly string[]): Promise<Answer>;
  /**
   * The SQL of a named query that the program declares. Its name can be given without the stack's prefix.
   * @throws Error that lists the existing names
   */
  namedQuery(name: string): string;
  /** The named queries that the program declares, without statements that write. */
  readonly namedQueries: readonly StoredQuery[];
  /** The database in which names resolve. */
  readonly database: string;
  /** Makes the next query check for changed files. Without it, each table is checked once. */
  refresh(): void;
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
 * Opens the catalog that a run has stored. The files of a table are read by the first query of that table.
 * @throws one line, if DuckDB is not installed or there is no catalog
 */
export async function openAthena(options: AthenaOptions): Promise<Athena> {
  const { lake, database, names, namedQueries } = placeOf(options);
  const reader = await openReader(lake, names, async (connection) => {
    await connection.run(`use ${copyDatabase}.${quoted(database)}`);
    await connection.run("set enable_external_access = false; set lock_configuration = true");
  });
  let last: Promise<unknown> = Promise.resolve();
  return {
    database,
    namedQueries,
    namedQuery: (name) => pickNamedQuery(namedQueries, name),
    query: (sql, values = []) => {
      const answer = last.then(() => reader.ask(sql, values));
      last = answer.catch(() => undefined);
      return answer;
    },
    refresh: reader.refresh,
    close: reader.close,
  };
}

/** Runs statements that export the catalog's tables into one folder. */
export interface Exporter {
  /** Tables and views by name, in the catalog's order. */
  readonly names: readonly string[];
  /** @throws Error of one line */
  run(sql: string): Promise<void>;
  close(): void;
}

/**
 * Opens the catalog like `openAthena`, for DuckDB statements that write below `folder`.
 * @throws one line, if DuckDB is not installed or there is no catalog
 */
export async function openExporter(options: AthenaOptions, folder: string): Promise<Exporter> {
  const { lake, database, names } = placeOf(options);
  const copy = await wholeCopy(lake);
  await copy.connection.run(`use ${copyDatabase}.${quoted(database)};
    set allowed_directories = [${literal(`${folder}/`)}]; set enable_external_access = false; set lock_configuration = true`);
  return {
    names,
    run: async (sql) => {
      try {
        await copy.connection.run(sql);
      } catch (error) {
        throw explained(error as Error, copy, names);
      }
    },
    close: copy.close,
  };
}

/**
 * Runs one MERGE or DELETE on an Iceberg table.
 * @throws Error of one line
 */
export async function mergeIn(options: AthenaOptions, table: Table, sql: string): Promise<void> {
  const { lake, database, names } = placeOf(options);
  const copy = await wholeCopy(lake);
  try {
    await mergeInto(copy.connection, table, `${copyDatabase}.${quoted(database)}`, lake.bucketsRoot, sql);
  } catch (error) {
    throw explained(error as Error, copy, names);
  } finally {
    copy.close();
  }
}

function placeOf(options: AthenaOptions) {
  const { stateDir } = options;
  const { databases, namedQueries } = loadCatalog(stateDir);
  const database = options.database ?? Object.keys(databases)[0];
  if (database === undefined) throw new Error(`${stateDir} holds no catalog: nothing has run there yet`);
  const lake: Lake = { stateDir, bucketsRoot: resolve(options.bucketsRoot ?? join(stateDir, "buckets")) };
  // The other statements write: they create views, which are already in the catalog, and the compact copy.
  const questions = namedQueries.filter(({ sql }) => !/^(create|merge)\b/i.test(sql));
  return { lake, database, names: Object.keys(databases[database] ?? {}), namedQueries: questions };
}

/** The copy, with every table up to date. */
async function wholeCopy(lake: Lake): Promise<Copy> {
  const copy = await openCopy(lake);
  if ((await copy?.isUpToDate()) === true && copy !== undefined) return copy;
  copy?.close();
  return updatedCopy(lake, false);
}

/**
 * Queries the copy, after updating it if a query's tables have changed.
 * @param tableNames names that an error can suggest
 * @param prepare called with each new connection
 */
async function openReader(
  lake: Lake,
  tableNames: readonly string[],
  prepare: (connection: DuckDBConnection) => Promise<void>,
) {
  const prepared = async (copy: Copy) => {
    await prepare(copy.connection);
    return copy;
  };
  let copy = await prepared((await openCopy(lake)) ?? (await updatedCopy(lake, false)));
  let checked = new Set<string>();

  async function update(isFresh: boolean): Promise<void> {
    const newer = await updatedCopy(lake, isFresh);
    copy.close();
    copy = await prepared(newer);
  }

  async function look(sql: string): Promise<void> {
    const names = namesIn(copy.connection, sql)?.filter((name) => !checked.has(name));
    if (names?.length === 0) return;
    if (!(await copy.isUpToDate(names))) await update(false);
    for (const name of names ?? []) checked.add(name);
  }

  async function answer(sql: string, values: readonly string[]): Promise<Answer> {
    await checkReads(copy.connection, sql);
    await copy.connection.run("begin transaction read only");
    try {
      return await select(copy.connection, sql, values);
    } finally {
      await copy.connection.run("rollback");
    }
  }

  return {
    async ask(sql: string, values: readonly string[]): Promise<Answer> {
      try {
        await look(sql);
        return await answer(sql, values);
      } catch (error) {
        if (!isDamage(error as Error)) throw explained(error as Error, copy, tableNames);
      }
      await update(true);
      return answer(sql, values);
    },
    refresh: () => {
      checked = new Set();
    },
    close: () => copy.close(),
  };
}

/** A quoted text or name, a comment, or a question mark outside of these. */
const quotedOrMark = /'[^']*'|"[^"]*"|--[^\n]*|\?/g;

/**
 * The tables of the copy that a statement reads; undefined if they are not known, such as for a name that is not in the
 * copy.
 */
function namesIn(connection: DuckDBConnection, sql: string): string[] | undefined {
  // Names in string literals are not found.
  if (/\bquery_table\b/i.test(sql)) return undefined;
  // DuckDB finds no names in a statement with question marks.
  const withoutMarks = sql.replace(quotedOrMark, (text) => (text === "?" ? "null" : text));
  const names = connection.getTableNames(withoutMarks, true);
  if (names.length === 0 && withoutMarks !== sql) return undefined;
  return names.every((name) => name.startsWith(`${copySchema}.t`)) ? [...names] : undefined;
}

/** The connection reads only the copy, so a read failure means that the copy is damaged. */
function isDamage({ message }: Error): boolean {
  return /^(IO|Serialization|Corruption|Fatal|INTERNAL) Error/i.test(message);
}

/**
 * DuckDB's error. For a missing table it adds why the table could not be created, or the nearest name: DuckDB would suggest
 * internal names.
 */
function explained({ message }: Error, { broken }: Copy, names: readonly string[]): Error {
  return new Error(reasonOf(message, broken, names));
}

const missingTable = /^Catalog Error: Table with name (\S+) does not exist!\n(Did you mean .*\n)?/;

function reasonOf(message: string, broken: ReadonlyMap<string, string>, names: readonly string[]): string {
  const [start, missing = ""] = missingTable.exec(message) ?? [];
  if (start === undefined) return message;
  const reason = broken.get(missing.toLowerCase());
  if (reason !== undefined) return `${missing} cannot be read: ${reasonOf(reason, broken, names)}`;
  const near = nearest(missing, names);
  const hint = near === undefined ? "" : `Did you mean "${near}"?\n`;
  return `Catalog Error: Table with name ${missing} does not exist!\n${hint}${message.slice(start.length)}`;
}
