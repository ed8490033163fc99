import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { bucketsFolder } from "../files";
import { type Catalog, loadCatalog, type StoredQuery, type Table } from "../glue/catalog";
import { copyDatabase, copySchema } from "./copied";
import { type Copy, openCopy, updatedCopy } from "./copy";
import { mergeInto } from "./iceberg";
import { checkReads } from "./statements";
import { literal, quoted } from "./tables";
import { type Answer, select } from "./values";

export { dropCopy } from "./copy";
export type { Answer } from "./values";

interface AthenaOptions {
  /** The state folder that holds the catalog and the buckets. */
  stateDir: string;
  /** @default the catalog's first */
  database?: string;
}

export type Athena = Awaited<ReturnType<typeof openAthena>>;

/**
 * The local Athena: SQL queries of the tables and views of the catalog that a run has stored. The files of a table are read
 * by the first query of that table; later queries do not see that they have changed.
 * @throws one line, if DuckDB is not installed or there is no catalog
 */
export async function openAthena(options: AthenaOptions) {
  const { stateDir, database, names, namedQueries, catalog } = placeOf(options);
  const prepared = async (copy: Copy) => {
    await copy.connection.run(`use ${copyDatabase}.${quoted(database)}`);
    await copy.connection.run("set enable_external_access = false; set lock_configuration = true");
    return copy;
  };
  let copy = await prepared((await openCopy(stateDir)) ?? (await updatedCopy(stateDir, false)));
  const checked = new Set<string>();

  async function update(isFresh: boolean): Promise<void> {
    const newer = await updatedCopy(stateDir, isFresh);
    copy.close();
    copy = await prepared(newer);
  }

  async function answer(sql: string, values: readonly string[]): Promise<Answer> {
    await checkReads(copy.connection, sql, values.length);
    await copy.connection.run("begin transaction read only");
    try {
      return await select(copy.connection, sql, values);
    } finally {
      await copy.connection.run("rollback");
    }
  }

  /** An answer from tables that are up to date: their files are looked at while the query runs. */
  async function current(sql: string, values: readonly string[]): Promise<Answer> {
    const unchecked = tablesIn(copy.connection, sql, catalog)?.filter((name) => !checked.has(name));
    if (unchecked?.length === 0) return answer(sql, values);
    const { connection } = copy;
    const looking = copy.isUpToDate(unchecked).then((isUpToDate) => {
      if (!isUpToDate) connection.interrupt();
      return isUpToDate;
    });
    const [looked, answered] = await Promise.allSettled([looking, answer(sql, values)]);
    if (looked.status === "rejected") throw looked.reason;
    if (!looked.value) await update(false);
    for (const name of unchecked ?? []) checked.add(name);
    if (!looked.value) return answer(sql, values);
    if (answered.status === "rejected") throw answered.reason;
    return answered.value;
  }

  async function ask(sql: string, values: readonly string[]): Promise<Answer> {
    try {
      return await current(sql, values);
    } catch (error) {
      if (!isDamage(error as Error)) throw await explained(error as Error, copy, names);
    }
    await update(true);
    return answer(sql, values);
  }

  let last: Promise<unknown> = Promise.resolve();
  return {
    database,
    /** The named queries that the program declares, without statements that write. */
    namedQueries: namedQueries as readonly StoredQuery[],
    /**
     * Runs one statement that reads. Names without a database resolve in `database`.
     * @param values for the question marks of the statement, in their order
     * @throws Error with DuckDB's message, which has several lines if it points into the statement
     */
    query: (sql: string, values: readonly string[] = []): Promise<Answer> => {
      const answered = last.then(() => ask(sql, values));
      last = answered.catch(() => undefined);
      return answered;
    },
    close: (): void => copy.close(),
  };
}

export type Exporter = Awaited<ReturnType<typeof openExporter>>;

/**
 * Opens the catalog like `openAthena`, for DuckDB statements that write below these folders.
 * @throws one line, if DuckDB is not installed or there is no catalog
 */
