import { type Column, type Partition, parseLocation, partitionKey, type Table } from "./catalog";
import { authorizeGlue, type CrawlContext } from "./crawlContext";
import type { CsvFormat } from "./csvClassifier";
import type { FoundTable } from "./discovery";

/** Makes a found table, or brings the one of its name up to date where the crawler may. */
export function putFound(
  context: CrawlContext,
  tables: Record<string, Table>,
  bucket: string,
  found: FoundTable,
): void {
  const { crawler } = context;
  const old = tables[found.name];
  authorizeGlue(context, "GetTable", crawler.database, found.name);
  if (old !== undefined) {
    if (crawler.onUpdate === "UPDATE_IN_DATABASE") {
      updateTable(context, crawler.database, old, found.format, found.columns);
    }
    return;
  }
  authorizeGlue(context, "CreateTable", crawler.database, found.name);
  tables[found.name] = {
    name: found.name,
    madeBy: { crawler: crawler.name },
    tableType: "EXTERNAL_TABLE",
    parameters: crawledParameters(found.format, crawler.name),
    columns: found.columns,
    partitionKeys: found.partitionKeys.map((name) => ({ name, type: "string" })),
    location: `s3://${bucket}/${found.path}`,
    serde: found.format.serde,
    partitions: {},
  };
  context.changes.tablesCreated.push(found.name);
}

/** Sets what the crawler knows of a table; what it does not know, a serde's further parameters among it, is gone then. */
export function updateTable(
  context: CrawlContext,
  database: string,
  table: Table,
  format: CsvFormat,
  columns: Column[],
): void {
  const parameters = crawledParameters(format, context.crawler.name);
  const isSame =
    JSON.stringify([table.columns, table.serde, table.parameters]) ===
    JSON.stringify([columns, format.serde, parameters]);
  if (isSame) return;
  authorizeGlue(context, "UpdateTable", database, table.name);
  Object.assign(table, { columns, serde: format.serde, parameters });
  context.changes.tablesUpdated.push(table.name);
}

function crawledParameters({ delimiter, hasHeader }: CsvFormat, crawler: string): Record<string, string> {
  return {
    UPDATED_BY_CRAWLER: crawler,
    classification: "csv",
    columnsOrdered: "true",
    delimiter,
    ...(hasHeader ? { "skip.header.line.count": "1" } : {}),
    typeOfData: "file",
  };
}

/** Adds the partitions that the table does not have yet; those that it has stay as they are. */
export function addPartitions(
  context: CrawlContext,
  database: string,
  table: Table,
  partitions: readonly Partition[],
): void {
  if (partitions.length === 0) return;
  authorizeGlue(context, "BatchGetPartition", database, table.name);
  const added = partitions.filter(({ values }) => table.partitions[partitionKey(values)] === undefined);
  if (added.length === 0) return;
  authorizeGlue(context, "BatchCreatePartition", database, table.name);
  for (const { values, location, columns, serde } of added) {
    const inherits = context.crawler.partitionsInherit;
    const isAsTable = JSON.stringify([columns, serde]) === JSON.stringify([table.columns, table.serde]);
    const own = inherits || isAsTable || columns === undefined || serde === undefined ? {} : { columns, serde };
    table.partitions[partitionKey(values)] = { values, location, ...own };
    context.changes.partitionsAdded.push({ table: table.name, values });
  }
}

/** Drops, or marks, what the crawler made before and finds no more. */
export function dropGone(
  context: CrawlContext,
  tables: Record<string, Table>,
  path: string,
  locations: ReadonlySet<string>,
  found: readonly FoundTable[],
): void {
  const { crawler } = context;
  if (crawler.onDelete === "LOG") return;
  const folders = new Set(found.flatMap(({ partitions }) => partitions.map((partition) => partition.path)));
  for (const table of Object.values(tables)) {
    const isOurs = table.madeBy !== "stack" && table.madeBy.crawler === crawler.name;
    if (!isOurs || table.location === undefined || !table.location.startsWith(path)) continue;
    if (!locations.has(table.location)) dropTable(context, tables, table);
    else dropPartitions(context, table, folders);
  }
}

function dropTable(context: CrawlContext, tables: Record<string, Table>, table: Table): void {
  const { crawler } = context;
  if (crawler.onDelete === "DEPRECATE_IN_DATABASE") {
    if (table.parameters.DEPRECATED_BY_CRAWLER !== undefined) return;
    authorizeGlue(context, "UpdateTable", crawler.database, table.name);
    table.parameters.DEPRECATED_BY_CRAWLER = crawler.name;
    context.changes.tablesUpdated.push(table.name);
    return;
  }
  authorizeGlue(context, "DeleteTable", crawler.database, table.name);
  delete tables[table.name];
  context.changes.tablesDeleted.push(table.name);
}

/** A deprecated partition stays in the catalog and gives no rows, as its folder is empty. */
function dropPartitions(context: CrawlContext, table: Table, folders: ReadonlySet<string>): void {
  if (context.crawler.onDelete !== "DELETE_FROM_DATABASE") return;
  for (const [key, { values, location }] of Object.entries(table.partitions)) {
    if (folders.has(parseLocation(location).prefix)) continue;
    authorizeGlue(context, "BatchDeletePartition", context.crawler.database, table.name);
    delete table.partitions[key];
    context.changes.partitionsDeleted.push({ table: table.name, values });
  }
}
