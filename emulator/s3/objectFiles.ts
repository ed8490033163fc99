import { createHash } from "node:crypto";
import { readFileSync, rmdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { AwsError } from "../awsJson";
import { entriesOf, replaceFile } from "../files";

export interface StoredObject {
  readonly bytes: Buffer;
  /** Without quotes. */
  readonly eTag: string;
  /** When it was last written, by the machine's clock. */
  readonly modified: Date;
}

export interface ObjectSummary {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last written, to the millisecond. */
  readonly modifiedMs: number;
}

export type ObjectFiles = ReturnType<typeof createObjectFiles>;

/**
 * Objects as plain files, `ROOT/BUCKET/KEY`. Each is read and written in one step, so that no two calls meet halfway. Removes
 * an interrupted run's unfinished file.
 */
export function createObjectFiles(root: string) {
  /** On the same file system, outside every bucket. */
  const unfinished = path.join(root, ".unfinished");
  // Earlier versions had a folder of unfinished files, and one of metadata.
  for (const name of [".unfinished", ".tmp", ".metadata"]) {
    rmSync(path.join(root, name), { recursive: true, force: true });
  }
  const pathOf = (bucket: string, key: string) => path.join(root, bucket, ...key.split("/"));

  /** Keys that begin with `prefix`, in S3's order. */
  function keys(bucket: string, prefix: string): string[] {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    if (folder !== "" && faultOf(folder.slice(0, -1)) !== undefined) return [];
    return keysBelow(path.join(root, bucket, folder), folder, prefix).sort(compareKeys);
  }

  return {
    /** The path of an object's file, whether or not it exists. */
    pathOf,
    keys,
    /** All objects whose keys begin with `prefix`, in S3's order of keys. */
    list: (bucket: string, prefix = ""): ObjectSummary[] =>
      keys(bucket, prefix).flatMap((key) => {
        const stats = statSync(pathOf(bucket, key), { throwIfNoEntry: false });
        return stats === undefined ? [] : [{ key, size: stats.size, modifiedMs: Math.trunc(stats.mtimeMs) }];
      }),
    /** Undefined if there is no such object. */
    read: (bucket: string, key: string): StoredObject | undefined => {
      checkKey(key);
      const file = pathOf(bucket, key);
      try {
        const bytes = readFileSync(file);
        return { bytes, eTag: eTagOf(bytes), modified: statSync(file).mtime };
      } catch (error) {
        // There is no such file, or the path is a folder's, or goes through a file.
        if (["ENOENT", "EISDIR", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
        throw error;
      }
    },
    /**
     * Checks that an object of this key can be a file beside the existing objects.
     * @throws AwsError if there are objects below it, or a parent path of it is an object
     */
    checkPlace: (bucket: string, key: string): void => {
      checkKey(key);
      if (!isPlace(pathOf(bucket, key)))
        throw noFile(key, "cannot be a file: other objects are below it, or a part of it is an object itself");
    },
    put: (bucket: string, key: string, bytes: Buffer): void =>
      replaceFile(pathOf(bucket, key), bytes, undefined, unfinished),
    /** Removes an object and the folders that are empty after that. */
    remove: (bucket: string, key: string): void => {
      checkKey(key);
      const file = pathOf(bucket, key);
      if (!isPlace(file)) return;
      rmSync(file, { force: true });
      removeEmptyFolders(path.dirname(file), path.join(root, bucket));
    },
  };
}

export function eTagOf(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("hex");
}

const maxKeyBytes = 1024;
/** The longest name that file systems accept. */
const maxSegmentBytes = 255;

/** Refuses keys that cannot be a plain file below the bucket's folder. S3 would accept most of them. */
function checkKey(key: string): void {
  if (Buffer.byteLength(key) > maxKeyBytes) throw new AwsError("KeyTooLongError", "Your key is too long");
  const fault = faultOf(key);
  if (fault !== undefined) throw noFile(key, fault);
}

function faultOf(key: string): string | undefined {
  if (key.includes("\0")) return "holds a NUL, which no file name can";
  const segments = key.split("/");
  if (segments.includes("")) return "holds an empty segment, which no file path can";
  const upward = segments.find((segment) => segment === "." || segment === "..");
  if (upward !== undefined) return `holds the segment "${upward}", which would leave its folder`;
  const isLong = segments.some((segment) => Buffer.byteLength(segment) > maxSegmentBytes);
  return isLong ? `holds a segment of more than ${maxSegmentBytes} bytes, which no file name can` : undefined;
}

function noFile(key: string, fault: string): AwsError {
  return new AwsError("InvalidRequest", `key ${JSON.stringify(key)} ${fault}`);
}

const surrogate = /[\ud800-\udfff]/;

/** S3's order of keys: by their bytes in UTF-8. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  if (surrogate.test(a) || surrogate.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/** Whether a path is a file's, or can become one. */
function isPlace(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return false;
    throw error;
  }
}

function removeEmptyFolders(folder: string, bucketFolder: string): void {
  for (let current = folder; current.length > bucketFolder.length; current = path.dirname(current)) {
    try {
      rmdirSync(current);
    } catch {
      return; // The folder is not empty, or does not exist.
    }
  }
}

function keysBelow(folder: string, keyOfFolder: string, prefix: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const key = keyOfFolder + entry.name;
    if (!key.startsWith(prefix)) return [];
    return entry.isDirectory() ? keysBelow(path.join(folder, entry.name), `${key}/`, "") : entry.isFile() ? key : [];
  });
}
