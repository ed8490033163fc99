import { isDeepStrictEqual } from "node:util";
import { type Partition, parseLocation, partitionKey, type Table } from "./catalog";
import { authorizeGlue, type CrawlContext, databaseTables } from "./crawlContext";
import { readFiles, visibleObjects } from "./crawledFiles";
import type { CsvFormat } from "./csvClassifier";
import { type Discovery, discover, type FoundTable, folderOf, type ReadFile } from "./discovery";
import { differences, ignore, readingsOf, type TableExplanation } from "./explanation";
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
  for (const found of discovery.tables) {
    const schema = putFound(context, tables, bucket, found);
    const table = tables[found.name]!;
    const keys = table.partitionKeys.map(({ name }) => name);
    const fits = keys.length === found.partitionKeys.length;
    if (keys.join() !== found.partitionKeys.join())
      changes.warnings.push(keysProblem(table, keys, found.partitionKeys));
    const partitions = found.partitions.map(({ values, path }) => ({ values, location: `s3://${bucket}/${path}` }));
    putFiles(context, crawler.database, table, fits ? partitions : [], { ...found, bucket, schema });
  }
  warnOf(context, bucket, discovery);
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
  const { partitions, files } = await readPartitions(context, table, table.location);
  putFiles(context, database, table, partitions, {
    ...{ bucket: parseLocation(table.location).bucket, files },
    grouping: "the crawler's catalog target names the table; its folders are partitions by their names",
    schema: "unchanged: updates are only logged, whatever the files hold",
  });
  context.changes.warnings.push(...goneProblem(table, new Set(partitions.map(({ location }) => location))));
}

/** Adds the partitions of a table, explains it and reports the problems of its files. */
function putFiles(
  context: CrawlContext,
  database: string,
  table: Table,
  partitions: readonly Partition[],
  {
    bucket,
    files,
    ...why
  }: Pick<TableExplanation, "grouping" | "schema"> & { bucket: string; files: readonly ReadFile[] },
): void {
  const { location = "", columns } = table;
  context.explanation.tables.push({
    ...{
      table: table.name,
      location,
      grouping: why.grouping,
      readings: readingsOf(bucket, files),
      schema: why.schema,
      columns,
    },
    partitions: putPartitions(context, database, table, partitions),
  });
  context.changes.warnings.push(...fileProblems(bucket, table, files));
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

/**
 * Creates a found table, or updates the one of its name. Anything that the crawler does not know is lost, such as other
 * parameters of a serde.
 * @returns what was done, in one line
 */
function putFound(context: CrawlContext, tables: Record<string, Table>, bucket: string, found: FoundTable): string {
  const { crawler, changes } = context;
  const old = tables[found.name];
  const parameters = crawledParameters(found.format, crawler.name);
  const { columns, format } = structuredClone(found);
  const described = { columns, ...(format === undefined ? {} : { serde: format.serde }) };
  authorizeGlue(context, "GetTable", crawler.database, found.name);
  if (old === undefined) {
    authorizeGlue(context, "CreateTable", crawler.database, found.name);
    tables[found.name] = {
      name: found.name,
      madeBy: { crawler: crawler.name },
      tableType: "EXTERNAL_TABLE",
      parameters,
      partitionKeys: found.partitionKeys.map((name) => ({ name, type: "string" })),
      location: `s3://${bucket}/${found.path}`,
      ...described,
      partitions: {},
    };
    changes.tablesCreated.push(found.name);
    return "made: the catalog had no table of this name";
  }
  const differs = differences(old, described);
  if (differs.length === 0 && isDeepStrictEqual(old.parameters, parameters)) {
    return "unchanged: it matches what the crawler found";
  }
  authorizeGlue(context, "UpdateTable", crawler.database, old.name);
  Object.assign(old, described, { parameters });
  changes.tablesUpdated.push(old.name);
  return `updated: ${differs.length === 0 ? "its parameters" : differs.join(", ")}`;
}

function crawledParameters(format: CsvFormat | undefined, crawler: string): Record<string, string> {
  const shared = { UPDATED_BY_CRAWLER: crawler, typeOfData: "file" };
  if (format === undefined) return { ...shared, classification: "UNKNOWN" };
  const { delimiter } = format;
  return { ...shared, classification: "csv", columnsOrdered: "true", delimiter, "skip.header.line.count": "1" };
}

/**
 * Adds new partitions, described as their table is. A crawler that makes tables also updates the others.
 * @param found without anything but values and location
 */
function putPartitions(
  context: CrawlContext,
  database: string,
  table: Table,
  found: readonly Partition[],
): TableExplanation["partitions"] {
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
  const namesOf = (partitions: readonly Partition[]) => partitions.map(({ values }) => values.join("/"));
  return {
    keys: table.partitionKeys.map(({ name }) => name),
    described: "from their table (InheritFromTable)",
    added: namesOf(added),
    updated: namesOf(updated),
    unchanged: found.length - added.length - updated.length,
  };
}
