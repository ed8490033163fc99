import { isDeepStrictEqual } from "node:util";
import type { HiveColumn, Table } from "./catalog";
import type { CrawlerSettings } from "./crawlers";
import type { Verdict } from "./csvClassifier";
import type { ReadFile } from "./discovery";

/** Why a crawl left the catalog in its present state, as plain data. Rules are sentences. */
export interface CrawlExplanation {
  crawler: string;
  settings: string[];
  tables: TableExplanation[];
  ignored: { why: string; objects: number; example: string }[];
}

export interface TableExplanation {
  table: string;
  location: string;
  /** Why exactly these files are this table. */
  grouping: string;
  readings: FileReading[];
  schema: string;
  /** As they are in the catalog after the crawl. */
  columns: HiveColumn[];
  partitions: {
    keys: string[];
    /** The source of the partitions' description. */
    described: string;
    /** The values of each, joined with `/`. */
    added: string[];
    updated: string[];
    /** How many existed before and stay. */
    unchanged: number;
  };
}

interface FileReading extends Verdict {
  files: number;
  /** How many of them are unchanged since the last crawl and were not read again. */
  remembered: number;
  /** The first file, as `s3://bucket/key`. */
  example: string;
  compression: "none" | "gzip";
}

export function noExplanation(crawler: CrawlerSettings): CrawlExplanation {
  return { crawler: crawler.name, settings: settingsOf(crawler), tables: [], ignored: [] };
}

function settingsOf({ s3Paths, catalogTargets, classifiers, tableLevel }: CrawlerSettings): string[] {
  const makesTables = s3Paths.length > 0;
  const tables = catalogTargets.flatMap((target) => target.tables);
  const custom = classifiers.map(({ name }) => name);
  return [
    makesTables ? `S3 target ${s3Paths.join(", ")}: makes tables` : `catalog target ${tables.join(", ")}`,
    `classifiers: ${custom.join(", ")} (Glue's own are not modelled)`,
    `schema change policy: update ${makesTables ? "UPDATE_IN_DATABASE" : "LOG"}, delete LOG`,
    "grouping: CombineCompatibleSchemas",
    ...(makesTables ? [`table level: ${tableLevel}, the bucket being 1`] : []),
  ];
}

/** Groups files by how they were read, in order of first appearance. */
export function readingsOf(bucket: string, files: readonly ReadFile[]): FileReading[] {
  const readings = new Map<string, FileReading>();
  // Thousands of files share a few verdicts.
  const texts = new Map<Verdict, string>();
  for (const { key, compression, verdict, isRemembered } of files) {
    const text = texts.get(verdict) ?? JSON.stringify(verdict);
    texts.set(verdict, text);
    const alike = `${compression} ${text}`;
    const first = { files: 0, remembered: 0, example: `s3://${bucket}/${key}`, compression, ...verdict };
    const reading = readings.get(alike) ?? first;
    reading.files++;
    if (isRemembered) reading.remembered++;
    readings.set(alike, reading);
  }
  return [...readings.values()];
}

export function ignore({ ignored }: CrawlExplanation, why: string, object: string): void {
  const known = ignored.find((one) => one.why === why);
  if (known !== undefined) known.objects++;
  else ignored.push({ why, objects: 1, example: object });
}

/** How a table's description differs from the one that a crawl found; empty if they are equal. */
export function differences(old: Pick<Table, "columns" | "serde">, found: Pick<Table, "columns" | "serde">): string[] {
  const missingIn = ({ columns }: Pick<Table, "columns">) => {
    const names = new Set(columns.map(({ name }) => name));
    return ({ name }: HiveColumn) => !names.has(name);
  };
  const added = found.columns.filter(missingIn(old)).map(({ name, type }) => `+ ${name} ${type}`);
  const gone = old.columns.filter(missingIn(found)).map(({ name }) => `- ${name}`);
  const isSame = added.length + gone.length > 0 || isDeepStrictEqual(old.columns, found.columns);
  const serde = isDeepStrictEqual(old.serde, found.serde) ? [] : [`serde ${serdeText(old)} -> ${serdeText(found)}`];
  return [...added, ...gone, ...(isSame ? [] : ["the columns' order"]), ...serde];
}

function serdeText({ serde }: Pick<Table, "serde">): string {
  if (serde === undefined) return "none";
  const settings = Object.entries(serde.parameters).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return `${serde.library.split(".").at(-1)} (${settings.join(", ")})`;
}
