import type { Registered } from "../resources";
import type { CsvClassifier } from "./csvClassifier";
import { ofType } from "./declared";

/** A declared crawler, validated. */
export interface CrawlerSettings {
  name: string;
  arn: string;
  /** The role's name or ARN. */
  role: string;
  /** The database in which it creates tables and finds the tables of its targets. */
  database: string;
  tablePrefix: string;
  classifiers: CsvClassifier[];
  /** `s3://bucket/folder` of each S3 target. */
  s3Paths: string[];
  catalogTargets: { databaseName: string; tables: string[] }[];
  /** What to do with tables whose data has changed. */
  onUpdate: "UPDATE_IN_DATABASE" | "LOG";
  /** What to do with tables and partitions whose data is gone. */
  onDelete: "DELETE_FROM_DATABASE" | "DEPRECATE_IN_DATABASE" | "LOG";
  /** Whether to skip folders that were crawled before. */
  newFoldersOnly: boolean;
  /** Whether partitions inherit their description from the table instead of the data. */
  partitionsInherit: boolean;
  combineSchemas: boolean;
  /** The level of a table's folder, 1 being the bucket. */
  tableLevel?: number;
}

/**
 * The program's crawlers.
 * @throws if AWS would refuse one, or a setting is not modelled
 */
export function crawlersOf(resources: readonly Registered[]): CrawlerSettings[] {
  const classifiers = new Map(
    ofType(resources, "aws:glue/classifier:Classifier").map(({ inputs }) => [String(inputs.name), inputs]),
  );
  return ofType(resources, "aws:glue/crawler:Crawler").map(({ inputs, outputs }) => {
    const settings = settingsOf(inputs, String(outputs.arn), classifiers);
    check(settings);
    return settings;
  });
}

interface CrawlerInputs {
  name: string;
  role: string;
  databaseName: string;
  tablePrefix?: string;
  classifiers?: string[];
  s3Targets?: Record<string, unknown>[];
  catalogTargets?: Record<string, unknown>[];
  configuration?: string;
  schemaChangePolicy?: { updateBehavior?: CrawlerSettings["onUpdate"]; deleteBehavior?: CrawlerSettings["onDelete"] };
  recrawlPolicy?: { recrawlBehavior?: string };
}

const knownInputs = new Set([
  ...["name", "role", "databaseName", "tablePrefix", "classifiers", "s3Targets", "catalogTargets", "configuration"],
  ...["schemaChangePolicy", "recrawlPolicy", "description", "tags", "tagsAll", "region", "schedule"],
]);

function settingsOf(
  inputs: Record<string, unknown>,
  arn: string,
  classifiers: ReadonlyMap<string, Record<string, unknown>>,
): CrawlerSettings {
  const crawler = inputs as unknown as CrawlerInputs;
  const label = `crawler ${crawler.name}`;
  refuseOthers(inputs, knownInputs, label);
  const recrawl = crawler.recrawlPolicy?.recrawlBehavior ?? "CRAWL_EVERYTHING";
  if (recrawl !== "CRAWL_EVERYTHING" && recrawl !== "CRAWL_NEW_FOLDERS_ONLY") throw notModelled(label, recrawl);
  return {
    name: crawler.name,
    arn,
    role: crawler.role,
    database: crawler.databaseName,
    tablePrefix: crawler.tablePrefix ?? "",
    classifiers: (crawler.classifiers ?? []).map((name) => {
      const found = classifiers.get(name);
      if (found === undefined) throw new Error(`EntityNotFoundException: ${label}: Classifier ${name} not found.`);
      return csvClassifier(found);
    }),
    s3Paths: (crawler.s3Targets ?? []).map((target) => {
      refuseOthers(target, new Set(["path"]), label);
      return String(target.path);
    }),
    catalogTargets: (crawler.catalogTargets ?? []).map((target) => {
      refuseOthers(target, new Set(["databaseName", "tables"]), label);
      return { databaseName: String(target.databaseName), tables: (target.tables ?? []) as string[] };
    }),
    onUpdate: crawler.schemaChangePolicy?.updateBehavior ?? "UPDATE_IN_DATABASE",
    onDelete: crawler.schemaChangePolicy?.deleteBehavior ?? "DEPRECATE_IN_DATABASE",
    newFoldersOnly: recrawl === "CRAWL_NEW_FOLDERS_ONLY",
    ...configurationOf(crawler.configuration ?? '{"Version":1.0}', label),
  };
}

