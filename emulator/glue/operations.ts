import { isDeepStrictEqual } from "node:util";
import { AwsError, type Call, type Operations } from "../awsJson";
import type { Iam } from "../iam";
import { type Catalog, type Column, type Partition, partitionKey, type Table } from "./catalog";
import { authorizeGlue } from "./crawlContext";

interface NewPartitions {
  DatabaseName: string;
  TableName: string;
  PartitionInputList: { Values: string[]; StorageDescriptor?: StorageDescriptor }[];
}

interface StorageDescriptor {
  Location?: string;
  Columns?: { Name: string; Type?: string }[];
  SerdeInfo?: { SerializationLibrary?: string; Parameters?: Record<string, string> };
}

/** Glue refuses more partitions in a call. */
const mostPartitions = 100;

/**
 * What functions ask of Glue over the wire.
 * @param save keeps the catalog on disk
 */
export function glueOperations(catalog: Catalog, iam: Iam, save: () => Promise<void>): Operations {
  return {
    BatchCreatePartition: async ({ principal, input }: Call<NewPartitions>) => {
      const { DatabaseName, TableName, PartitionInputList } = input;
      authorizeGlue({ iam, principal }, "BatchCreatePartition", DatabaseName, TableName);
      const table = tableOf(catalog, DatabaseName, TableName);
      if (PartitionInputList.length > mostPartitions) {
        throw new AwsError("ValidationException", `PartitionInputList holds more than ${mostPartitions} members`);
      }
      const Errors: object[] = [];
      for (const { Values, StorageDescriptor = {} } of PartitionInputList) {
        if (Values.length !== table.partitionKeys.length) {
          throw new AwsError("InvalidInputException", "The number of partition keys do not match the number of values");
        }
        const key = partitionKey(Values);
        if (table.partitions[key] === undefined) table.partitions[key] = partitionOf(table, Values, StorageDescriptor);
        else {
          const ErrorDetail = { ErrorCode: "AlreadyExistsException", ErrorMessage: "Partition already exists." };
          Errors.push({ PartitionValues: Values, ErrorDetail });
        }
      }
      if (Errors.length < PartitionInputList.length) await save();
      return { Errors };
    },
  };
}

function tableOf(catalog: Catalog, database: string, name: string): Table {
  const tables = catalog.databases[database];
  if (tables === undefined) throw new AwsError("EntityNotFoundException", `Database ${database} not found.`);
  const table = tables[name];
  if (table === undefined) throw new AwsError("EntityNotFoundException", `Table ${name} not found.`);
  return table;
}

/** What a partition shares with its table is not kept twice. */
function partitionOf(table: Table, values: string[], { Location, Columns, SerdeInfo }: StorageDescriptor): Partition {
  const columns = (Columns ?? []).map(({ Name, Type = "string" }): Column => ({ name: Name, type: Type }));
  const serde = { library: SerdeInfo?.SerializationLibrary ?? "", parameters: SerdeInfo?.Parameters ?? {} };
  const isAsTable = isDeepStrictEqual([columns, serde], [table.columns, table.serde]);
  return { values, location: Location ?? "", ...(isAsTable ? {} : { columns, serde }) };
}
