import type * as Glue from "@aws-sdk/client-glue";
import { catalogPrefix, partitionColumn, type TableName, tables } from "../../transforms/schema";
import { csvDescriptor } from "../catalog/csvFormat";

/** The catalog in which days are registered. */
interface DayPartitionsOptions {
  databaseName: string;
  /** The name of the bucket that holds the tables' files. */
  lakeBucket: string;
  /** The tables that get partitions. Their descriptors are the schema's. */
  tables: readonly TableName[];
}

/**
 * Makes the function that registers days in the catalog, so that every engine sees their files at once. Each table gets a
 * partition, as a crawler would write it from the table's own description.
 * @param sdk the SDK's module: in a function the runtime's own
 */
export function makeDayPartitions(
  sdk: typeof Glue,
  glue: Glue.GlueClient,
  options: DayPartitionsOptions,
): (snapshotDates: readonly string[]) => Promise<void> {
  /** Glue's limit. */
  const mostInACall = 100;

  async function register(table: TableName, snapshotDates: readonly string[]): Promise<void> {
    const { Errors = [] } = await glue.send(
      new sdk.BatchCreatePartitionCommand({
        DatabaseName: options.databaseName,
        TableName: `${catalogPrefix}${table}`,
        PartitionInputList: snapshotDates.map((snapshotDate) => ({
          Values: [snapshotDate],
          StorageDescriptor: descriptorOf(table, snapshotDate),
        })),
      }),
    );
    const failed = Errors.find(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== "AlreadyExistsException");
    if (failed === undefined) return;
    const { ErrorCode, ErrorMessage } = failed.ErrorDetail ?? {};
    throw new Error(`${failed.PartitionValues?.join("/")}: ${ErrorCode}: ${ErrorMessage}`);
  }

  function descriptorOf(table: TableName, snapshotDate: string): Glue.StorageDescriptor {
    const location = `s3://${options.lakeBucket}/${table}/${partitionColumn}=${snapshotDate}/`;
    const { columns, inputFormat, outputFormat, serDeInfo } = csvDescriptor(location, tables[table]);
    return {
      Location: location,
      Columns: columns.map(({ name, type }) => ({ Name: name, Type: type })),
      InputFormat: inputFormat,
      OutputFormat: outputFormat,
      SerdeInfo: { SerializationLibrary: serDeInfo.serializationLibrary, Parameters: serDeInfo.parameters },
    };
  }

  return async (snapshotDates) => {
    for (let at = 0; at < snapshotDates.length; at += mostInACall) {
      const days = snapshotDates.slice(at, at + mostInACall);
      const calls = options.tables.map((table) =>
        register(table, days).catch((error: Error) => {
          throw Object.assign(new Error(`${catalogPrefix}${table} in ${options.databaseName}: ${error.message}`), {
            code: "NOT_VISIBLE",
          });
        }),
      );
      // All calls settle before a failed one ends the invocation.
      const failed = (await Promise.allSettled(calls)).find((result) => result.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    }
  };
}