interface Configuration {
  Version?: number;
  Grouping?: { TableGroupingPolicy?: string; TableLevelConfiguration?: number };
  CrawlerOutput?: { Partitions?: { AddOrUpdateBehavior?: string } };
}

function configurationOf(
  text: string,
  label: string,
): Pick<CrawlerSettings, "partitionsInherit" | "combineSchemas" | "tableLevel"> {
  let parsed: Configuration;
  try {
    parsed = JSON.parse(text) as Configuration;
  } catch {
    throw new Error(`InvalidInputException: ${label}: configuration is no JSON: ${text}`);
  }
  const { Grouping: grouping = {}, CrawlerOutput: output = {} } = parsed;
  refuseOthers(parsed, new Set(["Version", "Grouping", "CrawlerOutput"]), label);
  refuseOthers(grouping, new Set(["TableGroupingPolicy", "TableLevelConfiguration"]), label);
  refuseOthers(output, new Set(["Partitions"]), label);
  const policy = grouping.TableGroupingPolicy;
  if (policy !== undefined && policy !== "CombineCompatibleSchemas") throw notModelled(label, policy);
  const behavior = output.Partitions?.AddOrUpdateBehavior;
  if (behavior !== undefined && behavior !== "InheritFromTable") throw notModelled(label, behavior);
  return {
    combineSchemas: policy !== undefined,
    partitionsInherit: behavior !== undefined,
    ...(grouping.TableLevelConfiguration === undefined ? {} : { tableLevel: grouping.TableLevelConfiguration }),
  };
}

interface CsvClassifierInputs {
  containsHeader?: CsvClassifier["containsHeader"];
  delimiter?: string;
  quoteSymbol?: string;
  headers?: string[];
  header?: string[];
  allowSingleColumn?: boolean;
  disableValueTrimming?: boolean;
  serde?: CsvClassifier["serde"];
  customDatatypeConfigured?: boolean;
  customDatatypes?: string[];
}

const hiveTypes: Record<string, string> = { INT: "int", LONG: "bigint", SHORT: "smallint" };

function csvClassifier(inputs: Record<string, unknown>): CsvClassifier {
  const name = String(inputs.name);
  const csv = inputs.csvClassifier as CsvClassifierInputs | undefined;
  if (csv === undefined) throw notModelled(`classifier ${name}`, "anything but csvClassifier");
  const headers = csv.headers ?? csv.header;
  const types = csv.customDatatypeConfigured === true ? csv.customDatatypes : undefined;
  if (types !== undefined && types.length !== (headers?.length ?? 1)) {
    throw new Error(
      `InvalidInputException: classifier ${name}: ${types.length} customDatatypes for ${headers?.length ?? 0} headers`,
    );
  }
  return {
    name,
    containsHeader: csv.containsHeader ?? "UNKNOWN",
    delimiter: csv.delimiter ?? ",",
    quoteSymbol: csv.quoteSymbol ?? '"',
    ...(headers === undefined ? {} : { headers }),
    allowSingleColumn: csv.allowSingleColumn ?? false,
    disableValueTrimming: csv.disableValueTrimming ?? true,
    serde: csv.serde ?? "None",
    ...(types === undefined ? {} : { columnTypes: types.map((type) => hiveTypes[type] ?? type.toLowerCase()) }),
  };
}

function check(crawler: CrawlerSettings): void {
  const refuse = (reason: string) => {
    throw new Error(`InvalidInputException: crawler ${crawler.name}: ${reason}`);
  };
  const { s3Paths, catalogTargets } = crawler;
  if (s3Paths.length + catalogTargets.length === 0) refuse("it has no target");
  if (s3Paths.length > 0 && catalogTargets.length > 0)
    refuse("it has catalog targets and others, catalog targets stand alone");
  if (catalogTargets.some(({ tables }) => tables.length === 0)) refuse("a catalog target names no table");
  if (catalogTargets.length > 0 && crawler.onDelete !== "LOG")
    refuse("with a catalog target deleteBehavior must be LOG");
  if (crawler.newFoldersOnly && (crawler.onUpdate !== "LOG" || crawler.onDelete !== "LOG")) {
    refuse("CRAWL_NEW_FOLDERS_ONLY wants updateBehavior and deleteBehavior LOG");
  }
}

function refuseOthers(given: object, known: ReadonlySet<string>, label: string): void {
  for (const [key, value] of Object.entries(given)) {
    if (!known.has(key) && value !== undefined) throw notModelled(label, key);
  }
}

function notModelled(label: string, what: string): Error {
  return new Error(`${label}: ${what} is not modelled by the local Glue`);
}
