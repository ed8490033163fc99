import type { ReadFile } from "./alike";
import { parseLocation, type Table } from "./catalog";
import { dropGone, putFound, putPartitions } from "./catalogChanges";
import { crawlTable } from "./crawlCatalog";
import { type CrawlContext, databaseTables } from "./crawlContext";
import { readFiles, visibleObjects } from "./crawledFiles";
import { type Discovery, discover, type FoundTable } from "./discovery";
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

/** Crawls an S3 target: creates tables from the files that it finds. */
async function crawlPath(context: CrawlContext, path: string): Promise<void> {
  const { crawler } = context;
  const { bucket, prefix } = parseLocation(path);
  const tables = databaseTables(context, crawler.database);
  const files = await readFiles(context, bucket, await objectsToCrawl(context, bucket, prefix));
  const { combineSchemas: combine, tablePrefix, tableLevel } = crawler;
  const level = tableLevel === undefined ? {} : { tableLevel };
  const discovery = discover(files, { bucket, prefix, combine, tablePrefix, ...level });
  for (const table of discovery.tables) putTable(context, tables, bucket, table);
  warnOf(context, bucket, discovery);
  // If only new folders are crawled, the crawler cannot know what is gone.
  if (crawler.newFoldersOnly) return;
  warnOfGone(context, tables, `s3://${bucket}/${prefix}`, folderSet(bucket, files));
  const locations = new Set(discovery.tables.map((table) => `s3://${bucket}/${table.path}`));
  dropGone(context, tables, `s3://${bucket}/${prefix}`, locations, discovery.tables);
}

/** The objects that the recrawl policy selects. */
async function objectsToCrawl(context: CrawlContext, bucket: string, prefix: string) {
  const { crawler, memory, explanation } = context;
  const objects = await visibleObjects(context, bucket, prefix);
  if (!crawler.newFoldersOnly) return objects;
  return objects.filter(({ key, size, modifiedMs }) => {
    const isOld = memory.knowsFolder(`${bucket}/${key.slice(0, key.lastIndexOf("/") + 1)}`);
    const isRead = memory.recall({ bucket, key, size, modifiedMs }) !== undefined;
    if (isOld && !isRead) {
      const why = "its folder was crawled before, and CRAWL_NEW_FOLDERS_ONLY looks at new ones only";
      ignore(explanation, why, `s3://${bucket}/${key}`);
    }
    return !isOld || isRead;
  });
}

function putTable(
  context: CrawlContext,
  tables: Record<string, Table>,
  bucket: string,
  found: FoundTable<ReadFile>,
): void {
  const { crawler, changes, explanation } = context;
  const schema = putFound(context, tables, bucket, found);
  const table = tables[found.name]!;
  const serde = found.format === undefined ? {} : { serde: found.format.serde };
  const partitions = found.partitions.map(({ values, path, columns }) => ({
    ...{ values, location: `s3://${bucket}/${path}`, columns },
    ...serde,
  }));
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

function warnOf({ changes, explanation }: CrawlContext, bucket: string, found: Discovery<ReadFile>): void {
  changes.warnings.push(...splitProblems(bucket, found.splits));
  for (const { key, size, verdict } of found.passedOver) {
    const object = `s3://${bucket}/${key}`;
    const last = verdict.passedOver.at(-1)!;
    const why =
      size === 0 ? "an empty file says nothing" : `no classifier recognises it; ${last.classifier}: ${last.why}`;
    ignore(explanation, why, object);
    changes.warnings.push(`${object}: ${why}; it is in no table: remove it`);
  }
}

function warnOfGone(
  context: CrawlContext,
  tables: Record<string, Table>,
  path: string,
  folders: ReadonlySet<string>,
): void {
  const { crawler, changes } = context;
  if (crawler.onDelete === "DELETE_FROM_DATABASE") return;
  for (const table of Object.values(tables)) {
    const isOurs = table.madeBy !== "stack" && table.madeBy.crawler === crawler.name;
    const problem =
      isOurs && table.location?.startsWith(path) ? goneProblem(table, folders, crawler.onDelete) : undefined;
    if (problem !== undefined) changes.warnings.push(problem);
  }
}

function folderSet(bucket: string, files: readonly ReadFile[]): Set<string> {
  return new Set(files.map(({ key }) => `s3://${bucket}/${key.slice(0, key.lastIndexOf("/") + 1)}`));
}
