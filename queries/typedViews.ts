// The typed views: one over each table of the schema, which reads its text as numbers, dates and so on.
import {
  type ColumnType,
  catalogPrefix,
  partitionColumn,
  schema,
  type TableName,
  type TableSpec,
  tableNames,
} from "../transforms/schema";
import type { Column, View } from "./queryFile";

/** Trino's type for each type of the schema. */
const types: { readonly [type in ColumnType]: string } = {
  key: "varchar",
  text: "varchar",
  integer: "bigint",
  boolean: "boolean",
  timestamp: "timestamp(3)",
  "added at": "timestamp(3)",
  "release date": "varchar",
};

const isTimestamp = (name: string) => `when ${name} like '____-__-__T__:__:__%' and substr(${name}, 12, 2) <> '24'
      and translate(${name}, '0123456789', '') in ('--T::Z', '--T::.Z')
      then try_cast(replace(replace(${name}, 'T', ' '), 'Z', '') as timestamp(3))
  end as ${name}`;

/** A column of a table as the view selects it. Patterns come before casts: DuckDB and Trino differ in what they cast. */
const selects: { readonly [type in ColumnType]: (name: string) => string } = {
  key: (name) => name,
  text: (name) => `nullif(${name}, '') as ${name}`,
  integer: (name) =>
    `case when translate(${name}, '0123456789', '') in ('', '-') then try_cast(${name} as bigint) end as ${name}`,
  boolean: (name) => `case ${name} when 'true' then true when 'false' then false end as ${name}`,
  timestamp: (name) => `case
    ${isTimestamp(name)}`,
  "added at": (name) => `case
    when substr(${name}, 1, 4) in ('1970', '0000') then null
    when ${name} like '____-__-__' and translate(${name}, '0123456789', '') = '--'
      then try_cast(${name} || ' 00:00:00' as timestamp(3))
    ${isTimestamp(name)}`,
  "release date": (name) => `case when substr(${name}, 1, 4) <> '0000' then nullif(${name}, '') end as ${name}`,
};

/** Columns that a view adds to the table's, each after the column of that name. */
const derived: { readonly [after: string]: { column: Column; sql: string } } = {
  release_date_precision: {
    column: { name: "released_on", type: "date", note: "the first day of release_date" },
    // DuckDB and Trino print a year below 0 differently.
    sql: `case when substr(release_date, 1, 4) <> '0000' then
    try_cast(case translate(release_date, '123456789', '000000000')
      when '0000-00-00' then release_date
      when '0000-00' then release_date || '-01'
      when '0000' then release_date || '-01-01'
    end as date)
  end as released_on`,
  },
};

const dayColumns: Column[] = [
  { name: "snapshot_date", type: "date" },
  {
    name: "snapshot_day",
    type: "varchar",
    note: "snapshot_date as text; a condition or join on it skips other days' files",
  },
];

/** The typed views, in the order of the schema's tables. */
export const typedViews: View[] = tableNames.map(typedView);

function typedView(name: TableName): View {
  const table = schema[name];
  const specs = Object.entries(table.columns);
  return {
    name,
    description: `${table.description}${describeChoice(table)}`,
    reads: [`${catalogPrefix}${name}`],
    columns: [
      ...specs.flatMap(([column, { type, note }]) => [
        { name: column, type: types[type], ...(note === undefined ? {} : { note }) },
        ...(derived[column] === undefined ? [] : [derived[column].column]),
      ]),
      ...dayColumns,
    ],
    sql: `select\n${selectList(table)}\nfrom ${source(name, table)}`,
  };
}

/** Each playlist has its own file, so a row whose key does not contain the playlist can be in several files. */
function isRepeated({ key }: TableSpec): boolean {
  return !key.includes("playlist_id");
}

/** The columns outside the key, the name first. */
function valueColumns({ key, columns }: TableSpec): string[] {
  const others = Object.keys(columns).filter((column) => !key.includes(column));
  return others.includes("name") ? ["name", ...others.filter((column) => column !== "name")] : others;
}

function describeChoice(table: TableSpec): string {
  if (!isRepeated(table)) return "";
  const [first, second] = valueColumns(table);
  if (second === undefined) return ` If playlists of one day differ, the ${first} that sorts last is taken.`;
  return (
    ` If playlists of one day differ, the row whose ${first}, ${second} and so on sort last is taken whole: ` +
    "always the same one, and a filled value before an empty one."
  );
}

function selectList(table: TableSpec): string {
  const aggregated = isRepeated(table) && valueColumns(table).length === 1 ? valueColumns(table)[0] : undefined;
  const selected = Object.entries(table.columns).flatMap(([name, { type }]) => [
    name === aggregated ? `max(${name}) as ${name}` : selects[type](name),
    ...(derived[name] === undefined ? [] : [derived[name].sql]),
  ]);
  const days = [`try_cast(${partitionColumn} as date) as snapshot_date`, `${partitionColumn} as snapshot_day`];
  return [...selected, ...days].map((one) => `  ${one}`).join(",\n");
}

function source(name: TableName, table: TableSpec): string {
  const from = `${catalogPrefix}${name}`;
  if (!isRepeated(table)) return from;
  const perDay = [...table.key, partitionColumn].join(", ");
  const values = valueColumns(table);
  if (values.length === 1) return `${from}\ngroup by ${perDay}`;
  // One sort key instead of several: DuckDB turns it into an aggregate, in a quarter to half of the time.
  const choice = values.map((column) => `coalesce(${column}, '')`).join(", ");
  return `(
  select
    ${from}.*,
    row_number() over (
      partition by ${perDay}
      order by row(${choice}) desc
    ) as choice
  from ${from}
) as served
where choice = 1`;
}
