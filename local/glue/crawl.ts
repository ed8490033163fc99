import { type Partition, parseLocation, partitionKey, type Table } from "./catalog";
import { addPartitions, dropGone, putFound, updateTable } from "./catalogChanges";
import { authorizeGlue, type CrawlContext, databaseTables } from "./crawlContext";
import { readFiles, visibleObjects } from "./crawledFiles";
import { type CrawledFile, findTables } from "./discovery";

/**
 * Crawls all targets of a crawler and brings the catalog up to date.
 * @throws AccessDenied where the crawler's role does not allow a call; the catalog may be changed by then
 */
export async function crawl(context: CrawlContext): Promise<void> {
  const { crawler } = context;
  for (const path of crawler.s3Paths) await crawlPath(context, path);
  for (const { databaseName, tables } of crawler.catalogTargets) {
    for (const table of tables) await crawlTable(context, databaseName, table);
  }
}

/** An S3 target: tables are made of what is found. */
async function crawlPath(context: CrawlContext, path: string): Promise<void> {
  const { crawler } = context;
  const { bucket, prefix } = parseLocation(path);
  const tables = databaseTables(context, crawler.database);
  const files = await readFiles(context, bucket, await visibleObjects(context, bucket, prefix));
  const { combineSchemas: combine, tablePrefix, tableLevel } = crawler;
  const level = tableLevel === undefined ? {} : { tableLevel };
  const found = findTables(files, { bucket, prefix, combine, tablePrefix, ...level });
  for (const table of found) {
    putFound(context, tables, bucket, table);
    const added = table.partitions.map(({ values, path: folder, columns }) => ({
      ...{ values, location: `s3://${bucket}/${folder}` },
      ...{ columns, serde: table.format.serde },
    }));
    addPartitions(context, crawler.database, tables[table.name]!, added);
  }
  const locations = new Set(found.map((table) => `s3://${bucket}/${table.path}`));
  dropGone(context, tables, `s3://${bucket}/${prefix}`, locations, found);
}

/** A catalog target: the table is there, partitions are added to it. */
async function crawlTable(context: CrawlContext, database: string, name: string): Promise<void> {
  const { crawler } = context;
  const table = databaseTables(context, database)[name];
  authorizeGlue(context, "GetTable", database, name);
  if (table?.location === undefined) {
    throw new Error(`EntityNotFoundException: crawler ${crawler.name}: Table ${name} not found.`);
  }
  const { bucket } = parseLocation(table.location);
  const added: Partition[] = [];
  const read: CrawledFile[] = [];
  for (const { folder, values, objects } of await foldersToRead(context, table, table.location)) {
    const files = await readFiles(context, bucket, objects);
    const format = files.find((file) => file.format !== undefined)?.format;
    read.push(...files);
    const described = format === undefined ? {} : { columns: format.columns, serde: format.serde };
    added.push({ values, location: `s3://${bucket}/${folder}`, ...described });
  }
  const format = read.find((file) => file.format !== undefined)?.format;
  if (crawler.onUpdate === "UPDATE_IN_DATABASE" && format !== undefined) {
    updateTable(context, database, table, format, format.columns);
  }
  addPartitions(context, database, table, added);
}

interface PartitionFolder {
  folder: string;
  values: string[];
  objects: { key: string; size: number }[];
}

/** The folders below a table's own that are partitions by their names. */
async function foldersToRead(context: CrawlContext, table: Table, location: string): Promise<PartitionFolder[]> {
  const { bucket, prefix } = parseLocation(location);
  const folders = new Map<string, PartitionFolder>();
  for (const object of await visibleObjects(context, bucket, prefix)) {
    const folder = object.key.slice(0, object.key.lastIndexOf("/") + 1);
    const values = partitionValues(table, folder.slice(prefix.length));
    if (values === undefined) continue;
    const found = folders.get(folder) ?? { folder, values, objects: [] };
    found.objects.push(object);
    folders.set(folder, found);
  }
  // With updates switched off nothing that is in known partitions matters: they aren't read again.
  const isKnown = ({ values }: PartitionFolder) => table.partitions[partitionKey(values)] !== undefined;
  return [...folders.values()].filter((folder) => context.crawler.onUpdate !== "LOG" || !isKnown(folder));
}

/** The values that a folder below a table's own names: `key=value` for each partition key, in order. */
function partitionValues({ partitionKeys }: Table, folder: string): string[] | undefined {
  const names = folder.split("/").slice(0, -1);
  const fits = names.length === partitionKeys.length && names.length > 0;
  if (!fits || !names.every((name, i) => name.toLowerCase().startsWith(`${partitionKeys[i]!.name}=`))) return undefined;
  return names.map((name) => name.slice(name.indexOf("=") + 1));
}
