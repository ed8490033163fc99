import { createHash } from "node:crypto";
import type { HiveColumn, Partition } from "./catalog";
import type { Reading } from "./crawlMemory";

/** A file that the crawler has read, now or in an earlier crawl. */
export interface ReadFile extends Reading {
  key: string;
  size: number;
}

export type FoundTable = ReturnType<typeof discover>["tables"][number];

/** A folder whose files could not be one table. */
export interface Split {
  /** The folder: empty or ending with `/`. */
  root: string;
  why: string;
  odd: ReadFile[];
  /** Whether the folders below are named like partitions (`key=value`), so that one table was intended. */
  isMishap: boolean;
}

/**
 * The tables that the crawler finds in the files below a path. Files of one format are one table even if their columns
 * differ. Files that no classifier recognised are passed over.
 * @param options.tableLevel the level of a table's folder, 1 being the bucket
 */
export function discover(
  files: readonly ReadFile[],
  { bucket, tablePrefix, tableLevel }: { bucket: string; tablePrefix: string; tableLevel: number },
) {
  const splits: Split[] = [];
  const rootOf = ({ key }: ReadFile) => {
    const folders = key.split("/").slice(0, -1);
    return folders.slice(0, tableLevel - 1).reduce((root, name) => `${root}${name}/`, "");
  };

  /** @param path the prefix of its keys, or the key itself if the table is a single file */
  function tableOf(path: string, files: ReadFile[]) {
    const folders = [...new Set(files.map(({ key }) => folderOf(key)))].filter((folder) => folder.length > path.length);
    const names = folders.map((folder) => partitionNames(path, folder));
    const partitions = folders.map((folder, i): Partition => {
      const values = names[i]!.map((name) => name.slice(name.indexOf("=") + 1));
      return { values, location: `s3://${bucket}/${folder}` };
    });
    return {
      name: `${tablePrefix}${tableName(path === "" ? bucket : path)}`,
      path,
      /** Undefined if the table is an empty file. */
      serde: files.find(({ format }) => format !== undefined)?.format?.serde,
      columns: mergeColumns(files),
      /** The names of the partition keys, from the folders below `path`. */
      partitionKeys: keyNames(names),
      partitions,
      files,
    };
  }

  /** One table if the files below are alike. Otherwise each folder is searched alone, and a file beside folders is a table. */
  function tablesAt(root: string, files: ReadFile[]): ReturnType<typeof tableOf>[] {
    const isDirect = ({ key }: ReadFile) => !key.slice(root.length).includes("/");
    const direct = files.filter(isDirect);
    const below = files.filter((file) => !isDirect(file));
    // An empty file beside folders is another table and does not affect the others.
    const empty = below.length === 0 ? [] : direct.filter(({ size }) => size === 0);
    if (empty.length > 0) {
      const others = files.filter((file) => !empty.includes(file));
      return [...empty.map((file) => tableOf(file.key, [file])), ...tablesAt(root, others)];
    }
    const split =
      direct.length > 0 && below.length > 0 ? { why: "a file lies beside folders", odd: direct } : splitOf(root, files);
    if (split === undefined) return [tableOf(root, files)];
    const folders = groupBy(below, ({ key }) => key.slice(0, key.indexOf("/", root.length) + 1));
    const names = [...folders.keys()].map((folder) => folder.slice(root.length));
    const isMishap = names.some((name) => /^[^/=]+=/.test(name)) || (folders.size === 0 && files.length > 1);
    if (folders.size > 0 || files.length > 1) splits.push({ root, ...split, isMishap });
    const recognised = direct.filter(({ format }) => format !== undefined);
    return [
      ...recognised.map((file) => tableOf(file.key, [file])),
      ...[...folders].flatMap(([folder, inFolder]) => tablesAt(folder, inFolder)),
    ];
  }

  const tables = [...groupBy(files, rootOf)].flatMap(([root, below]) => tablesAt(root, below));
  const taken = new Set(tables.flatMap((table) => table.files));
  return { tables: withDistinctNames(tables), splits, passedOver: files.filter((file) => !taken.has(file)) };
}

/** Why the files below a folder are not one table, and which files differ; undefined if they are one table. */
function splitOf(root: string, files: readonly ReadFile[]): { why: string; odd: ReadFile[] } | undefined {
  // An empty file has no columns to compare.
  const filled = files.filter(({ size }) => size > 0);
  if (filled.length === 0) return { why: "all files are empty", odd: [...files] };
  const differs = [
    ["the folders have different depths", (file: ReadFile) => String(partitionNames(root, file.key).length)],
    ["compressions are mixed", ({ compression }: ReadFile) => compression],
    ["formats are mixed", ({ format }: ReadFile) => JSON.stringify(format?.serde ?? null)],
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
function withDistinctNames<T extends { name: string; path: string }>(tables: readonly T[]): T[] {
  const taken = new Set<string>();
  return tables.map((table) => {
    const hash = createHash("md5").update(table.path).digest("hex");
    const name = taken.has(table.name) ? `${table.name}_${hash}` : table.name;
    taken.add(name);
    return { ...table, name };
  });
}
