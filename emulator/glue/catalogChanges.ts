import { type Column, type Partition, parseLocation, partitionKey, type Table } from "./catalog";
import { authorizeGlue, type CrawlContext } from "./crawlContext";
import type { CrawlerSettings } from "./crawlerSettings";
import type { CsvFormat } from "./csvClassifier";
import type { FoundTable } from "./discovery";
import { differences, type TableExplanation } from "./explanation";

/**
 * Creates a found table, or updates the one of its name if the crawler may.
 * @returns what was done, in one line
 */
export function putFound(
  context: CrawlContext,
  tables: Record<string, Table>,
  bucket: string,
  found: FoundTable,
): string {
  const { crawler } = context;
  const old = tables[found.name];
  authorizeGlue(context, "GetTable", crawler.database, found.name);
  if (old !== undefined) return updateTable(context, crawler.database, old, found.format, found.columns);
  authorizeGlue(context, "CreateTable", crawler.database, found.name);
  tables[found.name] = {
    name: found.name,
    madeBy: { crawler: crawler.name },
    tableType: "EXTERNAL_TABLE",
    parameters: crawledParameters(found.format, crawler.name),
    columns: structuredClone(found.columns),
    partitionKeys: found.partitionKeys.map((name) => ({ name, type: "string" })),
    location: `s3://${bucket}/${found.path}`,
    ...(found.format === undefined ? {} : { serde: structuredClone(found.format.serde) }),
    partitions: {},
  };
  context.changes.tablesCreated.push(found.name);
  return "made: there was none of its name";
}

/**
 * Replaces a table's description with the crawler's, if the crawler may. Anything that the crawler does not know is lost,
 * such as other parameters of a serde.
 * @returns what was done, in one line
 */
export function updateTable(
  context: CrawlContext,
  database: string,
  table: Table,
  format: CsvFormat | undefined,
  columns: Column[],
): string {
  const { name, onUpdate } = context.crawler;
  const parameters = crawledParameters(format, name);
  const serde = format === undefined ? {} : { serde: format.serde };
  const changes = differences(table, { columns, ...serde });
  const isSame = changes.length === 0 && JSON.stringify(table.parameters) === JSON.stringify(parameters);
  if (isSame) return "unchanged: it is as the crawler found it";
  const what = changes.length === 0 ? "its parameters" : changes.join(", ");
  if (onUpdate === "LOG") return `unchanged, as updates are only logged; found different: ${what}`;
  authorizeGlue(context, "UpdateTable", database, table.name);
  Object.assign(table, structuredClone({ columns, ...serde, parameters }));
  context.changes.tablesUpdated.push(table.name);
  return `updated: ${what}`;
}

function crawledParameters(format: CsvFormat | undefined, crawler: string): Record<string, string> {
  if (format === undefined) return { UPDATED_BY_CRAWLER: crawler, classification: "UNKNOWN", typeOfData: "file" };
  const { delimiter, hasHeader } = format;
  return {
    UPDATED_BY_CRAWLER: crawler,
    classification: "csv",
    columnsOrdered: "true",
    delimiter,
    ...(hasHeader ? { "skip.header.line.count": "1" } : {}),
    typeOfData: "file",
  };
}

/** Adds new partitions, and updates those that have changed if the crawler may. */
export function putPartitions(
  context: CrawlContext,
  database: string,
  table: Table,
  found: readonly Partition[],
): TableExplanation["partitions"] {
  const { crawler, changes } = context;
  const described = crawler.partitionsInherit ? "from their table (InheritFromTable)" : "from what was found in each";
  const keys = table.partitionKeys.map(({ name }) => name);
  const done = { keys, described, added: [] as string[], updated: [] as string[], unchanged: 0 };
  if (found.length > 0) authorizeGlue(context, "BatchGetPartition", database, table.name);
  const wanted = found.map((partition) => partitionFor(crawler, table, partition));
  const isNew = ({ values }: Partition) => table.partitions[partitionKey(values)] === undefined;
  const added = wanted.filter(isNew);
  const there = wanted.filter((partition) => !isNew(partition));
  const isOther = (partition: Partition) =>
    JSON.stringify(partition) !== JSON.stringify(table.partitions[partitionKey(partition.values)]);
  const updated = crawler.onUpdate === "LOG" ? [] : there.filter(isOther);
  if (added.length > 0) authorizeGlue(context, "BatchCreatePartition", database, table.name);
  if (updated.length > 0) authorizeGlue(context, "BatchUpdatePartition", database, table.name);
  for (const partition of [...added, ...updated]) table.partitions[partitionKey(partition.values)] = partition;
  changes.partitionsAdded.push(...added.map(({ values }) => ({ table: table.name, values })));
  changes.partitionsUpdated.push(...updated.map(({ values }) => ({ table: table.name, values })));
  return {
    ...done,
    added: added.map(({ values }) => values.join("/")),
    updated: updated.map(({ values }) => values.join("/")),
    unchanged: there.length - updated.length,
  };
}

/** A partition as stored in the catalog: without what it shares with its table. */
function partitionFor({ partitionsInherit }: CrawlerSettings, table: Table, found: Partition): Partition {
  const { values, location, columns, serde } = found;
  const isAsTable = JSON.stringify([columns, serde]) === JSON.stringify([table.columns, table.serde]);
  const inherits = partitionsInherit || isAsTable || columns === undefined || serde === undefined;
  return { values, location, ...(inherits ? {} : structuredClone({ columns, serde })) };
}

/** Drops or marks what the crawler created before and no longer finds. */
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

/** A deprecated partition stays in the catalog. It has no rows, as its folder is empty. */
function dropPartitions(context: CrawlContext, table: Table, folders: ReadonlySet<string>): void {
  if (context.crawler.onDelete !== "DELETE_FROM_DATABASE") return;
  for (const [key, { values, location }] of Object.entries(table.partitions)) {
    if (folders.has(parseLocation(location).prefix)) continue;
    authorizeGlue(context, "BatchDeletePartition", context.crawler.database, table.name);
    delete table.partitions[key];
    context.changes.partitionsDeleted.push({ table: table.name, values });
  }
}
