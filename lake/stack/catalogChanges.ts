import type { Column } from "@aws-sdk/client-glue";
import type { CrawlChanges } from "../../emulator/glue/crawlContext";
import type { Stack } from "./index";

/** Tables of the catalog by name: their columns as one text, and their partitions. */
export type Tables = ReadonlyMap<string, { readonly columns: string; readonly partitions: ReadonlySet<string> }>;

/** Separates a partition's values; no value holds it. */
const separator = "\u0000";

/** The stack's tables as they are in the Data Catalog now; views are left out, no crawl touches them. */
export async function readTables({ clients, outputs }: Stack): Promise<Tables> {
  const { sdk, client } = clients.glue();
  const DatabaseName = outputs.database;
  const tables = new Map<string, { columns: string; partitions: Set<string> }>();
  for await (const { TableList = [] } of sdk.paginateGetTables({ client }, { DatabaseName })) {
    for (const { Name, TableType, StorageDescriptor } of TableList) {
      if (Name === undefined || TableType === "VIRTUAL_VIEW") continue;
      const partitions = new Set<string>();
      const request = { DatabaseName, TableName: Name, ExcludeColumnSchema: true };
      for await (const { Partitions = [] } of sdk.paginateGetPartitions({ client }, request)) {
        for (const { Values = [] } of Partitions) partitions.add(Values.join(separator));
      }
      tables.set(Name, { columns: textOf(StorageDescriptor?.Columns), partitions });
    }
  }
  return tables;
}

function textOf(columns: readonly Column[] = []): string {
  return columns.map(({ Name, Type }) => `${Name} ${Type}`).join(", ");
}

/** What differs from one look at the catalog to the next. */
export function changesBetween(
  before: Tables,
  after: Tables,
): Omit<CrawlChanges, "unrecognised" | "filesRead" | "partitionsUpdated" | "warnings"> {
  const both = [...after].filter(([name]) => before.has(name)).map(([name]) => name);
  return {
    tablesCreated: missingIn(before, after),
    tablesUpdated: both.filter((name) => before.get(name)?.columns !== after.get(name)?.columns),
    tablesDeleted: missingIn(after, before),
    partitionsAdded: partitionsMissingIn(before, after),
    partitionsDeleted: partitionsMissingIn(after, before),
  };
}

function missingIn(here: Tables, there: Tables): string[] {
  return [...there.keys()].filter((name) => !here.has(name));
}

function partitionsMissingIn(here: Tables, there: Tables): CrawlChanges["partitionsAdded"] {
  return [...there].flatMap(([table, { partitions }]) =>
    [...partitions]
      .filter((partition) => here.get(table)?.partitions.has(partition) !== true)
      .map((partition) => ({ table, values: partition.split(separator) })),
  );
}
