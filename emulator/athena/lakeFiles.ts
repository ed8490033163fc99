import { statSync } from "node:fs";
import { join, relative } from "node:path";
import { entriesOf } from "../files";
import { type Partition, parseLocation, type Serde, type Table } from "../glue/catalog";
import { icebergObject } from "./iceberg";
import { isIceberg } from "./tables";

/** How the bytes of a folder's files become rows. */
export interface Reading {
  /** Absent for an Iceberg table, or a table without a serde. */
  serde?: Serde;
  columnCount: number;
  /** Lines to skip at the start of each file. */
  headerLines: number;
}

/** The files of a partition, or of a table without partition keys. */
export interface Folder {
  location: string;
  /** One value for each partition key. */
  values: string[];
  reading: Reading;
  files: LakeFile[];
}

/** A file. Its signature changes with its content. */
export interface LakeFile {
  /** The path below the folder of the buckets. */
  name: string;
  signature: string;
}

/**
 * The folders of a table that Athena sees: those of the catalog's partitions, or the table's location if it has no
 * partition keys. Folders without files are left out.
 *
 * @param bucketsRoot the folder whose folders are the buckets
 */
export function foldersOf(table: Table, bucketsRoot: string): Folder[] {
  const headerLines = Number(table.parameters["skip.header.line.count"] ?? "0");
  const folders = isIceberg(table)
    ? [icebergFolder(table, bucketsRoot)]
    : partitionsOf(table).map((partition) => {
        const { values, location, columns = table.columns, serde = table.serde } = partition;
        const columnCount = Math.min(columns.length, table.columns.length);
        const reading = { ...(serde === undefined ? {} : { serde }), columnCount, headerLines };
        return { location, values, reading, files: visibleFiles(folderOf(location, bucketsRoot), bucketsRoot) };
      });
  return folders.filter(({ files }) => files.length > 0).sort((one, other) => (one.location < other.location ? -1 : 1));
}

function icebergFolder(table: Table, bucketsRoot: string): Folder {
  const { bucket, key } = icebergObject(table);
  const file = fileAt(join(bucketsRoot, bucket, key), bucketsRoot);
  const reading = { columnCount: table.columns.length, headerLines: 0 };
  return { location: table.location ?? "", values: [], reading, files: file === undefined ? [] : [file] };
}

function partitionsOf(table: Table): Partition[] {
  const { location } = table;
  if (location === undefined) return [];
  if (table.partitionKeys.length === 0) return [{ values: [], location }];
  return Object.values(table.partitions);
}

function folderOf(location: string, bucketsRoot: string): string {
  const { bucket, prefix } = parseLocation(location);
  return join(bucketsRoot, bucket, prefix);
}

/** All files below a folder that Athena sees: no folder and no name that begins with `_` or `.`. */
function visibleFiles(folder: string, bucketsRoot: string): LakeFile[] {
  return entriesOf(folder)
    .filter(({ name }) => !/^[_.]/.test(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? visibleFiles(path, bucketsRoot) : (fileAt(path, bucketsRoot) ?? []);
    });
}

/**
 * Undefined if there is no such file. Size and time are not enough to detect a replaced file, as the local S3 writes with
 * the run's simulated time. A replaced file has another inode, and a file that is written in place has another ctime.
 */
function fileAt(path: string, bucketsRoot: string): LakeFile | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const { size, mtimeMs, ctimeMs, ino } = stats;
  return { name: relative(bucketsRoot, path), signature: `${size} ${mtimeMs} ${ctimeMs} ${ino}` };
}
