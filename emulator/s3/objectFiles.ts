import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { AwsError } from "../awsJson";
import { entriesOf, replaceFileBy } from "../files";

interface StoredObject {
  readonly bytes: Buffer;
  /** Without quotes. */
  readonly eTag: string;
  /** When it was last written, by the machine's clock. */
  readonly modified: Date;
}

export type ObjectFiles = ReturnType<typeof createObjectFiles>;

/** Objects as plain files, `ROOT/BUCKET/KEY`. Removes unfinished files of an interrupted run. */
export function createObjectFiles(root: string) {
  const unfinished = path.join(root, ".tmp");
  // Earlier versions kept each object's metadata.
  for (const folder of [unfinished, path.join(root, ".metadata")]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const pathOf = (bucket: string, key: string) => path.join(root, bucket, ...key.split("/"));

  return {
    pathOf,
    /** Undefined if there is no such object. */
    read: async (bucket: string, key: string): Promise<StoredObject | undefined> => {
      checkKey(key);
      const file = pathOf(bucket, key);
      try {
        const [bytes, { mtime: modified }] = await Promise.all([readFile(file), stat(file)]);
        return { bytes, eTag: eTagOf(bytes), modified };
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
    checkPlace: async (bucket: string, key: string): Promise<void> => {
      checkKey(key);
      const isTaken = await stat(pathOf(bucket, key)).then(
        (stats) => stats.isDirectory(),
        ({ code }: NodeJS.ErrnoException) => code === "ENOTDIR",
      );
      if (isTaken)
        throw noFile(key, "cannot be a file: other objects are below it, or a part of it is an object itself");
    },
    put: (bucket: string, key: string, bytes: Buffer): Promise<void> =>
      replaceFileBy(
        pathOf(bucket, key),
        (file) => writeFile(file, bytes),
        // On the same file system, outside every bucket.
        path.join(unfinished, randomUUID()),
      ),
    /** Removes an object and the folders that are empty after that. */
    remove: async (bucket: string, key: string): Promise<void> => {
      checkKey(key);
      const file = pathOf(bucket, key);
      await rm(file, { force: true }).catch(() => undefined);
      await removeEmptyFolders(path.dirname(file), path.join(root, bucket));
    },
    /** Keys that begin with `prefix`, in S3's order. */
    keys: (bucket: string, prefix: string): string[] => {
      const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
      if (folder !== "" && faultOf(folder.slice(0, -1)) !== undefined) return [];
      return keysBelow(path.join(root, bucket, folder), folder, prefix).sort(compareKeys);
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

async function removeEmptyFolders(folder: string, bucketFolder: string): Promise<void> {
  for (let current = folder; current.length > bucketFolder.length; current = path.dirname(current)) {
    try {
      await rmdir(current);
    } catch {
      return; // The folder is not empty, or another request has removed it. Either way nothing is left to do.
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
