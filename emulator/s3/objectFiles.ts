import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { type FileHandle, mkdir, open, readFile, rename, rm, rmdir, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { entriesOf, replaceFile } from "../files";
import { s3Errors } from "./errors";
import { canHoldObjects, checkKey, compareKeys } from "./keys";

/** An object's metadata in S3. */
export interface ObjectMetadata {
  readonly size: number;
  /** Without quotes. */
  readonly eTag: string;
  /** Milliseconds since 1970, by the run's clock. */
  readonly lastModifiedMs: number;
  readonly contentType?: string | undefined;
  /** The checksum that came with it, in base64. */
  readonly crc32?: string | undefined;
}

/** Metadata as stored beside the objects, in one small JSON file each. */
interface StoredMetadata extends ObjectMetadata {
  /** The modification time of the object's file. With the size it shows whether the metadata still belongs to the file. */
  readonly mtimeMs: number;
}

/** An object opened for reading. Later writes do not affect what is read. */
interface OpenedObject {
  readonly handle: FileHandle;
  readonly metadata: ObjectMetadata;
}

export type ObjectFiles = ReturnType<typeof createObjectFiles>;

/** Objects as plain files, `ROOT/BUCKET/KEY`. Removes unfinished files of an interrupted run. */
export function createObjectFiles(root: string) {
  const tempFolder = path.join(root, ".tmp");
  rmSync(tempFolder, { recursive: true, force: true });
  mkdirSync(tempFolder, { recursive: true });
  const tempFile = () => path.join(tempFolder, randomUUID());
  const pathOf = (bucket: string, key: string) => path.join(root, bucket, ...key.split("/"));

  /** Named by a hash of the key, so that names never clash. */
  function metadataFile(bucket: string, key: string): string {
    const hash = createHash("sha256").update(key).digest("hex");
    return path.join(root, ".metadata", bucket, hash.slice(0, 2), `${hash.slice(2)}.json`);
  }

  /** Undefined if there is none, or it belongs to an earlier file: then the file was copied there by hand. */
  async function readMetadata(bucket: string, key: string, file: { size: number; mtimeMs: number }) {
    const text = await readFile(metadataFile(bucket, key), "utf8").catch(undefinedIfMissing);
    if (text === undefined) return undefined;
    const { mtimeMs, ...metadata } = JSON.parse(text) as StoredMetadata;
    return metadata.size === file.size && mtimeMs === file.mtimeMs ? metadata : undefined;
  }

  async function openObject(bucket: string, key: string): Promise<OpenedObject | undefined> {
    checkKey(key);
    const handle = await open(pathOf(bucket, key), "r").catch(undefinedIfMissing);
    if (handle === undefined) return undefined;
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) return await handle.close().then(() => undefined);
      const stored = await readMetadata(bucket, key, stats);
      if (stored !== undefined) return { handle, metadata: stored };
      const { size, mtimeMs: lastModifiedMs } = stats;
      const bytes = await handle.readFile();
      const eTag = createHash("md5").update(bytes).digest("hex");
      return { handle, metadata: { size, eTag, lastModifiedMs } };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  return {
    /** A path for a file that will become an object: on the same file system, outside every bucket. */
    tempFile,
    /** The path of an object's file, whether or not it exists. */
    pathOf,
    /** The object; undefined if there is none. The caller must close it. */
    open: openObject,
    /** An object's metadata; undefined if there is none. */
    head: async (bucket: string, key: string): Promise<ObjectMetadata | undefined> => {
      const opened = await openObject(bucket, key);
      await opened?.handle.close();
      return opened?.metadata;
    },
    /**
     * Checks that an object of this key can be a file beside the existing objects.
     * @throws S3Error if there are objects below it, or a parent path of it is an object
     */
    checkPlace: async (bucket: string, key: string): Promise<void> => {
      checkKey(key);
      try {
        if ((await stat(pathOf(bucket, key))).isDirectory()) throw clash(key);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOTDIR") throw clash(key);
        if (code !== "ENOENT") throw error;
      }
    },
    /** Turns a finished file into the object of this key, in one step. */
    put: async (bucket: string, key: string, file: string, metadata: ObjectMetadata): Promise<void> => {
      checkKey(key);
      // A rename preserves the time.
      const { mtimeMs } = await stat(file);
      const stored: StoredMetadata = { ...metadata, mtimeMs };
      replaceFile(metadataFile(bucket, key), JSON.stringify(stored));
      await moveInto(file, pathOf(bucket, key), key);
    },
    /** Removes an object and the folders that are empty after that. */
    remove: async (bucket: string, key: string): Promise<void> => {
      checkKey(key);
      const file = pathOf(bucket, key);
      await removeFile(file);
      await rm(metadataFile(bucket, key), { force: true });
      await removeEmptyFolders(path.dirname(file), path.join(root, bucket));
    },
    /** Keys that begin with `prefix`, in S3's order. */
    keys: (bucket: string, prefix: string): string[] => {
      const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
      if (!canHoldObjects(folder)) return [];
      const found: string[] = [];
      collectKeys(path.join(root, bucket, folder), folder, prefix, found);
      return found.sort(compareKeys);
    },
  };
}

/** For a path that does not exist, is a folder, or has a file among its parent folders. */
function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (["ENOENT", "ENOTDIR", "EISDIR"].includes(error.code ?? "")) return undefined;
  throw error;
}

function clash(key: string): Error {
  return s3Errors.invalidRequest(
    `key ${JSON.stringify(key)} cannot be a file: other objects are below it, or a part of it is an object itself`,
  );
}

const moveAttempts = 10;

/** Renames a file to its place. The folder can vanish in between, if the last object below it is removed. */
async function moveInto(file: string, target: string, key: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await mkdir(path.dirname(target), { recursive: true });
      await rename(file, target);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" && attempt < moveAttempts) continue;
      if (["ENOTDIR", "EEXIST", "EISDIR", "ENOTEMPTY", "EPERM"].includes(code ?? "")) {
        throw clash(key);
      }
      throw error;
    }
  }
}

async function removeFile(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    // macOS answers EPERM, Linux EISDIR.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") undefinedIfMissing(error as NodeJS.ErrnoException);
  }
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

function collectKeys(folder: string, keyOfFolder: string, prefix: string, found: string[]): void {
  for (const entry of entriesOf(folder)) {
    const key = keyOfFolder + entry.name;
    if (!key.startsWith(prefix)) continue;
    if (entry.isDirectory()) collectKeys(path.join(folder, entry.name), `${key}/`, "", found);
    else if (entry.isFile()) found.push(key);
  }
}
