import { isDeepStrictEqual } from "node:util";
import { type Partition, partitionKey, type Table } from "./catalog";
import { authorizeGlue, type CrawlContext } from "./crawlContext";
import type { CsvFormat } from "./csvClassifier";
import type { FoundTable } from "./discovery";
import { differences, type TableExplanation } from "./explanation";

/**
 * Creates a found table, or updates the one of its name. Anything that the crawler does not know is lost, such as other
 * parameters of a serde.
 * @returns what was done, in one line
 */
export function putFound(
  context: CrawlContext,
  tables: Record<string, Table>,
  bucket: string,
  found: FoundTable,
): string {
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

/**
 * Adds new partitions, described as their table is. A crawler that makes tables also updates the others.
 * @param found without anything but values and location
 */
export function putPartitions(
  context: CrawlContext,
  database: string,
  table: Table,
  found: readonly Partition[],
): TableExplanation["partitions"] {
  const { crawler, changes } = context;
  if (found.length > 0) authorizeGlue(context, "BatchGetPartition", database, table.name);
  const inCatalog = ({ values }: Partition) => table.partitions[partitionKey(values)];
  const added = found.filter((partition) => inCatalog(partition) === undefined);
  const others = found.filter((partition) => inCatalog(partition) !== undefined);
  const updated =
    crawler.s3Paths.length === 0
      ? []
      : others.filter((partition) => !isDeepStrictEqual(partition, inCatalog(partition)));
  if (added.length > 0) authorizeGlue(context, "BatchCreatePartition", database, table.name);
  if (updated.length > 0) authorizeGlue(context, "BatchUpdatePartition", database, table.name);
  for (const partition of [...added, ...updated]) table.partitions[partitionKey(partition.values)] = partition;
  changes.partitionsAdded.push(...added.map(({ values }) => ({ table: table.name, values })));
  changes.partitionsUpdated.push(...updated.map(({ values }) => ({ table: table.name, values })));
  const namesOf = (partitions: readonly Partition[]) => partitions.map(({ values }) => values.join("/"));
  return {
    keys: table.partitionKeys.map(({ name }) => name),
    described: "from their table (InheritFromTable)",
    added: namesOf(added),
    updated: namesOf(updated),
    unchanged: others.length - updated.length,
  };
}
