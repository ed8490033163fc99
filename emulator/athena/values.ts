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
 * Runs one statement that reads, and returns exact values.
 * @param values for its question marks, in their order
 * @throws DuckDB's error, unchanged
 */
export async function select(
  connection: DuckDBConnection,
  sql: string,
  values: readonly string[] = [],
): Promise<Answer> {
  const result = await connection.run(sql, [...values]);
  const types = result.columnTypes();
  const columns = result.columnNames().map((name, i) => ({ name, type: trinoType(types[i]!) }));
  const rows: unknown[][] = [];
  // One part after the other: the client's values of all rows take several times the memory of plain ones.
  for await (const part of result.yieldRows()) rows.push(...part.map((row) => row.map(plainValue)));
  return { columns, rows };
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
