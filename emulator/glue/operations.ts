import { isDeepStrictEqual } from "node:util";
import type { BatchUpdatePartitionRequestEntry, PartitionInput, StorageDescriptor } from "@aws-sdk/client-glue";
import { AwsError, type Call, type Operations, pageOf } from "../awsJson";
import { localArn } from "../awsOutputs";
import type { Iam, Principal } from "../iam";
import { type Catalog, type HiveColumn, type Partition, partitionKey, type Table } from "./catalog";
import { authorizeGlue, type CrawlResult } from "./crawlContext";

interface OfTable {
  DatabaseName: string;
  TableName: string;
}

const mostPartitions = 100;
const mostDeleted = 25;

/**
 * The operations that functions and the commands against a stack call over HTTP. Pages are short, so that lists have several.
 * @param save stores the catalog on disk
 */
export function glueOperations(
  catalog: Catalog,
  iam: Iam,
  startCrawler: (name: string, principal: Principal) => Promise<CrawlResult>,
  save: () => Promise<void>,
): Operations {
  let running: Promise<CrawlResult> | undefined;
  let lastCrawl: { Status: string; ErrorMessage: string | undefined; StartTime: number } | undefined;

  return {
    StartCrawler: async ({ principal, input: { Name } }: Call<{ Name: string }>) => {
      const started = startCrawler(Name, principal);
      // A refusal is this call's answer. GetCrawler reports how the crawl ended.
      await Promise.race([started, new Promise(setImmediate)]);
      running = started;
      return {};
    },
    GetCrawler: async ({ principal, input: { Name } }: Call<{ Name: string }>) => {
      iam.authorize(principal, "glue:GetCrawler", localArn("glue", `crawler/${Name}`));
      const State = running === undefined ? "READY" : "RUNNING";
      const ended = await running;
      running = undefined;
      if (ended !== undefined) {
        const StartTime = (lastCrawl?.StartTime ?? 0) + 1;
        lastCrawl = { Status: ended.status, ErrorMessage: ended.error, StartTime };
      }
      return { Crawler: { Name, State, LastCrawl: lastCrawl } };
    },
    GetTables: async ({ principal, input }: Call<{ DatabaseName: string; NextToken?: string }>) => {
      authorizeGlue({ iam, principal }, "GetTables", input.DatabaseName);
      const tables = Object.values(catalog.databases[input.DatabaseName] ?? {});
      const { items, nextToken } = pageOf(tables, input.NextToken, 5);
      return { TableList: items.map(described), NextToken: nextToken };
    },
    GetTable: async ({ principal, input: { DatabaseName, Name } }: Call<{ DatabaseName: string; Name: string }>) => {
      authorizeGlue({ iam, principal }, "GetTable", DatabaseName, Name);
      return { Table: described(tableOf(catalog, DatabaseName, Name)) };
    },
    GetPartitions: async (call: Call<{ DatabaseName: string; TableName: string; NextToken?: string }>) => {
      const { DatabaseName, TableName, NextToken } = call.input;
      authorizeGlue({ iam, principal: call.principal }, "GetPartitions", DatabaseName, TableName);
      const table = tableOf(catalog, DatabaseName, TableName);
      const { items, nextToken } = pageOf(Object.values(table.partitions), NextToken, 2);
      const Partitions = items.map(({ values, location, columns = table.columns }) => ({
        Values: values,
        StorageDescriptor: { Columns: columnsOf(columns), Location: location },
      }));
      return { Partitions, NextToken: nextToken };
    },
    BatchUpdatePartition: (call: Call<OfTable & { Entries: BatchUpdatePartitionRequestEntry[] }>) =>
      batch(call, "BatchUpdatePartition", mostPartitions, call.input.Entries, ({ partitions }, entry) => {
        const values = entry.PartitionValueList ?? [];
        const partition = partitions[partitionKey(values)];
        if (partition === undefined) return missing(values);
        const { Columns, Location = "" } = entry.PartitionInput?.StorageDescriptor ?? {};
        Object.assign(partition, { columns: columnsFrom(Columns), location: Location });
        return undefined;
      }),
    BatchCreatePartition: (call: Call<OfTable & { PartitionInputList: PartitionInput[] }>) =>
      batch(call, "BatchCreatePartition", mostPartitions, call.input.PartitionInputList, (table, partition) => {
        const { Values = [], StorageDescriptor = {} } = partition;
        const key = partitionKey(Values);
        if (Values.length !== table.partitionKeys.length) {
          throw new AwsError("InvalidInputException", "The number of partition keys do not match the number of values");
        }
        if (table.partitions[key] !== undefined) {
          return failed(Values, "AlreadyExistsException", "Partition already exists.");
        }
        table.partitions[key] = partitionOf(table, Values, StorageDescriptor);
        return undefined;
      }),
    BatchDeletePartition: (call: Call<OfTable & { PartitionsToDelete: PartitionInput[] }>) =>
      batch(call, "BatchDeletePartition", mostDeleted, call.input.PartitionsToDelete, (table, { Values = [] }) => {
        const key = partitionKey(Values);
        if (table.partitions[key] === undefined) return missing(Values);
        delete table.partitions[key];
        return undefined;
      }),
  };

  /** Changes partitions of a table one by one, and stores the catalog. @param change returns a partition's error */
  async function batch<Entry>(
    { principal, input }: Call<OfTable>,
    action: string,
    most: number,
    entries: readonly Entry[],
    change: (table: Table, entry: Entry) => object | undefined,
  ): Promise<{ Errors: object[] }> {
    authorizeGlue({ iam, principal }, action, input.DatabaseName, input.TableName);
    const table = tableOf(catalog, input.DatabaseName, input.TableName);
    if (entries.length > most) throw new AwsError("ValidationException", `${action}: more than ${most} partitions`);
    const Errors = entries.flatMap((entry) => change(table, entry) ?? []);
    if (Errors.length < entries.length) await save();
    return { Errors };
  }
}

function failed(PartitionValues: string[], ErrorCode: string, ErrorMessage: string): object {
  return { PartitionValues, ErrorDetail: { ErrorCode, ErrorMessage } };
}

function missing(values: string[]): object {
  return failed(values, "EntityNotFoundException", "Partition not found.");
}

function columnsOf(columns: readonly HiveColumn[]) {
  return columns.map(({ name, type }) => ({ Name: name, Type: type }));
}

function columnsFrom(columns: StorageDescriptor["Columns"] = []): HiveColumn[] {
  return columns.map(({ Name = "", Type = "string" }) => ({ name: Name, type: Type }));
}

function described({ name, tableType, columns, location }: Table) {
  return { Name: name, TableType: tableType, StorageDescriptor: { Columns: columnsOf(columns), Location: location } };
}

function tableOf(catalog: Catalog, database: string, name: string): Table {
  const tables = catalog.databases[database];
  if (tables === undefined) throw new AwsError("EntityNotFoundException", `Database ${database} not found.`);
  const table = tables[name];
  if (table === undefined) throw new AwsError("EntityNotFoundException", `Table ${name} not found.`);
  return table;
}

/** Leaves out what a partition shares with its table. */
function partitionOf(table: Table, values: string[], { Location, Columns, SerdeInfo }: StorageDescriptor): Partition {
  const columns = columnsFrom(Columns);
  const serde = { library: SerdeInfo?.SerializationLibrary ?? "", parameters: SerdeInfo?.Parameters ?? {} };
  const isAsTable = isDeepStrictEqual([columns, serde], [table.columns, table.serde]);
  return { values, location: Location ?? "", ...(isAsTable ? {} : { columns, serde }) };
}
