import { createHash } from "node:crypto";
import type { HiveColumn } from "./catalog";
import type { Reading } from "./crawlMemory";
import type { CsvFormat } from "./csvClassifier";

/** A file that the crawler has read, now or in an earlier crawl. */
export interface ReadFile extends Reading {
  key: string;
  size: number;
}

export interface FoundTable {
  name: string;
  /** The prefix of its keys, or the key itself if the table is a single file. */
  path: string;
  /** Undefined if the table is an empty file. */
  format: CsvFormat | undefined;
  columns: HiveColumn[];
  /** The names of the partition keys, from the folders below `path`. */
  partitionKeys: string[];
  partitions: { values: string[]; path: string }[];
  files: ReadFile[];
}

/** A folder whose files could not be one table. */
export interface Split {
  /** The folder: empty or ending with `/`. */
  root: string;
  why: string;
  odd: ReadFile[];
  /** Whether the folders below are named like partitions (`key=value`), so that one table was intended. */
  isMishap: boolean;
}

export interface Discovery {
  tables: FoundTable[];
  splits: Split[];
  /** Files that are in no table, as no classifier recognised them. */
  passedOver: ReadFile[];
}

/** Where tables are searched, and the splits found so far. */
interface Search {
  bucket: string;
  tablePrefix: string;
  splits: Split[];
}

/**
 * The tables that the crawler finds in the files below a path. Files of one format are one table even if their columns
 * differ. Files that no classifier recognised are ignored.
 * @param options.tableLevel the level of a table's folder, 1 being the bucket
 */
export function discover(
  files: readonly ReadFile[],
  { tableLevel, ...options }: Pick<Search, "bucket" | "tablePrefix"> & { tableLevel: number },
): Discovery {
  const rootOf = ({ key }: ReadFile) => {
    const folders = key.split("/").slice(0, -1);
    return folders.slice(0, tableLevel - 1).reduce((root, name) => `${root}${name}/`, "");
  };
  const splits: Split[] = [];
  const search = { ...options, splits };
  const found = [...groupBy(files, rootOf)].flatMap(([root, below]) => tablesAt(root, below, search));
  const taken = new Set(found.flatMap((table) => table.files));
  return { tables: withDistinctNames(found), splits, passedOver: files.filter((file) => !taken.has(file)) };
}

/** One table if the files below are alike. Otherwise each folder is searched alone, and a file beside folders is a table. */
function tablesAt(root: string, files: ReadFile[], search: Search): FoundTable[] {
  const isDirect = ({ key }: ReadFile) => !key.slice(root.length).includes("/");
  const direct = files.filter(isDirect);
  const below = files.filter((file) => !isDirect(file));
  // An empty file beside folders is another table and does not affect the others.
  const empty = below.length === 0 ? [] : direct.filter(({ size }) => size === 0);
  if (empty.length > 0) {
    const others = files.filter((file) => !empty.includes(file));
    return [...empty.map((file) => tableOf(file.key, [file], search)), ...tablesAt(root, others, search)];
  }
  const split =
    direct.length > 0 && below.length > 0 ? { why: "a file lies beside folders", odd: direct } : splitOf(root, files);
  if (split === undefined) return [tableOf(root, files, search)];
  const folders = groupBy(below, ({ key }) => key.slice(0, key.indexOf("/", root.length) + 1));
  const names = [...folders.keys()].map((folder) => folder.slice(root.length));
  const isMishap = names.some((name) => /^[^/=]+=/.test(name)) || (folders.size === 0 && files.length > 1);
  if (folders.size > 0 || files.length > 1) search.splits.push({ root, ...split, isMishap });
  const recognised = direct.filter(({ format }) => format !== undefined);
  return [
    ...recognised.map((file) => tableOf(file.key, [file], search)),
    ...[...folders].flatMap(([folder, inFolder]) => tablesAt(folder, inFolder, search)),
  ];
}

/** Why the files below a folder are not one table, and which files differ; undefined if they are one table. */
function splitOf(root: string, files: readonly ReadFile[]): { why: string; odd: ReadFile[] } | undefined {
  // An empty file has no columns to compare.
  const filled = files.filter(({ size }) => size > 0);
  if (filled.length === 0) return { why: "all files are empty", odd: [...files] };
  const differs = [
    ["the folders have different depths", (file: ReadFile) => String(partitionNames(root, file.key).length)],
    ["compressions are mixed", ({ compression }: ReadFile) => compression],
    ["formats are mixed", ({ format }: ReadFile) => JSON.stringify([format?.delimiter, format?.serde])],
  ] as const;
  for (const [why, kindOf] of differs) {
    const odd = unlikeMost(filled, kindOf);
    if (odd.length > 0) return { why, odd };
  }
  return filled[0]?.format === undefined ? { why: "no classifier recognises the files", odd: filled } : undefined;
}

function unlikeMost(files: readonly ReadFile[], kindOf: (file: ReadFile) => string): ReadFile[] {
  const kinds = [...groupBy(files, kindOf).values()];
  const most = kinds.reduce((one, other) => (other.length > one.length ? other : one));
  return kinds.flatMap((kind) => (kind === most ? [] : kind));
}

/** The folder of a key: empty or ending with `/`. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

/** The names of the folders between a table's folder and a key. */
function partitionNames(path: string, key: string): string[] {
  return key.slice(path.length).split("/").slice(0, -1);
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

function tableOf(path: string, files: ReadFile[], { bucket, tablePrefix }: Search): FoundTable {
  const folders = [...new Set(files.map(({ key }) => folderOf(key)))].filter((folder) => folder.length > path.length);
  const partitions = folders.map((folder) => ({ path: folder, names: partitionNames(path, folder) }));
  return {
    name: `${tablePrefix}${tableName(path === "" ? bucket : path)}`,
    path,
    format: files.find(({ format }) => format !== undefined)?.format,
    columns: mergeColumns(files),
    partitionKeys: keyNames(partitions.map(({ names }) => names)),
    partitions: partitions.map(({ path, names }) => ({
      values: names.map((name) => name.slice(name.indexOf("=") + 1)),
      path,
    })),
    files,
  };
}

function keyNames(folders: readonly string[][]): string[] {
  return (folders[0] ?? []).map((folder, level) => {
    const name = folder.slice(0, Math.max(folder.indexOf("="), 0)).toLowerCase();
    const everywhere = folders.every((names) => names[level]?.toLowerCase().startsWith(`${name}=`));
    return name !== "" && everywhere ? name : `partition_${level}`;
  });
}

function mergeColumns(files: readonly ReadFile[]): HiveColumn[] {
  const columns = files.flatMap(({ format }) => format?.columns ?? []);
  return [...new Map(columns.map((column) => [column.name, column])).values()];
}

function tableName(path: string): string {
  const last = path.replace(/\/$/, "").split("/").at(-1) ?? "";
  return last.toLowerCase().replace(/[^a-z0-9_]/g, "_");
}

/** If several tables have the same name, all but the first get the hash of their path. */
function withDistinctNames(tables: FoundTable[]): FoundTable[] {
  const taken = new Set<string>();
  return tables.map((table) => {
    const hash = createHash("md5").update(table.path).digest("hex");
    const name = taken.has(table.name) ? `${table.name}_${hash}` : table.name;
    taken.add(name);
    return { ...table, name };
  });
}
