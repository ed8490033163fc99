import type { Column, Table } from "../glue/catalog";
import type { FileGroup } from "./files";

/**
 * A SELECT of DuckDB's that gives a table's rows as Athena reads them from the files.
 * @throws for a serde or a setting that is not modelled
 */
export function tableSelect(table: Table, groups: readonly FileGroup[]): string {
  const types = [...table.columns, ...table.partitionKeys];
  if (groups.length === 0) {
    const nulls = types.map(({ name, type }) => `cast(null as ${duckType(type)}) as ${quoted(name)}`);
    return `select ${nulls.join(", ")} where false`;
  }
  return groups.map((group) => groupSelect(table, group)).join(" union all ");
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

/** DuckDB's name of a type of Hive's or of Trino's. */
export function duckType(type: string): string {
  if (type === "timestamp(3)") return "timestamp_ms";
  const duck = duckTypes[type] ?? type;
  const isKnown =
    /^(varchar|integer|bigint|smallint|tinyint|double|float|boolean|date|timestamp_ms|decimal\(\d+,\d+\))$/;
  if (!isKnown.test(duck)) throw new Error(`type ${type} is not modelled by the local Athena`);
  return duck;
}

/** A partition's own columns, where they differ from the table's, count by position. */
function groupSelect(table: Table, group: FileGroup): string {
  const lines = linesOf(table, group);
  const columns = table.columns.map(({ name, type }, i) => {
    const own = group.columns[i];
    const value = own === undefined ? "null" : lines.value(own, i);
    return `cast(${value} as ${duckType(type)}) as ${quoted(name)}`;
  });
  const keys = table.partitionKeys.map(
    ({ name, type }) => `cast(files.${quoted(name)} as ${duckType(type)}) as ${quoted(name)}`,
  );
  if (keys.length === 0) return `select ${columns.join(", ")} from ${lines.from}`;
  return `select ${[...columns, ...keys].join(", ")} from ${lines.from} join ${fileTable(table, group)} on files.path = filename`;
}

/** The partition values of each file. */
function fileTable({ partitionKeys }: Table, { files }: FileGroup): string {
  const rows = files.map(({ path, values }) => `(${[path, ...values].map(literal).join(", ")})`);
  return `(values ${rows.join(", ")}) as files(path, ${partitionKeys.map(({ name }) => quoted(name)).join(", ")})`;
}

/** A table function that reads the files, and how a column is had of it. */
interface Lines {
  from: string;
  value: (column: Column, position: number) => string;
}

function linesOf(table: Table, group: FileGroup): Lines {
  const { library } = group.serde;
  if (library.endsWith(".OpenCSVSerde")) return openCsvLines(table, group);
  if (library.endsWith(".LazySimpleSerDe")) return lazySimpleLines(table, group);
  throw new Error(`table ${table.name}: ${library} is not modelled by the local Athena`);
}

/**
 * Quotes are doubled in the files and backslashes too. DuckDB knows one escape character only, and no run of backslashes
 * is odd once the quotes are off: so halving them afterwards gives what the serde reads.
 */
function openCsvLines(table: Table, { serde, columns, files }: FileGroup): Lines {
  const { separatorChar = ",", quoteChar = '"', escapeChar = "\\" } = serde.parameters;
  if (escapeChar !== "\\" && escapeChar !== quoteChar) {
    throw new Error(`table ${table.name}: escapeChar "${escapeChar}" is not modelled by the local Athena`);
  }
  const names = columns.map((_, i) => `c${i}`);
  const options = [
    ...[`delim=${literal(separatorChar)}`, `quote=${literal(quoteChar)}`, `escape=${literal(quoteChar)}`],
    ...["new_line='\\n'", "allow_quoted_nulls=false", `force_not_null=[${names.join(", ")}]`],
    `columns={${names.map((name) => `${name}: 'VARCHAR'`).join(", ")}}`,
  ];
  return {
    from: readCsv(table, files, options),
    value: ({ type }, i) => openCsvValue(type, `replace(c${i}, '\\\\', '\\')`),
  };
}

/** Numbers and dates are written as the serde wants them; what it can't read is an error there too. */
function openCsvValue(type: string, text: string): string {
  if (type === "timestamp") return `epoch_ms(cast(${text} as bigint))`;
  if (type === "date") return `date '1970-01-01' + cast(${text} as integer)`;
  return `cast(${text} as ${duckType(type)})`;
}

/** Knows no quotes: a line is cut at every delimiter, what is missing or can't be read is null. */
function lazySimpleLines(table: Table, { serde, files }: FileGroup): Lines {
  const delimiter = serde.parameters["field.delim"] ?? "\u0001";
  const options = ["delim=''", "quote=''", "escape=''", "columns={line: 'VARCHAR'}", "force_not_null=[line]"];
  return {
    from: readCsv(table, files, options),
    value: ({ type }, i) =>
      `try_cast(nullif(string_split(line, ${literal(delimiter)})[${i + 1}], '\\N') as ${duckType(type)})`,
  };
}

function readCsv({ parameters }: Table, files: FileGroup["files"], options: readonly string[]): string {
  const skipped = Number(parameters["skip.header.line.count"] ?? "0");
  const header = `header=${skipped > 0}, skip=${Math.max(skipped - 1, 0)}`;
  const paths = files.map(({ path }) => literal(path)).join(", ");
  return `read_csv([${paths}], auto_detect=false, hive_partitioning=false, filename=true, ${[header, ...options].join(", ")})`;
}
