import { isDeepStrictEqual } from "node:util";
import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { ofType, parseJson, type Registered, type Resource } from "../resources";
import type { Catalog, HiveColumn, Partition, Table } from "./catalog";

/**
 * Updates the catalog to what the program declares: creates, changes and drops databases, tables, views and named queries.
 * Tables that crawlers created stay as long as their database. Partitions stay as long as their table. A declared table
 * replaces a crawler's table of its name and takes its partitions; AWS would refuse until that table is deleted.
 */
export function applyDeclared(catalog: Catalog, resources: readonly Registered[]): void {
  const before = catalog.databases;
  catalog.databases = {};
  for (const { outputs } of ofType(resources, "aws:glue/catalogDatabase:CatalogDatabase")) {
    const crawled = Object.entries(before[outputs.name] ?? {}).filter(([, table]) => table.madeBy !== "stack");
    catalog.databases[outputs.name] = Object.fromEntries(crawled);
  }
  for (const resource of ofType(resources, "aws:glue/catalogTable:CatalogTable")) {
    const { databaseName } = resource.inputs;
    const tables = catalog.databases[databaseName];
    if (tables === undefined) throw new Error(`EntityNotFoundException: Database ${databaseName} not found.`);
    const table = declaredTable(resource);
    if (tables[table.name]?.madeBy === "stack") {
      throw new Error(`AlreadyExistsException: Table already exists: ${table.name} (declared twice)`);
    }
    tables[table.name] = { ...table, partitions: keptPartitions(before[databaseName]?.[table.name], table) };
  }
  catalog.namedQueries = ofType(resources, "aws:athena/namedQuery:NamedQuery").map(({ inputs, outputs: { name } }) => {
    const { database, description = "", query: sql } = inputs;
    return { name, database, description, sql };
  });
}

function declaredTable({ inputs, outputs }: Resource<"aws:glue/catalogTable:CatalogTable">): Table {
  const { storageDescriptor = {}, openTableFormatInput, viewOriginalText } = inputs;
  const iceberg = openTableFormatInput?.icebergInput.icebergTableInput;
  const storage: typeof storageDescriptor = iceberg === undefined ? storageDescriptor : icebergStorage(iceberg);
  const columnOf = ({ name, type = "string" }: { name: string; type?: string | undefined }) => ({
    name: name.toLowerCase(),
    type,
  });
  const { serializationLibrary: library = "", parameters = {} } = storage.serDeInfo ?? {};
  return {
    name: outputs.name.toLowerCase(),
    madeBy: "stack",
    tableType: inputs.tableType ?? "EXTERNAL_TABLE",
    parameters: {
      ...inputs.parameters,
      // Glue stores this, and the location of the table's state.
      ...(openTableFormatInput === undefined ? {} : { table_type: "ICEBERG" }),
    },
    columns: (storage.columns ?? []).map(columnOf),
    partitionKeys: (inputs.partitionKeys ?? []).map(columnOf),
    ...(storage.location === undefined ? {} : { location: storage.location }),
    ...(storage.serDeInfo === undefined ? {} : { serde: { library, parameters } }),
    ...(viewOriginalText === undefined ? {} : { viewOriginalText }),
    partitions: {},
  };
}

/** The partitions of the table that a declared one follows. A crawler describes each by what it read, not by the schema. */
function keptPartitions(old: Table | undefined, { partitionKeys }: Table): Table["partitions"] {
  if (old === undefined || old.madeBy === "stack") return old?.partitions ?? {};
  if (!isDeepStrictEqual(old.partitionKeys, partitionKeys)) return {};
  const described = ([key, { values, location }]: [string, Partition]) => [key, { values, location }];
  return Object.fromEntries(Object.entries(old.partitions).map(described));
}

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
 * The columns and the location of a declared Iceberg table. Its partitions decide which files a query reads, not what it
 * returns. AWS checks whether they fit the columns.
 * @throws one line if a type or transform is not modelled
 */
function icebergStorage({ location, schema, partitionSpec }: TableInput): { columns: HiveColumn[]; location: string } {
  const other = partitionSpec?.fields.find(({ transform }) => transform !== "month");
  if (other !== undefined)
    throw new Error(`the partition transform ${other.transform} is not modelled by the local run`);
  return {
    columns: schema.fields.map(({ name, type }) => ({ name: name.toLowerCase(), type: hiveType(type) })),
    location,
  };
}

function hiveType(json: string): string {
  const hive = hiveTypes[String(parseJson(json))];
  if (hive === undefined) throw new Error(`the Iceberg type ${json} is not modelled by the local run`);
  return hive;
}
