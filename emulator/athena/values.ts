import type { DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";

export interface Answer {
  /** Names as written in the query, and types by Trino's names (`varchar`, `bigint`, `timestamp(3)`, `array(varchar)`). */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /**
   * Plain values, each exact: text, `bigint` for bigint, `number` for smaller integers and doubles, `boolean`, `null`,
   * arrays and objects of these; a decimal, date, time or timestamp is text as Athena prints it.
   */
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * Runs one SELECT and returns exact values.
 * @param values for its question marks, in their order
 * @throws DuckDB's error, unchanged
 */
export async function select(
  connection: DuckDBConnection,
  sql: string,
  values: readonly string[] = [],
): Promise<Answer> {
  // With question marks, the statement becomes a subquery.
  const statement = values.length === 0 ? sql : sql.replace(/;\s*$/, "");
  const columns = await columnsOf(connection, statement, values);
  const bytesQuery = await textAsBytes(connection, statement, columns, values);
  const result = await connection.run(bytesQuery ?? statement, [...values]);
  const isBytes = columns.map((column) => bytesQuery !== undefined && isText(column));
  const rows: unknown[][] = [];
  // One part after the other: the client's values of all rows take several times the memory of plain ones.
  for await (const part of result.yieldRows()) {
    for (const row of part) rows.push(row.map((value, i) => (isBytes[i] ? textOf(value) : plainValue(value))));
  }
  await connection.run("drop view if exists temp.answer");
  return { columns: columns.map(({ name, type }) => ({ name, type: trinoType(type) })), rows };
}

/** @throws DuckDB's error; Athena's for a wrong number of values */
async function columnsOf(
  connection: DuckDBConnection,
  sql: string,
  values: readonly string[],
): Promise<{ name: string; type: DuckDBType }[]> {
  const prepared = await connection.prepare(sql);
  try {
    const { parameterCount, columnCount } = prepared;
    if (parameterCount !== values.length) {
      throw new Error(`Incorrect number of parameters: expected ${parameterCount} but found ${values.length}`);
    }
    // Without its values, a statement does not always have types.
    const isTyped = parameterCount === 0 || prepared.columnTypeId(0) !== 0;
    if (isTyped) {
      return Array.from({ length: columnCount }, (_, i) => ({
        name: prepared.columnName(i),
        type: prepared.columnType(i),
      }));
    }
  } finally {
    prepared.destroySync();
  }
  const reader = await connection.runAndReadAll(`select * from (\n${sql}\n) limit 0`, [...values]);
  const types = reader.columnTypes();
  return reader.columnNames().map((name, i) => ({ name, type: types[i]! }));
}

/**
 * The same query with its text columns as UTF-8 bytes: DuckDB's client decodes text itself and loses a leading U+FEFF.
 * A temporary view accepts the query as written, with any comments and final semicolon. Returns undefined for a statement
 * that cannot be a view, such as EXPLAIN. A query with question marks cannot be a view and becomes a subquery.
 */
async function textAsBytes(
  connection: DuckDBConnection,
  sql: string,
  columns: { type: DuckDBType }[],
  values: readonly string[],
): Promise<string | undefined> {
  const names = columns.map((_, i) => `c${i}`);
  const selected = columns.map((column, i) => (isText(column) ? `encode(c${i})` : `c${i}`)).join(", ");
  if (values.length > 0) return `select ${selected} from (\n${sql}\n) as answer(${names.join(", ")})`;
  try {
    // Replaces the view that a failed query can leave.
    await connection.run(`create or replace temp view answer(${names.join(", ")}) as ${sql}`);
  } catch {
    return undefined;
  }
  return `select ${selected} from temp.answer`;
}

function isText({ type }: { type: DuckDBType }): boolean {
  return String(type) === "VARCHAR";
}

function textOf(value: DuckDBValue): string | null {
  return value === null ? null : Buffer.from((value as { bytes: Uint8Array }).bytes).toString("utf8");
}

const trinoNames: Record<string, string> = {
  FLOAT: "real",
  // DuckDB's sums of integers are wider than Trino's. In Trino, a value that does not fit is an error.
  HUGEINT: "bigint",
  BLOB: "varbinary",
  TIMESTAMP_S: "timestamp(0)",
  TIMESTAMP_MS: "timestamp(3)",
  TIMESTAMP: "timestamp(6)",
  TIMESTAMP_NS: "timestamp(9)",
  "TIMESTAMP WITH TIME ZONE": "timestamp(6) with time zone",
  TIME: "time(6)",
  '"NULL"': "unknown",
};

/** Trino's name of a DuckDB type; a type that is not in Trino keeps DuckDB's name in lower case. */
function trinoType(type: DuckDBType): string {
  const name = String(type);
  if (name.endsWith("[]") && "valueType" in type) return `array(${trinoType(type.valueType as DuckDBType)})`;
  return trinoNames[name] ?? name.toLowerCase();
}

/** Recognises DuckDB's value classes by shape, so that the package, which may not be installed, is not loaded. */
function plainValue(value: DuckDBValue): unknown {
  if (value === null || typeof value !== "object") return value;
  if ("items" in value) return value.items.map(plainValue);
  if ("entries" in value) {
    const entries: [unknown, unknown][] = Array.isArray(value.entries)
      ? value.entries.map((entry) => [plainValue(entry.key), plainValue(entry.value)])
      : Object.entries(value.entries).map(([key, inner]) => [key, plainValue(inner)]);
    return Object.fromEntries(entries.map(([key, inner]) => [String(key), inner]));
  }
  return "millis" in value || "micros" in value ? withMilliseconds(String(value)) : String(value);
}

/** Athena always prints three decimal places of a timestamp's seconds, and more only if they are present. */
function withMilliseconds(text: string): string {
  return text.replace(/(\d\d:\d\d:\d\d)(?:\.(\d+))?/, (_, time: string, places: string | undefined) => {
    return `${time}.${(places ?? "").padEnd(3, "0")}`;
  });
}
