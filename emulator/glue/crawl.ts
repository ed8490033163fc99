import { type Partition, parseLocation, type Table } from "./catalog";
import { putFound, putPartitions } from "./catalogChanges";
import { authorizeGlue, type CrawlContext, databaseTables } from "./crawlContext";
import { readFiles, visibleObjects } from "./crawledFiles";
import { type Discovery, discover, type FoundTable, type ReadFile } from "./discovery";
import { ignore, readingsOf } from "./explanation";
import { fileProblems, goneProblem, splitProblems } from "./fileProblems";

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
  const files = await readFiles(context, bucket, await visibleObjects(context, bucket, prefix));
  const discovery = discover(files, { bucket, tablePrefix: crawler.tablePrefix, tableLevel: crawler.tableLevel });
  for (const table of discovery.tables) putTable(context, tables, bucket, table);
  warnOf(context, bucket, discovery);
  const folders = new Set(files.map(({ key }) => `s3://${bucket}/${folderOf(key)}`));
  for (const table of Object.values(tables)) {
    const isOurs = table.madeBy !== "stack" && table.madeBy.crawler === crawler.name;
    if (isOurs && table.location?.startsWith(`s3://${bucket}/${prefix}`)) {
      changes.warnings.push(...goneProblem(table, folders));
    }
  }
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

function putTable(context: CrawlContext, tables: Record<string, Table>, bucket: string, found: FoundTable): void {
  const { crawler, changes, explanation } = context;
  const schema = putFound(context, tables, bucket, found);
  const table = tables[found.name]!;
  const partitions = found.partitions.map(({ values, path }) => ({ values, location: `s3://${bucket}/${path}` }));
  const keys = table.partitionKeys.map(({ name }) => name);
  const fits = keys.length === found.partitionKeys.length;
  if (keys.join() !== found.partitionKeys.join()) changes.warnings.push(keysProblem(table, keys, found.partitionKeys));
  explanation.tables.push({
    ...{ table: table.name, location: table.location ?? "", grouping: found.grouping },
    ...{ readings: readingsOf(bucket, found.files), schema, columns: table.columns },
    partitions: putPartitions(context, crawler.database, table, fits ? partitions : []),
  });
  changes.warnings.push(...fileProblems(bucket, table, found.files));
}

/** A crawler never changes the partition keys of a table. */
function keysProblem({ name, location }: Table, keys: readonly string[], found: readonly string[]): string {
  const effect = keys.length === found.length ? "values are taken by their level" : "no partition is added";
  return `table ${name}: it is partitioned by (${keys.join(", ")}), the folders below ${location} by (${found.join(", ")}): ${effect}; give the folders names such as ${keys[0] ?? "key"}=VALUE`;
}

function warnOf({ changes, explanation }: CrawlContext, bucket: string, found: Discovery): void {
  changes.warnings.push(...splitProblems(bucket, found.splits));
  for (const { key, size, verdict } of found.passedOver) {
    const object = `s3://${bucket}/${key}`;
    const last = verdict.passedOver.at(-1)!;
    const why = size === 0 ? "the file is empty" : `no classifier recognises it; ${last.classifier}: ${last.why}`;
    ignore(explanation, why, object);
    changes.warnings.push(`${object}: ${why}; it is in no table: remove it`);
  }
}

/**
 * Crawls a catalog target: the table exists already, and partitions are added to it.
 * @throws Error EntityNotFoundException
 */
async function crawlTable(context: CrawlContext, database: string, name: string): Promise<void> {
  const { crawler, explanation, changes } = context;
  const table = databaseTables(context, database)[name];
  authorizeGlue(context, "GetTable", database, name);
  if (table?.location === undefined) {
    throw new Error(`EntityNotFoundException: crawler ${crawler.name}: Table ${name} not found.`);
  }
  const { location, columns } = table;
  const { bucket } = parseLocation(location);
  const { partitions: found, files } = await readPartitions(context, table, location);
  explanation.tables.push({
    ...{ table: name, location, columns, readings: readingsOf(bucket, files) },
    grouping: "the crawler's catalog target names the table; its folders are partitions by their names",
    schema: "unchanged: updates are only logged, whatever the files hold",
    partitions: putPartitions(context, database, table, found),
  });
  const folders = new Set(found.map((partition) => partition.location));
  changes.warnings.push(...fileProblems(bucket, table, files), ...goneProblem(table, folders));
}

/** The folders below a table's folder that are named as its partitions, and the files read from them. */
async function readPartitions(
  context: CrawlContext,
  table: Table,
  location: string,
): Promise<{ partitions: Partition[]; files: ReadFile[] }> {
  const { explanation, changes } = context;
  const { bucket, prefix } = parseLocation(location);
  const keys = table.partitionKeys.map(({ name }) => `${name}=VALUE/`).join("");
  const why = `not below ${keys}, the partition keys of its table: Athena does not read it`;
  const partitions = new Map<string, Partition>();
  const strays = new Map<string, { files: number; first: string }>();
  const objects = await visibleObjects(context, bucket, prefix);
  const fitting = objects.filter(({ key }) => {
    const folder = folderOf(key);
    const values = partitionValues(table, folder.slice(prefix.length));
    if (values !== undefined) {
      partitions.set(folder, { values, location: `s3://${bucket}/${folder}` });
      return true;
    }
    ignore(explanation, why, `s3://${bucket}/${key}`);
    const stray = strays.get(folder) ?? { files: 0, first: key };
    strays.set(folder, { ...stray, files: stray.files + 1 });
    return false;
  });
  for (const { files, first } of strays.values()) {
    const more = files > 1 ? ` and ${files - 1} more beside it` : "";
    changes.warnings.push(`s3://${bucket}/${first}${more} (${table.name}): ${why}; move or remove what is there`);
  }
  return { partitions: [...partitions.values()], files: await readFiles(context, bucket, fitting) };
}

/** The partition values in a folder's path: `key=value` for each partition key, in order. */
function partitionValues({ partitionKeys }: Table, folder: string): string[] | undefined {
  const names = folder.split("/").slice(0, -1);
  const fits = names.length === partitionKeys.length && names.length > 0;
  if (!fits || !names.every((name, i) => name.toLowerCase().startsWith(`${partitionKeys[i]!.name}=`))) return undefined;
  return names.map((name) => name.slice(name.indexOf("=") + 1));
}
