// An Iceberg table's own declaration, as CreateTable takes it.
import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { parseJson } from "../resources";
import type { HiveColumn } from "./catalog";

type TableInput = Unwrap<aws.types.input.glue.CatalogTableOpenTableFormatInputIcebergInputIcebergTableInput>;

/** Hive's names of Iceberg's types, as the catalog shows them. */
const hiveTypes: { readonly [iceberg: string]: string } = {
  string: "string",
  long: "bigint",
  int: "int",
  double: "double",
  boolean: "boolean",
  date: "date",
  timestamp: "timestamp",
};
/**
 * The columns and the location of a declared table. Its partitions decide which files a query reads, not what it returns, so
 * they are only checked.
 * @throws InvalidInputException, or one line if a type or transform is not modelled
 */
export function icebergStorage({ location, schema, partitionSpec }: TableInput): {
  columns: HiveColumn[];
  location: string;
} {
  const columns = schema.fields.map(({ name, type }) => ({ name: name.toLowerCase(), type: hiveType(name, type) }));
  for (const { name, sourceId, transform } of partitionSpec?.fields ?? []) {
    const source = columns[schema.fields.findIndex(({ id }) => id === sourceId)];
    if (source === undefined) throw invalid(`partition field ${name}: the schema has no field ${sourceId}`);
    if (transform !== "month") throw notModelled(`the partition transform ${transform}`);
    if (!["date", "timestamp"].includes(source.type)) {
      throw invalid(`partition field ${name}: month does not apply to a ${source.type}`);
    }
  }
  return { columns, location };
}

function hiveType(name: string, json: string): string {
  const type = parseJson(json);
  if (type === undefined) throw invalid(`the type of ${name} is not JSON: ${json}`);
  const hive = hiveTypes[String(type)];
  if (hive === undefined) throw notModelled(`the Iceberg type ${json}`);
  return hive;
}

function invalid(message: string): Error {
  return new Error(`InvalidInputException: ${message}`);
}

function notModelled(what: string): Error {
  return new Error(`${what} is not modelled by the local run`);
}
