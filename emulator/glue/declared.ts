import type { Registered } from "../resources";
import type { Catalog, Column, Serde, StoredQuery, Table } from "./catalog";

/**
 * Updates the catalog to what the program declares: creates, changes and drops databases, tables, views and named queries.
 * Tables that crawlers created stay as long as their database. Partitions stay as long as their table.
 * @throws if a crawler has created a table of a declared name, as AWS would refuse to create another
 */
export function applyDeclared(catalog: Catalog, resources: readonly Registered[]): void {
  const before = catalog.databases;
  catalog.databases = {};
  for (const { inputs } of ofType(resources, "aws:glue/catalogDatabase:CatalogDatabase")) {
    const name = text(inputs.name);
    const crawled = Object.entries(before[name] ?? {}).filter(([, table]) => table.madeBy !== "stack");
    catalog.databases[name] = Object.fromEntries(crawled);
  }
  for (const { inputs } of ofType(resources, "aws:glue/catalogTable:CatalogTable")) {
    const database = text(inputs.databaseName);
    const tables = catalog.databases[database];
    if (tables === undefined) throw new Error(`EntityNotFoundException: Database ${database} not found.`);
    const table = declaredTable(inputs);
    if (tables[table.name] !== undefined) throw alreadyThere(tables[table.name]!);
    const old = before[database]?.[table.name];
    tables[table.name] = { ...table, partitions: old?.madeBy === "stack" ? old.partitions : {} };
  }
  catalog.namedQueries = ofType(resources, "aws:athena/namedQuery:NamedQuery").map(storedQuery);
}

/** The resources of a type, with the physical name in their inputs: the given name, or the logical one. */
export function ofType(resources: readonly Registered[], type: string): Registered[] {
  return resources
    .filter((resource) => resource.type === type)
    .map((resource) => ({
      ...resource,
      inputs: { ...resource.inputs, name: resource.outputs.name ?? resource.inputs.name ?? resource.name },
    }));
}

interface DeclaredStorage {
  columns?: Column[];
  location?: string;
  serDeInfo?: { serializationLibrary?: string; parameters?: Record<string, string> };
}

function declaredTable(inputs: Record<string, unknown>): Table {
  const storage = (inputs.storageDescriptor ?? {}) as DeclaredStorage;
  const viewText = inputs.viewOriginalText;
  return {
    name: text(inputs.name).toLowerCase(),
    madeBy: "stack",
    tableType: text(inputs.tableType ?? "EXTERNAL_TABLE"),
    parameters: {
      ...(inputs.parameters as Record<string, string> | undefined),
      // Glue stores this, and the location of the table's state.
      ...(inputs.openTableFormatInput == null ? {} : { table_type: "ICEBERG" }),
    },
    columns: (storage.columns ?? []).map(columnOf),
    partitionKeys: ((inputs.partitionKeys ?? []) as Column[]).map(columnOf),
    ...(storage.location === undefined ? {} : { location: storage.location }),
    ...(storage.serDeInfo === undefined ? {} : { serde: serdeOf(storage.serDeInfo) }),
    ...(typeof viewText === "string" ? { viewOriginalText: viewText } : {}),
    partitions: {},
  };
}

function columnOf({ name, type }: { name: string; type?: string }): Column {
  return { name: name.toLowerCase(), type: type ?? "string" };
}

function serdeOf(info: NonNullable<DeclaredStorage["serDeInfo"]>): Serde {
  return { library: info.serializationLibrary ?? "", parameters: info.parameters ?? {} };
}

function storedQuery({ inputs }: Registered): StoredQuery {
  return {
    name: text(inputs.name),
    database: text(inputs.database),
    description: text(inputs.description ?? ""),
    sql: text(inputs.query),
  };
}

function alreadyThere({ name, madeBy }: Table): Error {
  const maker =
    madeBy === "stack" ? "declared twice" : `the crawler ${madeBy.crawler} made it: use another state folder`;
  return new Error(`AlreadyExistsException: Table already exists: ${name} (${maker})`);
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error(`glue: got ${JSON.stringify(value)} where a text is expected`);
  return value;
}
