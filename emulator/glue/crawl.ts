import { isDeepStrictEqual } from "node:util";
import type { ObjectSummary } from "../s3";
import { type Partition, parseLocation, partitionKey, type Serde, type Table } from "./catalog";
import { authorizeGlue, type CrawlContext, databaseTables } from "./crawlContext";
import { readFiles, visibleObjects } from "./crawledFiles";
import { discover, type FoundTable, folderOf } from "./discovery";
import {
  fileProblems,
  goneProblem,
  keysProblem,
  passedOverProblems,
  splitProblems,
  strayProblems,
} from "./fileProblems";

/**
 * Crawls all targets of a crawler and updates the catalog.
 * @throws AccessDenied if the crawler's role does not allow a call; the catalog may have changed by then
 */
export async function crawl(context: CrawlContext): Promise<void> {
  const { crawler } = context;
  for (const path of crawler.s3Paths) await crawlPath(context, path);
  for (const { databaseName, tables } of crawler.catalogTargets) {
    for (const table of tables) await crawlTable(context, databaseName, table);
  }
}

async function crawlPath(context: CrawlContext, path: string): Promise<void> {
  const { crawler, changes } = context;
  const { bucket, prefix } = parseLocation(path);
  const tables = databaseTables(context, crawler.database);
  const files = await readFiles(context, bucket, visibleObjects(context, bucket, prefix));
  const { tables: found, splits, passedOver } = discover(files, { ...crawler, bucket });
  for (const one of found) {
    const table = putFound(context, tables, bucket, one);
    const keys = table.partitionKeys.map(({ name }) => name);
    const fits = keys.length === one.partitionKeys.length;
    if (keys.join() !== one.partitionKeys.join()) changes.warnings.push(keysProblem(table, keys, one.partitionKeys));
    putPartitions(context, crawler.database, table, fits ? one.partitions : []);
    changes.warnings.push(...fileProblems(bucket, table, one.files));
  }
  changes.warnings.push(...splitProblems(bucket, splits), ...passedOverProblems(bucket, passedOver));
  const folders = new Set(files.map(({ key }) => `s3://${bucket}/${folderOf(key)}`));
  for (const table of Object.values(tables)) {
    const isOurs = table.madeBy !== "stack" && table.madeBy.crawler === crawler.name;
    if (isOurs && table.location?.startsWith(`s3://${bucket}/${prefix}`)) {
      changes.warnings.push(...goneProblem(table, folders));
    }
  }
}

/**
 * Crawls a catalog target: the table exists already, and partitions are added to it.
 * @throws Error EntityNotFoundException
 */
async function crawlTable(context: CrawlContext, database: string, name: string): Promise<void> {
  const table = databaseTables(context, database)[name];
  authorizeGlue(context, "GetTable", database, name);
  if (table?.location === undefined) {
    throw new Error(`EntityNotFoundException: crawler ${context.crawler.name}: Table ${name} not found.`);
  }
  const { bucket, prefix } = parseLocation(table.location);
  const { partitions, objects } = partitionsBelow(context, table, bucket, prefix);
  const files = await readFiles(context, bucket, objects);
  putPartitions(context, database, table, partitions);
  const folders = new Set(partitions.map(({ location }) => location));
  context.changes.warnings.push(...fileProblems(bucket, table, files), ...goneProblem(table, folders));
}

/** The folders below a table's folder that are named as its partitions, and the objects in them. */
function partitionsBelow(context: CrawlContext, table: Table, bucket: string, prefix: string) {
  const partitions = new Map<string, Partition>();
  const strays = new Map<string, string[]>();
  const objects: ObjectSummary[] = [];
  for (const object of visibleObjects(context, bucket, prefix)) {
    const folder = folderOf(object.key);
    const values = partitionValues(table, folder.slice(prefix.length));
    if (values === undefined) {
      strays.set(folder, [...(strays.get(folder) ?? []), object.key]);
      continue;
    }
    partitions.set(folder, { values, location: `s3://${bucket}/${folder}` });
    objects.push(object);
  }
  context.changes.warnings.push(...strayProblems(bucket, table, strays.values()));
  return { partitions: [...partitions.values()], objects };
}

/** The partition values in a folder's path: `key=value` for each partition key, in order. */
function partitionValues({ partitionKeys }: Table, folder: string): string[] | undefined {
  const names = folder.split("/").slice(0, -1);
  const fits = names.length === partitionKeys.length && names.length > 0;
  if (!fits || !names.every((name, i) => name.toLowerCase().startsWith(`${partitionKeys[i]!.name}=`))) return undefined;
  return names.map((name) => name.slice(name.indexOf("=") + 1));
}

/**
 * Creates a found table, or updates the one of its name. Anything that the crawler does not know is lost, such as other
 * parameters of a serde.
 */
function putFound(context: CrawlContext, tables: Record<string, Table>, bucket: string, found: FoundTable): Table {
  const { crawler, changes } = context;
  const { columns, serde } = structuredClone(found);
  const parameters = crawledParameters(serde, crawler.name);
  const described = { columns, ...(serde === undefined ? {} : { serde }), parameters };
  authorizeGlue(context, "GetTable", crawler.database, found.name);
  const old = tables[found.name];
  if (old !== undefined) {
    const isSame = isDeepStrictEqual([old.columns, old.serde, old.parameters], [columns, serde, parameters]);
    if (isSame) return old;
    authorizeGlue(context, "UpdateTable", crawler.database, old.name);
    changes.tablesUpdated.push(old.name);
    return Object.assign(old, described);
  }
  authorizeGlue(context, "CreateTable", crawler.database, found.name);
  changes.tablesCreated.push(found.name);
  tables[found.name] = {
    name: found.name,
    madeBy: { crawler: crawler.name },
    tableType: "EXTERNAL_TABLE",
    partitionKeys: found.partitionKeys.map((name) => ({ name, type: "string" })),
    location: `s3://${bucket}/${found.path}`,
    ...described,
    partitions: {},
  };
  return tables[found.name]!;
}

function crawledParameters(serde: Serde | undefined, crawler: string): Record<string, string> {
  const shared = { UPDATED_BY_CRAWLER: crawler, typeOfData: "file" };
  if (serde === undefined) return { ...shared, classification: "UNKNOWN" };
  const { separatorChar: delimiter = "," } = serde.parameters;
  return { ...shared, classification: "csv", columnsOrdered: "true", delimiter, "skip.header.line.count": "1" };
}

/**
 * Adds new partitions, described as their table is. A crawler that makes tables also updates the others.
 * @param found without anything but values and location
 */
function putPartitions(context: CrawlContext, database: string, table: Table, found: readonly Partition[]): void {
  const { crawler, changes } = context;
  const makesTables = crawler.s3Paths.length > 0;
  const isNew = ({ values }: Partition) => table.partitions[partitionKey(values)] === undefined;
  const differs = (one: Partition) => !isDeepStrictEqual(one, table.partitions[partitionKey(one.values)]);
  const added = found.filter(isNew);
  const updated = found.filter((partition) => makesTables && !isNew(partition) && differs(partition));
  const calls = { BatchGetPartition: found, BatchCreatePartition: added, BatchUpdatePartition: updated };
  for (const [call, partitions] of Object.entries(calls)) {
    if (partitions.length > 0) authorizeGlue(context, call, database, table.name);
  }
  for (const partition of [...added, ...updated]) table.partitions[partitionKey(partition.values)] = partition;
  changes.partitionsAdded.push(...added.map(({ values }) => ({ table: table.name, values })));
  changes.partitionsUpdated.push(...updated.map(({ values }) => ({ table: table.name, values })));
}
