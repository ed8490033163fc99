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
    ({ name, type }) => `cast(${quoted(name)} as ${duckType(type)}) as ${quoted(name)}`,
  );
  if (keys.length === 0 || isTold(table, group.files))
    return `select ${[...columns, ...keys].join(", ")} from ${lines.from}`;
  return `select ${[...columns, ...keys].join(", ")} from ${lines.from} join ${fileTable(table, group)} on files.path = filename`;
}

/**
 * Whether each file's folders say its partition values as Hive writes them (`day=2026-11-22`), and nothing else of the key:
 * then DuckDB reads them there, and passes over the files of which a query wants none.
 */
function isTold({ partitionKeys }: Table, files: FileGroup["files"]): boolean {
  return files.every(({ path, values }) =>
    partitionKeys.every(({ name }, i) => {
      const told = path.split("/").filter((folder) => folder.startsWith(`${name}=`));
      return told.length === 1 && told[0] === `${name}=${values[i]}` && /^[A-Za-z0-9.-]+$/.test(values[i]!);
    }),
  );
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

/** So many values more than the table has columns may a line hold: the serde passes over them, DuckDB wants them named. */
const surplusValues = 32;

/**
 * Quotes are doubled in the files and backslashes too. DuckDB knows one escape character only, and no run of backslashes
 * is odd once the quotes are off: so halving them afterwards gives what the serde reads. Columns that a line lacks, as in
 * files of an older schema, are null; an empty value never is, quoted or not.
 */
function openCsvLines(table: Table, { serde, columns, files }: FileGroup): Lines {
  const { separatorChar = ",", quoteChar = '"', escapeChar = "\\" } = serde.parameters;
  if (escapeChar !== "\\" && escapeChar !== quoteChar) {
    throw new Error(`table ${table.name}: escapeChar "${escapeChar}" is not modelled by the local Athena`);
  }
  const names = Array.from({ length: columns.length + surplusValues }, (_, i) => `c${i}`);
  const options = [
    ...[`delim=${literal(separatorChar)}`, `quote=${literal(quoteChar)}`, `escape=${literal(quoteChar)}`],
    // What is written for null can't be told to be nothing at all, so it is something that no file holds.
    // By default 32 MB for each file, of which a lake has thousands; a line of 2 MB is the longest that is read either way.
    `buffer_size=${4 * 2 ** 20}`,
    ...["null_padding=true", "nullstr='\u0001null\u0001'", "allow_quoted_nulls=false"],
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

function readCsv(table: Table, files: FileGroup["files"], options: readonly string[]): string {
  const { parameters, partitionKeys } = table;
  const skipped = Number(parameters["skip.header.line.count"] ?? "0");
  const header = `header=${skipped > 0}, skip=${Math.max(skipped - 1, 0)}`;
  const paths = files.map(({ path }) => literal(path)).join(", ");
  const hive =
    partitionKeys.length > 0 && isTold(table, files)
      ? `hive_partitioning=true, hive_types={${partitionKeys.map(({ name }) => `${quoted(name)}: 'VARCHAR'`).join(", ")}}`
      : "hive_partitioning=false, filename=true";
  return `read_csv([${paths}], auto_detect=false, ${[hive, header, ...options].join(", ")})`;
}
