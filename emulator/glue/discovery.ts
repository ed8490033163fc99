import { createHash } from "node:crypto";
import { type CrawledFile, groupBy, partitionNames, splitOf } from "./alike";
import type { Column } from "./catalog";
import type { CsvFormat } from "./csvClassifier";
import { widen } from "./csvTypes";

/** A table as the crawler sees it. */
export interface FoundTable<F extends CrawledFile = CrawledFile> {
  name: string;
  /** The prefix of its keys, or the key itself if the table is a single file. */
  path: string;
  /** Undefined if the table is an empty file. */
  format: CsvFormat | undefined;
  columns: Column[];
  /** The names of the partition keys, from the folders below `path`. */
  partitionKeys: string[];
  partitions: { values: string[]; path: string; columns: Column[] }[];
  files: F[];
  /** Why exactly these files are a table. */
  grouping: string;
}

/** A folder whose files could not be one table. */
export interface Split<F extends CrawledFile = CrawledFile> {
  /** The folder: empty or ending with `/`. */
  root: string;
  why: string;
  /** The files that differ from the majority. */
  odd: F[];
  /** Whether the folders below are named like partitions (`key=value`), so that one table was intended. */
  isMishap: boolean;
}

/** What the crawler finds in the files below a path. */
export interface Discovery<F extends CrawledFile = CrawledFile> {
  tables: FoundTable<F>[];
  splits: Split<F>[];
  /** Files that are in no table, as no classifier recognised them. */
  passedOver: F[];
}

/** How files are grouped into tables. */
export interface Grouping {
  bucket: string;
  /** The include path: empty or ending with `/`. */
  prefix: string;
  /** Whether files of one format are one table even if their columns differ. */
  combine: boolean;
  /** The level of a table's folder, 1 being the bucket; if undefined, found by comparing files. */
  tableLevel?: number;
  tablePrefix: string;
}

/** The tables that the crawler finds in the files below a path. Files that no classifier recognised are ignored. */
export function discover<F extends CrawledFile>(files: readonly F[], grouping: Grouping): Discovery<F> {
  const { tableLevel } = grouping;
  const roots =
    tableLevel === undefined
      ? new Map([[grouping.prefix, [...files]]])
      : groupBy(files, ({ key }) => rootAtLevel(key, tableLevel));
  const splits: Split<F>[] = [];
  const at = tableLevel === undefined ? "below the include path" : `at level ${tableLevel}`;
  const found = [...roots].flatMap(([root, below]) => tablesAt(root, below, { ...grouping, splits, at }));
  const taken = new Set(found.flatMap((table) => table.files));
  return { tables: withDistinctNames(found), splits, passedOver: files.filter((file) => !taken.has(file)) };
}

interface Search<F extends CrawledFile> extends Grouping {
  /** Filled during the search. */
  splits: Split<F>[];
  /** The location of the current folder. */
  at: string;
}

function rootAtLevel(key: string, level: number): string {
  return key
    .split("/")
    .slice(0, -1)
    .slice(0, level - 1)
    .map((name) => `${name}/`)
    .join("");
}

/** One table if the files below are alike. Otherwise each folder is searched alone, and a file beside folders is a table. */
function tablesAt<F extends CrawledFile>(root: string, files: F[], search: Search<F>): FoundTable<F>[] {
  const isDirect = ({ key }: F) => !key.slice(root.length).includes("/");
  const below = files.filter((file) => !isDirect(file));
  // An empty file beside folders is another table and does not affect the others.
  const empty = below.length === 0 ? [] : files.filter((file) => isDirect(file) && file.size === 0);
  if (empty.length > 0) {
    const others = files.filter((file) => !empty.includes(file));
    const extra = empty.map((file) => tableOf(file.key, [file], search, "an empty file beside folders is a table"));
    return [...extra, ...tablesAt(root, others, search)];
  }
  const split = splitOf(root, files, search);
  if (split === undefined) return [tableOf(root, files, search, `the files ${search.at} are alike`)];
  const folders = groupBy(below, ({ key }) => key.slice(0, key.indexOf("/", root.length) + 1));
  const names = [...folders.keys()].map((folder) => folder.slice(root.length));
  const isMishap = names.some((name) => /^[^/=]+=/.test(name)) || (folders.size === 0 && files.length > 1);
  if (folders.size > 0 || files.length > 1) search.splits.push({ root, ...split, isMishap });
  const direct = files.filter((file) => isDirect(file) && file.format !== undefined);
  return [
    ...direct.map((file) => tableOf(file.key, [file], search, `${split.why}: each file is a table`)),
    ...[...folders].flatMap(([folder, inFolder]) =>
      tablesAt(folder, inFolder, { ...search, at: `in ${folder} (above it ${split.why})` }),
    ),
  ];
}

function tableOf<F extends CrawledFile>(
  path: string,
  files: F[],
  { bucket, tablePrefix }: Grouping,
  grouping: string,
): FoundTable<F> {
  const format = files.find((file) => file.format !== undefined)?.format;
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
    grouping,
  };
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

/** If several tables have the same name, all but the first get the hash of their path. */
function withDistinctNames<F extends CrawledFile>(tables: FoundTable<F>[]): FoundTable<F>[] {
  const taken = new Set<string>();
  return tables.map((table) => {
    const hash = createHash("md5").update(table.path).digest("hex");
    const name = taken.has(table.name) ? `${table.name}_${hash}` : table.name;
    taken.add(name);
    return { ...table, name };
  });
}
