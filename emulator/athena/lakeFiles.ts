import { statSync } from "node:fs";
import { entriesOf } from "../files";
import { type Partition, parseLocation, type Serde, type Table } from "../glue/catalog";

/** How the bytes of a folder's files become rows. */
export interface Reading {
  /** Absent for an Iceberg table, or a table without a serde. */
  serde?: Serde;
  columnCount: number;
  headerLines: number;
}

/** The files of a partition, or of a table without partition keys. As JSON, it changes with the content of a file. */
export interface Folder {
  location: string;
  values: string[];
  reading: Reading;
  /** Its path below the folder of the buckets, with a final slash. */
  path: string;
  /** The files' paths below it. */
  names: string[];
  /** A text of `signatureLength` for each file, which changes with the file's content. */
  signatures: string;
}

/** Four numbers as hexadecimal bytes. */
export const signatureLength = 64;

/**
 * The folders of a table that Athena sees, in the order of their locations: those of the catalog's partitions, or the
 * table's location if it has no partition keys. Folders without files are left out.
 *
 * @param bucketsRoot the folder whose folders are the buckets
 */
export function* foldersOf(table: Table, bucketsRoot: string): Generator<Folder> {
  const headerLines = Number(table.parameters["skip.header.line.count"] ?? "0");
  for (const { values, location, columns = table.columns, serde = table.serde } of partitionsOf(table)) {
    const columnCount = Math.min(columns.length, table.columns.length);
    const reading = { ...(serde === undefined ? {} : { serde }), columnCount, headerLines };
    const { bucket, prefix } = parseLocation(location);
    const path = `${bucket}/${prefix}`;
    const files = visibleFiles(`${bucketsRoot}/${path}`);
    if (files.names.length > 0) yield { location, values, reading, path, ...files };
  }
}

function partitionsOf({ location, partitionKeys, partitions }: Table): Partition[] {
  if (location === undefined) return [];
  if (partitionKeys.length === 0) return [{ values: [], location }];
  return Object.values(partitions).sort((one, other) => (one.location < other.location ? -1 : 1));
}

/**
 * All files below a folder that Athena sees: no folder and no name that begins with `_` or `.`. Size and time are not enough
 * to detect a replaced file: a program can set the time. A replaced file has another inode, and a file that is written
 * in place has another ctime. A folder's time does not show the latter, so each file is looked at.
 */
function visibleFiles(folder: string): Pick<Folder, "names" | "signatures"> {
  const names: string[] = [];
  const numbers: number[] = [];
  const look = (below: string): void => {
    for (const entry of entriesOf(folder + below)) {
      const path = below + entry.name;
      if (/^[_.]/.test(entry.name)) continue;
      if (entry.isDirectory()) {
        look(`${path}/`);
        continue;
      }
      const stats = statSync(folder + path, { throwIfNoEntry: false });
      if (stats === undefined) continue;
      names.push(path);
      numbers.push(stats.size, stats.mtimeMs, stats.ctimeMs, stats.ino);
    }
  };
  look("");
  return { names, signatures: Buffer.from(Float64Array.from(numbers).buffer).toString("hex") };
}