export async function openExporter(options: AthenaOptions, folders: readonly string[]) {
  const { stateDir, database, names } = placeOf(options);
  const copy = await wholeCopy(stateDir);
  await copy.connection.run(`use ${copyDatabase}.${quoted(database)};
    set allowed_directories = [${folders.map((folder) => literal(`${folder}/`)).join(", ")}]; set enable_external_access = false; set lock_configuration = true`);
  return {
    /** Tables and views by name, in the catalog's order. */
    names,
    run: async (sql: string): Promise<void> => {
      try {
        await copy.connection.run(sql);
      } catch (error) {
        throw await explained(error as Error, copy, names);
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
  const { stateDir, database, names } = placeOf(options);
  const copy = await wholeCopy(stateDir);
  try {
    await mergeInto(copy.connection, table, `${copyDatabase}.${quoted(database)}`, bucketsFolder(stateDir), sql);
  } catch (error) {
    throw await explained(error as Error, copy, names);
  } finally {
    copy.close();
  }
}

function placeOf({ stateDir, ...options }: AthenaOptions) {
  const catalog = loadCatalog(stateDir);
  const { databases, namedQueries } = catalog;
  const database = options.database ?? Object.keys(databases)[0];
  if (database === undefined) {
    const why = existsSync(bucketsFolder(stateDir))
      ? "npx playlake crawl makes it from the stored files"
      : "nothing has run there yet";
    throw new Error(`${stateDir} holds no catalog: ${why}`);
  }
  // The other statements write: they create views, which are already in the catalog, and the compact copy.
  const questions = namedQueries.filter(({ sql }) => !/^(create|merge)\b/i.test(sql));
  const names = Object.keys(databases[database] ?? {});
  return { stateDir: resolve(stateDir), database, names, namedQueries: questions, catalog };
}

/** The copy, with every table up to date. */
async function wholeCopy(stateDir: string): Promise<Copy> {
  const copy = await openCopy(stateDir);
  if ((await copy?.isUpToDate()) === true && copy !== undefined) return copy;
  copy?.close();
  return updatedCopy(stateDir, false);
}

/**
 * The tables of the copy that a statement can read: those of all names that it contains, even as a column or in a text.
 * Undefined if they are not known, such as for a name that is not in the copy. (DuckDB finds no names in a statement with
 * question marks, or with `unnest` after `from`.)
 */
function tablesIn(connection: DuckDBConnection, sql: string, { databases }: Catalog): readonly string[] | undefined {
  // These functions take names that are computed.
  if (/\bquery(_table)?\b/i.test(sql)) return undefined;
  const words = new Set(sql.toLowerCase().match(/\w+/g));
  const found = Object.entries(databases).flatMap(([database, tables]) =>
    Object.keys(tables)
      .filter((name) => words.has(name) || /\W/.test(name))
      .map((name) => `${copyDatabase}.${quoted(database)}.${quoted(name)}`),
  );
  if (found.length === 0) return /\bfrom\b/i.test(sql) ? undefined : [];
  const read = connection.getTableNames(`select * from ${found.join(", ")}`, true);
  return read.every((name) => name.startsWith(`${copySchema}.`)) ? read : undefined;
}

/** The connection reads only the copy, so a read failure means that the copy is damaged. */
function isDamage({ message }: Error): boolean {
  return /^(IO|Serialization|Corruption|Fatal|INTERNAL) Error/i.test(message);
}

/**
 * DuckDB's error. For a missing table it adds why the table could not be created, or the nearest name: DuckDB would suggest
 * internal names.
 */
async function explained(
  error: Error,
  { broken, connection }: Pick<Copy, "broken" | "connection">,
  names: readonly string[],
): Promise<Error> {
  const message = error.message.replace(manyForms, "");
  const [start, missing = ""] = missingTable.exec(message) ?? [];
  if (start === undefined) return new Error(message);
  const reason = broken.get(missing.toLowerCase());
  if (reason !== undefined) {
    const inner = await explained(new Error(reason), { broken, connection }, names);
    return new Error(`${missing} cannot be read: ${inner.message}`);
  }
  const near = await nearest(connection, missing, names);
  const hint = near === undefined ? "" : `Did you mean "${near}"?\n`;
  return new Error(`Catalog Error: Table with name ${missing} does not exist!\n${hint}${message.slice(start.length)}`);
}

/** DuckDB lists all forms of a function: there are over forty of `+`. */
const manyForms = /\tCandidate functions:\n(?:\t.*\n){10,}\n/;
const missingTable = /^Catalog Error: Table with name (\S+) does not exist!\n(Did you mean .*\n)?/;

/** The name that differs from a word in the fewest letters; undefined if all differ in more than a third of them. */
async function nearest(connection: DuckDBConnection, word: string, names: readonly string[]) {
  const distance = `system.main.levenshtein(lower(name), ${literal(word.toLowerCase())})`;
  const all = `select unnest([${names.map(literal).join(", ")}]) as name`;
  const reader = await connection.runAndReadAll(
    `select name from (${all}) where ${distance} <= ${Math.max(1, word.length / 3)} order by ${distance} limit 1`,
  );
  return reader.getRows()[0]?.[0];
}
