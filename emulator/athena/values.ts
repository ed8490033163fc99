import type { DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";

/** The result of a query. */
export interface Answer {
  /** Names as written in the query, and types by Trino's names (`varchar`, `bigint`, `timestamp(3)`, `array(varchar)`). */
  columns: { name: string; type: string }[];
  /**
   * Plain values, each exact: text, `bigint` for bigint, `number` for smaller integers and doubles, `boolean`, `null`,
   * arrays and objects of these; a decimal, date, time or timestamp is text as Athena prints it.
   */
  rows: unknown[][];
}

/**
 * Runs one SELECT and returns exact values.
 * @throws DuckDB's error, unchanged
 */
export async function select(connection: DuckDBConnection, sql: string): Promise<Answer> {
  const prepared = await connection.prepare(sql);
  const columns: { name: string; type: DuckDBType }[] = [];
  for (let i = 0; i < prepared.columnCount; i++) {
    columns.push({ name: prepared.columnName(i), type: prepared.columnType(i) });
  }
  prepared.destroySync();
  const bytesQuery = await textAsBytes(connection, sql, columns);
  const reader = await connection.runAndReadAll(bytesQuery ?? sql);
  await connection.run("drop view if exists temp.answer");
  const isBytes = columns.map((column) => bytesQuery !== undefined && isText(column));
  const rows = reader.getRows().map((row) => row.map((value, i) => (isBytes[i] ? textOf(value) : plainValue(value))));
  return { columns: columns.map(({ name, type }) => ({ name, type: trinoType(type) })), rows };
}

/**
 * The same query with its text columns as UTF-8 bytes: DuckDB's client decodes text itself and loses a leading U+FEFF.
 * A temporary view accepts the query as written, with any comments and final semicolon. Returns undefined for a statement
 * that cannot be a view, such as EXPLAIN.
 */
async function textAsBytes(
  connection: DuckDBConnection,
  sql: string,
  columns: { type: DuckDBType }[],
): Promise<string | undefined> {
  const names = columns.map((_, i) => `c${i}`);
  const values = columns.map((column, i) => (isText(column) ? `encode(c${i})` : `c${i}`));
  try {
    // Replaces the view that a failed query can leave.
    await connection.run(`create or replace temp view answer(${names.join(", ")}) as ${sql}`);
  } catch {
    return undefined;
  }
  return `select ${values.join(", ")} from temp.answer`;
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
export function trinoType(type: DuckDBType): string {
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
