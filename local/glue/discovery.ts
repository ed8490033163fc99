import { createHash } from "node:crypto";
import type { Column } from "./catalog";
import type { CsvFormat } from "./csvClassifier";
import { widen } from "./csvTypes";

/** A file that the crawler read. */
export interface CrawledFile {
  key: string;
  /** Bytes. */
  size: number;
  compression: "none" | "gzip";
  /** Undefined where no classifier recognised it. */
  format: CsvFormat | undefined;
}

/** A table as the crawler sees it. */
export interface FoundTable {
  name: string;
  /** The prefix of its keys, or the key itself where a single file is a table. */
  path: string;
  format: CsvFormat;
  columns: Column[];
  /** The names of the partition keys, from the folders below `path`. */
  partitionKeys: string[];
  partitions: { values: string[]; path: string; columns: Column[] }[];
  files: CrawledFile[];
}

/** How files are put together to tables. */
export interface Grouping {
  bucket: string;
  /** The include path: empty or ending with `/`. */
  prefix: string;
  /** Whether files of one format are one table however their columns differ. */
  combine: boolean;
  /** The level of a table's folder, 1 being the bucket; undefined: found by comparing. */
  tableLevel?: number;
  tablePrefix: string;
}

/** The tables that the crawler makes of the files below a path. Files that nothing recognised make none. */
export function findTables(files: readonly CrawledFile[], grouping: Grouping): FoundTable[] {
  const { tableLevel } = grouping;
  const roots =
    tableLevel === undefined
      ? new Map([[grouping.prefix, [...files]]])
      : groupBy(files, ({ key }) => rootAtLevel(key, tableLevel));
  const found = [...roots].flatMap(([root, below]) => tablesAt(root, below, grouping));
  return withDistinctNames(found);
}

function rootAtLevel(key: string, level: number): string {
  return key
    .split("/")
    .slice(0, -1)
    .slice(0, level - 1)
    .map((name) => `${name}/`)
    .join("");
}

/** One table where the files below are alike; else every folder is looked at by itself, and a file beside folders is a table. */
function tablesAt(root: string, files: CrawledFile[], grouping: Grouping): FoundTable[] {
  const direct = files.filter(({ key }) => !key.slice(root.length).includes("/"));
  const below = files.filter(({ key }) => key.slice(root.length).includes("/"));
  const isMixed = direct.length > 0 && below.length > 0;
  if (!isMixed && areOneTable(root, files, grouping)) return [tableOf(root, files, grouping)];
  const folders = groupBy(below, ({ key }) => key.slice(0, key.indexOf("/", root.length) + 1));
  return [
    ...direct.flatMap((file) => fileTable(file, grouping)),
    ...[...folders].flatMap(([folder, inFolder]) => tablesAt(folder, inFolder, grouping)),
  ];
}

function fileTable(file: CrawledFile, grouping: Grouping): FoundTable[] {
  return file.format === undefined ? [] : [tableOf(file.key, [file], grouping)];
}

const mostSchemas = 5;
const leastAlike = 0.7;

function areOneTable(root: string, files: readonly CrawledFile[], { combine }: Grouping): boolean {
  // A file without a byte says nothing about the others in its folder.
  const filled = files.filter(({ size }) => size > 0);
  const [first] = filled;
  if (first?.format === undefined) return false;
  const depth = partitionNames(root, first.key).length;
  const sameFormat = filled.every(
    (file) => kindOf(file) === kindOf(first) && partitionNames(root, file.key).length === depth,
  );
  if (!sameFormat || combine) return sameFormat;
  const schemas = new Map(filled.map(({ format }) => [JSON.stringify(format?.columns), format?.columns ?? []]));
  return (
    schemas.size <= mostSchemas &&
    [...schemas.values()].every((columns) => likeness(columns, first.format?.columns ?? []) > leastAlike)
  );
}

function kindOf({ format, compression }: CrawledFile): string {
  return format === undefined
    ? "unknown"
    : JSON.stringify([format.delimiter, format.serde, format.hasHeader, compression]);
}

function likeness(one: readonly Column[], other: readonly Column[]): number {
  const names = new Set(one.map(({ name }) => name));
  const both = other.filter(({ name }) => names.has(name)).length;
  return both / (one.length + other.length - both);
}

function tableOf(path: string, files: CrawledFile[], { bucket, tablePrefix }: Grouping): FoundTable {
  const format = files.find((file) => file.format !== undefined)!.format!;
  const folders = groupBy(files, ({ key }) => key.slice(0, key.lastIndexOf("/") + 1));
  const partitioned = [...folders].filter(([folder]) => folder.length > path.length);
  const names = partitioned.map(([folder]) => partitionNames(path, folder));
  return {
    name: `${tablePrefix}${tableName(path === "" ? bucket : path)}`,
    path,
    format,
    columns: mergeColumns(files),
    partitionKeys: keyNames(names),
    partitions: partitioned.map(([folder, inFolder], i) => ({
      values: (names[i] ?? []).map((name) => name.slice(name.indexOf("=") + 1)),
      path: folder,
      columns: mergeColumns(inFolder),
    })),
    files,
  };
}

/** The folders between a table's own and a key. */
function partitionNames(path: string, key: string): string[] {
  return key.slice(path.length).split("/").slice(0, -1);
}

function keyNames(folders: readonly string[][]): string[] {
  return (folders[0] ?? []).map((folder, level) => {
    const name = folder.slice(0, Math.max(folder.indexOf("="), 0)).toLowerCase();
    const everywhere = folders.every((names) => names[level]?.toLowerCase().startsWith(`${name}=`));
    return name !== "" && everywhere ? name : `partition_${level}`;
  });
}

function mergeColumns(files: readonly CrawledFile[]): Column[] {
  const types = new Map<string, string>();
  for (const { name, type } of files.flatMap(({ format }) => format?.columns ?? [])) {
    types.set(name, widen(types.get(name) ?? type, type));
  }
  return [...types].map(([name, type]) => ({ name, type }));
}

function tableName(path: string): string {
  const last = path.replace(/\/$/, "").split("/").at(-1) ?? "";
  return last.toLowerCase().replace(/[^a-z0-9_]/g, "_");
}

/** Tables of one name: all but the first get the hash of their path. */
function withDistinctNames(tables: FoundTable[]): FoundTable[] {
  const taken = new Set<string>();
  return tables.map((table) => {
    const hash = createHash("md5").update(table.path).digest("hex");
    const name = taken.has(table.name) ? `${table.name}_${hash}` : table.name;
    taken.add(name);
    return { ...table, name };
  });
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
