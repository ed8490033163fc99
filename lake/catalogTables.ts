/** A column by its name and Hive's type. */
export interface CatalogColumn {
  readonly name: string;
  readonly type: string;
}

/** A table of files as the catalog has it. */
export interface CatalogTable {
  readonly name: string;
  readonly columns: readonly CatalogColumn[];
  readonly partitions: readonly CatalogPartition[];
}

/** A partition, with the columns that it says its files have. */
export interface CatalogPartition {
  readonly values: readonly string[];
  readonly columns: readonly CatalogColumn[];
}

/** Partitions of days whose descriptors are not the table's. */
export interface Outdated {
  readonly table: string;
  /** Theirs are the first of the table's columns: the table has grown since. */
  readonly grown: readonly (readonly string[])[];
  /** Theirs are others: what their files hold can't be told from here. */
  readonly other: readonly (readonly string[])[];
}

/** Finds partitions whose columns are not the table's, among those of some days. */
export function outdatedPartitions(tables: readonly CatalogTable[], days: ReadonlySet<string>): Outdated[] {
  return tables
    .map(({ name, columns, partitions }) => {
      const differing = partitions
        .filter(({ values }) => days.has(values[0] ?? ""))
        .filter((partition) => !isSame(partition.columns, columns));
      const grown = differing.filter((partition) =>
        isSame(partition.columns, columns.slice(0, partition.columns.length)),
      );
      return {
        table: name,
        grown: grown.map(({ values }) => values),
        other: differing.filter((partition) => !grown.includes(partition)).map(({ values }) => values),
      };
    })
    .filter(({ grown, other }) => grown.length + other.length > 0);
}

/** The days that some table has no partition of. */
export function missingDays(tables: readonly CatalogTable[], days: ReadonlySet<string>): string[] {
  const known = tables.map(({ partitions }) => new Set(partitions.map(({ values }) => values[0])));
  return [...days].filter((day) => known.some((partitions) => !partitions.has(day))).sort();
}

function isSame(some: readonly CatalogColumn[], others: readonly CatalogColumn[]): boolean {
  const textOf = (columns: readonly CatalogColumn[]) => columns.map(({ name, type }) => `${name} ${type}`).join();
  return textOf(some) === textOf(others);
}
