import type { Table } from "../glue/catalog";

/** Whether Glue has created the table as an Iceberg table. */
export function isIceberg({ parameters }: Table): boolean {
  return parameters.table_type === "ICEBERG";
}

/** An identifier in quotes. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const duckTypes: Record<string, string> = { string: "varchar", int: "integer", timestamp: "timestamp_ms" };

/** DuckDB's name of a Hive or Trino type. */
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
 * @throws for a serde or a type that is not modelled
 */
export function tableSelect(table: Table, copied: string): string {
  if (isIceberg(table)) return `select * exclude (file) from ${copied}`;
  if (table.location === undefined) throw new Error(`table ${table.name} has no location`);
  if (table.serde === undefined) throw new Error(`HIVE_INVALID_METADATA: Table ${table.name} is missing SerDe info`);
  const value = table.serde.library.endsWith(".LazySimpleSerDe") ? lazySimpleValue : openCsvValue;
  const columns = table.columns.map(({ name, type }, i) => `${value(type, `c${i}`)} as ${quoted(name)}`);
  const keys = table.partitionKeys.map(({ name, type }, i) => `cast(p${i} as ${duckType(type)}) as ${quoted(name)}`);
  return `select ${[...columns, ...keys].join(", ")} from ${copied}`;
}

/** Numbers and dates must be in the serde's format. A value that it cannot read is an error in Athena too. */
function openCsvValue(type: string, text: string): string {
  if (type === "timestamp") return `cast(epoch_ms(cast(${text} as bigint)) as timestamp_ms)`;
  if (type === "date") return `cast(date '1970-01-01' + cast(${text} as integer) as date)`;
  return type === "string" ? text : `cast(${text} as ${duckType(type)})`;
}

/** A value that cannot be read is null. */
function lazySimpleValue(type: string, text: string): string {
  return `try_cast(${text} as ${duckType(type)})`;
}
