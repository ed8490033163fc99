import type { Column } from "./catalog";
import type { CsvFormat, Verdict } from "./csvClassifier";
import type { Oddity } from "./oddities";

/** A file that the crawler read. */
export interface CrawledFile {
  key: string;
  /** In bytes. */
  size: number;
  compression: "none" | "gzip";
  /** Undefined if no classifier recognised it. */
  format: CsvFormat | undefined;
}

/** A file that the crawler has read, now or in an earlier crawl. */
export interface ReadFile extends CrawledFile {
  verdict: Verdict;
  firstLine: string;
  /** What CSV readers interpret in different ways. */
  oddities: readonly Oddity[];
  /** Whether an earlier crawl read it. */
  isRemembered: boolean;
}

const mostSchemas = 5;
const leastAlike = 0.7;

/** Why the files below a folder are not one table, and which files differ; undefined if they are one table. */
export function splitOf<F extends CrawledFile>(
  root: string,
  files: readonly F[],
  { combine }: { combine: boolean },
): { why: string; odd: F[] } | undefined {
  const direct = files.filter(({ key }) => !key.slice(root.length).includes("/"));
  if (direct.length > 0 && direct.length < files.length) return { why: "a file lies beside folders", odd: direct };
  // An empty file has no columns to compare.
  const filled = files.filter(({ size }) => size > 0);
  if (filled.length === 0) return { why: "there is nothing but empty files", odd: [...files] };
  const differs = [
    ["the folders are not of one depth", (file: F) => String(partitionNames(root, file.key).length)],
    ["compressions are mixed", ({ compression }: F) => compression],
    ["formats are mixed", ({ format }: F) => formatKind(format)],
  ] as const;
  for (const [why, kindOf] of differs) {
    const odd = unlikeMost(filled, kindOf);
    if (odd.length > 0) return { why, odd };
  }
  if (filled[0]?.format === undefined) return { why: "no classifier recognises the files", odd: filled };
  return combine ? undefined : schemaSplit(filled);
}

function schemaSplit<F extends CrawledFile>(files: F[]): { why: string; odd: F[] } | undefined {
  const schemaOf = ({ format }: F) => JSON.stringify(format?.columns);
  const schemas = groupBy(files, schemaOf);
  if (schemas.size > mostSchemas) {
    return { why: `there are ${schemas.size} schemas, more than ${mostSchemas}`, odd: unlikeMost(files, schemaOf) };
  }
  const [first] = files;
  const isAlike = ({ format }: F) => likeness(format?.columns ?? [], first?.format?.columns ?? []) > leastAlike;
  if (files.every(isAlike)) return undefined;
  return { why: "schemas are not more than 70 % alike", odd: unlikeMost(files, schemaOf) };
}

function unlikeMost<F>(files: readonly F[], kindOf: (file: F) => string): F[] {
  const kinds = [...groupBy(files, kindOf)];
  const most = kinds.reduce((one, other) => (other[1].length > one[1].length ? other : one));
  return kinds.flatMap((kind) => (kind === most ? [] : kind[1]));
}

function formatKind(format: CsvFormat | undefined): string {
  return format === undefined ? "unknown" : JSON.stringify([format.delimiter, format.serde, format.hasHeader]);
}

function likeness(one: readonly Column[], other: readonly Column[]): number {
  const names = new Set(one.map(({ name }) => name));
  const both = other.filter(({ name }) => names.has(name)).length;
  return both / (one.length + other.length - both);
}

/** The names of the folders between a table's folder and a key. */
export function partitionNames(path: string, key: string): string[] {
  return key.slice(path.length).split("/").slice(0, -1);
}

/** Groups values by key, in the order in which the keys first appear. */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
