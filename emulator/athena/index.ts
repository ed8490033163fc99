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

/** The local Athena: SQL over the tables and views of the catalog. */
export interface Athena {
  /**
   * Runs one statement that reads. Names without a database are in `database`.
   * @throws Error with DuckDB's message, which has several lines if it points into the statement
   */
  query(sql: string): Promise<Answer>;
  /**
   * The SQL of a query that the program keeps for Athena. Its name can be given without the stack's prefix.
   * @throws Error that names those there are
   */
  namedQuery(name: string): string;
  /** The questions that the program keeps for Athena. Statements that make views are not among them. */
  readonly namedQueries: readonly StoredQuery[];
  /** The database in which names resolve. */
  readonly database: string;
  /** Looks for changed files again before the next query; without it, each table is looked at once. */
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
 * Opens the catalog that a run has kept. A query sees the files as they are when it, or an earlier one, first asks for
 * their table.
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
    query: (sql) => {
      const answer = last.then(() => reader.ask(sql));
      last = answer.catch(() => undefined);
      return answer;
    },
    refresh: reader.refresh,
    close: reader.close,
  };
}

/** The catalog, for statements that write below one folder. */
export interface Exporter {
  /** Tables and views by name, in the catalog's order. */
  readonly names: readonly string[];
  /** @throws Error of one line */
  run(sql: string): Promise<void>;
  close(): void;
}

/**
 * Opens the catalog as `openAthena` does, for statements of DuckDB's that write below `folder`.
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
 * Runs one MERGE or DELETE on a table of Iceberg's.
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
  // Other statements write: they make views, which the catalog has already, and the compact copy.
  const questions = namedQueries.filter(({ sql }) => !/^(create|merge)\b/i.test(sql));
  return { lake, database, names: Object.keys(databases[database] ?? {}), namedQueries: questions };
}

/** The copy with every table up to date. */
async function wholeCopy(lake: Lake): Promise<Copy> {
  const copy = await openCopy(lake);
  if ((await copy?.isUpToDate()) === true && copy !== undefined) return copy;
  copy?.close();
  return updatedCopy(lake, false);
}

/**
 * Asks the copy, and has it brought up to date before, as far as a question's tables need it.
 * @param tableNames what an error can suggest
 * @param prepare is given each connection that is opened
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

  async function answer(sql: string): Promise<Answer> {
    await checkReads(copy.connection, sql);
    await copy.connection.run("begin transaction read only");
    try {
      return await select(copy.connection, sql);
    } finally {
      await copy.connection.run("rollback");
    }
  }

  return {
    async ask(sql: string): Promise<Answer> {
      try {
        await look(sql);
        return await answer(sql);
      } catch (error) {
        if (!isDamage(error as Error)) throw explained(error as Error, copy, tableNames);
      }
      await update(true);
      return answer(sql);
    },
    refresh: () => {
      checked = new Set();
    },
    close: () => copy.close(),
  };
}

/**
 * The tables of the copy from which a statement reads; undefined if that is not known, as of a name that the copy does not
 * have.
 */
function namesIn(connection: DuckDBConnection, sql: string): string[] | undefined {
  // Names in texts are not seen.
  if (/\bquery_table\b/i.test(sql)) return undefined;
  const names = connection.getTableNames(sql, true);
  return names.every((name) => name.startsWith(`${copySchema}.t`)) ? [...names] : undefined;
}

/** The connection reads nothing but the copy: a failure to read is the copy's. */
function isDamage({ message }: Error): boolean {
  return /^(IO|Serialization|Corruption|Fatal|INTERNAL) Error/i.test(message);
}

/**
 * DuckDB's error. For a table that is not there it says why that could not be made, or the nearest name: DuckDB suggests
 * names of its own.
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
