import type { ReadFile } from "./alike";
import { type Partition, parseLocation, partitionKey, type Table } from "./catalog";
import { putPartitions, updateTable } from "./catalogChanges";
import { authorizeGlue, type CrawlContext, databaseTables } from "./crawlContext";
import { readFiles, visibleObjects } from "./crawledFiles";
import { ignore, readingsOf } from "./explanation";
import { fileProblems, goneProblem } from "./fileProblems";

/**
 * Crawls a catalog target: the table exists already, and partitions are added to it.
 * @throws Error EntityNotFoundException
 */
export async function crawlTable(context: CrawlContext, database: string, name: string): Promise<void> {
  const { crawler, explanation, changes } = context;
  const table = databaseTables(context, database)[name];
  authorizeGlue(context, "GetTable", database, name);
  if (table?.location === undefined) {
    throw new Error(`EntityNotFoundException: crawler ${crawler.name}: Table ${name} not found.`);
  }
  const { bucket } = parseLocation(table.location);
  const folders = await partitionFolders(context, table, table.location);
  const schema = updateDeclared(
    context,
    database,
    table,
    folders.flatMap(({ files }) => files),
  );
  const found = folders.map(({ folder, values, files }): Partition => {
    const format = files.find((file) => file.format !== undefined)?.format;
    const described = format === undefined ? {} : { columns: format.columns, serde: format.serde };
    return { values, location: `s3://${bucket}/${folder}`, ...described };
  });
  const partitions = putPartitions(context, database, table, found);
  const files = folders.flatMap((folder) => folder.files);
  const grouping = "the crawler's catalog target names the table; its folders are partitions by their names";
  const readings = readingsOf(bucket, files);
  explanation.tables.push({
    ...{ table: name, location: table.location, grouping, readings, schema, columns: table.columns, partitions },
  });
  const gone = goneProblem(table, new Set(found.map(({ location }) => location)), crawler.onDelete);
  changes.warnings.push(...fileProblems(bucket, table, files), ...(gone === undefined ? [] : [gone]));
}

function updateDeclared(context: CrawlContext, database: string, table: Table, files: readonly ReadFile[]): string {
  if (context.crawler.onUpdate === "LOG") return "unchanged: updates are only logged, whatever the files are like";
  const format = files.find((file) => file.format !== undefined)?.format;
  if (format === undefined) return "unchanged: no classifier recognises any of its files";
  return updateTable(context, database, table, format, format.columns);
}

interface PartitionFolder {
  folder: string;
  values: string[];
  files: ReadFile[];
}

/** The folders below a table's folder that are named as partitions, with the files read from them. */
async function partitionFolders(context: CrawlContext, table: Table, location: string): Promise<PartitionFolder[]> {
  const { explanation, changes, crawler } = context;
  const { bucket, prefix } = parseLocation(location);
  const keys = table.partitionKeys.map(({ name }) => `${name}=VALUE/`).join("");
  const why = `not below ${keys}, the partition keys of its table: Athena does not read it`;
  const folders = new Map<string, { values: string[]; objects: { key: string; size: number; modifiedMs: number }[] }>();
  const strays = new Map<string, { files: number; first: string }>();
  for (const object of await visibleObjects(context, bucket, prefix)) {
    const folder = object.key.slice(0, object.key.lastIndexOf("/") + 1);
    const values = partitionValues(table, folder.slice(prefix.length));
    if (values === undefined) {
      ignore(explanation, why, `s3://${bucket}/${object.key}`);
      const stray = strays.get(folder) ?? { files: 0, first: object.key };
      strays.set(folder, { ...stray, files: stray.files + 1 });
      continue;
    }
    const found = folders.get(folder) ?? { values, objects: [] };
    found.objects.push(object);
    folders.set(folder, found);
  }
  for (const { files, first } of strays.values()) {
    const more = files > 1 ? ` and ${files - 1} more beside it` : "";
    changes.warnings.push(`s3://${bucket}/${first}${more} (${table.name}): ${why}; move or remove what is there`);
  }
  // If updates are only logged, an incremental crawl skips partitions that are already in the table.
  const isKnown = (values: string[]) => table.partitions[partitionKey(values)] !== undefined;
  const read: PartitionFolder[] = [];
  for (const [folder, { values, objects }] of folders) {
    const files = crawler.newFoldersOnly && isKnown(values) ? [] : await readFiles(context, bucket, objects);
    read.push({ folder, values, files });
  }
  return read;
}

/** The partition values in a folder's path: `key=value` for each partition key, in order. */
function partitionValues({ partitionKeys }: Table, folder: string): string[] | undefined {
  const names = folder.split("/").slice(0, -1);
  const fits = names.length === partitionKeys.length && names.length > 0;
  if (!fits || !names.every((name, i) => name.toLowerCase().startsWith(`${partitionKeys[i]!.name}=`))) return undefined;
  return names.map((name) => name.slice(name.indexOf("=") + 1));
}
