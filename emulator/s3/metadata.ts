import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Checksum } from "./checksums";

/** What S3 knows of an object beside its bytes. */
export interface ObjectMetadata {
  readonly size: number;
  /** Without quotes. */
  readonly eTag: string;
  /** Milliseconds since 1970, by the run's clock. */
  readonly lastModifiedMs: number;
  /** Headers that are given back with the object, such as `content-type` and `x-amz-meta-*`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum: Checksum | undefined;
}

interface Stored extends ObjectMetadata {
  /** Of the object's file: with the size it tells whether this text still speaks of that file. */
  readonly mtimeMs: number;
}

/** The metadata of all objects below a folder, one small JSON file an object. */
export interface MetadataFiles {
  /** undefined where there is none, or it is of an earlier file: someone put the file there by hand. */
  read(bucket: string, key: string, file: { size: number; mtimeMs: number }): Promise<ObjectMetadata | undefined>;
  write(bucket: string, key: string, metadata: ObjectMetadata, mtimeMs: number): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
}

/**
 * Metadata files below `folder`, named by a hash of the key: whatever keys are, these names never clash.
 * @param tempFile gives a path for a file on the same file system that nobody else uses.
 */
export function createMetadataFiles(folder: string, tempFile: () => string): MetadataFiles {
  const fileOf = (bucket: string, key: string) => {
    const hash = createHash("sha256").update(key).digest("hex");
    return path.join(folder, bucket, hash.slice(0, 2), `${hash.slice(2)}.json`);
  };
  return {
    read: async (bucket, key, file) => {
      const text = await readFile(fileOf(bucket, key), "utf8").catch(() => undefined);
      if (text === undefined) return undefined;
      const { mtimeMs, ...metadata } = JSON.parse(text) as Stored;
      return metadata.size === file.size && mtimeMs === file.mtimeMs ? metadata : undefined;
    },
    write: async (bucket, key, metadata, mtimeMs) => {
      const target = fileOf(bucket, key);
      const temp = tempFile();
      const stored: Stored = { ...metadata, mtimeMs };
      await writeFile(temp, JSON.stringify(stored));
      await mkdir(path.dirname(target), { recursive: true });
      await rename(temp, target);
    },
    remove: (bucket, key) => rm(fileOf(bucket, key), { force: true }),
  };
}
