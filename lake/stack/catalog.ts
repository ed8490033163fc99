import type { BatchUpdatePartitionRequestEntry, ErrorDetail, StorageDescriptor } from "@aws-sdk/client-glue";
import type { CatalogColumn, CatalogTable } from "../index";
import { inBatches } from "../lists";
import type { Crawled } from "../runReport";
import type { Stack } from "./stack";

/** Glue's limits. */
const partitionsACall = 100;
const droppedACall = 25;

/**
 * The stack's current tables in the Data Catalog. Views are left out, since no crawl changes them.
 * @returns no table for a transformer without a database
 */
export async function readCatalog({ clients, outputs }: Stack): Promise<CatalogTable[]> {
  if (!("database" in outputs)) return [];
  const { sdk, client } = clients.glue();
  const DatabaseName = outputs.database;
  const tables: CatalogTable[] = [];
  for await (const { TableList = [] } of sdk.paginateGetTables({ client }, { DatabaseName })) {
    for (const { Name, TableType, StorageDescriptor } of TableList) {
      if (Name === undefined || TableType === "VIRTUAL_VIEW") continue;
      const partitions: { values: string[]; columns: CatalogColumn[] }[] = [];
      for await (const page of sdk.paginateGetPartitions({ client }, { DatabaseName, TableName: Name })) {
        for (const one of page.Partitions ?? []) {
          partitions.push({ values: one.Values ?? [], columns: columnsOf(one.StorageDescriptor) });
        }
      }
      tables.push({ name: Name, columns: columnsOf(StorageDescriptor), partitions });
    }
  }
  return tables;
}

function columnsOf(descriptor: StorageDescriptor | undefined): CatalogColumn[] {
  return (descriptor?.Columns ?? []).map(({ Name = "", Type = "" }) => ({ name: Name, type: Type }));
}

/** Writes partitions as a crawler with InheritFromTable does: the table's descriptor with the partition's location. */
export async function refreshPartitions(
  { clients, outputs }: Stack,
  TableName: string,
  days: readonly string[],
): Promise<void> {
  const { sdk, client } = clients.glue();
  const DatabaseName = outputs.database;
  const { Table } = await client.send(new sdk.GetTableCommand({ DatabaseName, Name: TableName }));
  const Entries: BatchUpdatePartitionRequestEntry[] = [];
  for await (const page of sdk.paginateGetPartitions({ client }, { DatabaseName, TableName })) {
    for (const { Values = [], Parameters = {}, StorageDescriptor = {} } of page.Partitions ?? []) {
      if (!days.includes(Values.join("/"))) continue;
      const descriptor = { ...Table?.StorageDescriptor, Location: StorageDescriptor.Location };
      Entries.push({
        PartitionValueList: Values,
        PartitionInput: { Values, Parameters, StorageDescriptor: descriptor },
      });
    }
  }
  for (const batch of inBatches(Entries, partitionsACall)) {
    const request = { DatabaseName, TableName, Entries: batch };
    const { Errors: [first] = [] } = await client.send(new sdk.BatchUpdatePartitionCommand(request));
    if (first !== undefined) throw partitionError(TableName, first.PartitionValueList, first.ErrorDetail);
  }
}

/** Removes partitions from the catalog; those that are gone are ignored. */
export async function dropPartitions(
  { clients, outputs }: Stack,
  TableName: string,
  days: readonly string[],
): Promise<void> {
  const { sdk, client } = clients.glue();
  for (const batch of inBatches(days, droppedACall)) {
    const PartitionsToDelete = batch.map((day) => ({ Values: [day] }));
    const request = { DatabaseName: outputs.database, TableName, PartitionsToDelete };
    const { Errors = [] } = await client.send(new sdk.BatchDeletePartitionCommand(request));
    const failed = Errors.find(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== "EntityNotFoundException");
    if (failed !== undefined) throw partitionError(TableName, failed.PartitionValues, failed.ErrorDetail);
  }
}

function partitionError(table: string, values: string[] | undefined, { ErrorCode, ErrorMessage }: ErrorDetail = {}) {
  return new Error(`partition ${values?.join("/")} of ${table}: ${ErrorCode}: ${ErrorMessage}`);
}

/** The changes between two reads of the catalog. */
export function changesBetween(
  before: readonly CatalogTable[],
  after: readonly CatalogTable[],
): Omit<Crawled, "crawler" | "status" | "error" | "warnings"> {
  const names = (tables: readonly { readonly name: string }[]) => tables.map(({ name }) => name);
  const declared = (tables: readonly CatalogTable[]) => tables.map(({ name, columns }) => ({ name, columns }));
  const partitions = (tables: readonly CatalogTable[]) =>
    tables.flatMap((table) => table.partitions.map(({ values }) => ({ table: table.name, values: [...values] })));
  const tablesCreated = without(names(after), names(before));
  return {
    tablesCreated,
    tablesUpdated: without(names(without(declared(after), declared(before))), tablesCreated),
    tablesDeleted: without(names(before), names(after)),
    partitionsAdded: without(partitions(after), partitions(before)),
    partitionsDeleted: without(partitions(before), partitions(after)),
  };
}

/** The items of a list that are not in another one. */
function without<T>(list: readonly T[], others: readonly T[]): T[] {
  const known = new Set(others.map((one) => JSON.stringify(one)));
  return list.filter((one) => !known.has(JSON.stringify(one)));
}
