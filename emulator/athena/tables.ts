import type { Table } from "../glue/catalog";

/** Whether Glue has created the table as an Iceberg table. */
export function isIceberg({ parameters }: Table): boolean {
  return parameters.table_type === "ICEBERG";
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const duckTypes: Record<string, string> = { string: "varchar", int: "integer", timestamp: "timestamp_ms" };

export function duckType(type: string): string {
  if (type === "timestamp(3)") return "timestamp_ms";
  const duck = duckTypes[type] ?? type;
  const isKnown =
    /^(varchar|integer|bigint|smallint|tinyint|double|float|boolean|date|timestamp_ms|decimal\(\d+,\d+\))$/;
  if (!isKnown.test(duck)) throw new Error(`type ${type} is not modelled by the local Athena`);
  return duck;
}

/**
 * A SELECT of a table's rows as Athena returns them, from their texts in the copy: `c0`, `c1`... are the columns, `p0`... the
 * partition's values.
 * @throws for a column that is not text, which is not modelled
 */
export function tableSelect(table: Table, copied: string): string {
  if (isIceberg(table)) return `select * exclude (file) from ${copied}`;
  if (table.location === undefined) throw new Error(`table ${table.name} has no location`);
  if (table.serde === undefined) throw new Error(`HIVE_INVALID_METADATA: Table ${table.name} is missing SerDe info`);
  const odd = table.columns.find(({ type }) => type !== "string");
  if (odd !== undefined)
    throw new Error(`${odd.name} ${odd.type} in a table of CSV is not modelled by the local Athena`);
  const columns = table.columns.map(({ name }, i) => `c${i} as ${quoted(name)}`);
  const keys = table.partitionKeys.map(({ name, type }, i) => `cast(p${i} as ${duckType(type)}) as ${quoted(name)}`);
  return `select ${[...columns, ...keys].join(", ")} from ${copied}`;
}

interface StoredView {
  originalSql: string;
  columns: { name: string; type: string }[];
}

/**
 * Reads a view's text: Presto's JSON in base64, in a comment.
 * @throws Error naming the view
 */
export function decodeView({ name, viewOriginalText = "" }: Table): StoredView {
  const [, encoded] = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(viewOriginalText) ?? [];
  try {
    return JSON.parse(Buffer.from(encoded ?? "", "base64").toString("utf8")) as StoredView;
  } catch {
    throw new Error(`view ${name}: its text in the catalog is not a Presto view`);
  }
}

export function viewSelect(view: Table): string {
  const { originalSql, columns } = decodeView(view);
  const casts = columns.map(({ name, type }) => `cast(${quoted(name)} as ${duckType(type)}) as ${quoted(name)}`);
  return `select ${casts.join(", ")} from (\n${originalSql}\n) as definition`;
}
