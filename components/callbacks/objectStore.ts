import type * as S3 from "@aws-sdk/client-s3";
import type { ObjectStore } from "../../spotify/types";

/**
 * An `ObjectStore` in an S3 bucket.
 * @param sdk the SDK's module: in a function the runtime's own
 */
export function makeObjectStore(sdk: typeof S3, s3: S3.S3Client, bucket: string): ObjectStore {
  /** Concurrent writers of one key get a 409. S3's documentation advises a retry. */
  const maxConflicts = 5;

  async function list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let page: S3.ListObjectsV2CommandOutput | undefined;
    do {
      const from = page?.NextContinuationToken;
      const command = new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: from });
      page = await s3.send(command);
      for (const { Key } of page.Contents ?? []) if (Key != null) keys.push(Key);
    } while (page.IsTruncated === true);
    return keys;
  }

  async function read(key: string): Promise<{ bytes: Uint8Array; eTag: string | undefined } | undefined> {
    try {
      const { Body, ETag } = await s3.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
      return Body && { bytes: await Body.transformToByteArray(), eTag: ETag };
    } catch (error) {
      const { name } = error as Error;
      // The bucket's owner can have archived the object: then a playlist is read in full.
      if (name === "NoSuchKey" || name === "InvalidObjectState") return undefined;
      // For a missing key S3 answers AccessDenied to callers without permission to list the bucket. It is not documented
      // whether permission for some prefixes is enough, so the list decides.
      if (name === "AccessDenied" && !(await list(key)).includes(key)) return undefined;
      throw error;
    }
  }

  async function putIfAbsent(key: string, body: Uint8Array, conflicts = 0): Promise<boolean> {
    try {
      await s3.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: body, IfNoneMatch: "*" }));
      return true;
    } catch (error) {
      const { name } = error as Error;
      if (name === "PreconditionFailed") return false;
      if (name !== "ConditionalRequestConflict" || conflicts === maxConflicts) throw error;
      return putIfAbsent(key, body, conflicts + 1);
    }
  }

  async function update(
    key: string,
    change: (bytes: Uint8Array | undefined) => Uint8Array | undefined,
    conflicts = 0,
  ): Promise<void> {
    const existing = await read(key);
    const body = change(existing?.bytes);
    if (body == null) return;
    const condition = existing == null ? { IfNoneMatch: "*" } : { IfMatch: existing.eTag };
    try {
      await s3.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...condition }));
    } catch (error) {
      const isConflict = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"].includes(
        (error as Error).name,
      );
      if (!isConflict || conflicts === maxConflicts) throw error;
      await update(key, change, conflicts + 1);
    }
  }

  return {
    list,
    get: async (key) => (await read(key))?.bytes,
    update: (key, change) => update(key, change),
    async put(key, body, options) {
      if (options?.ifAbsent === true) return putIfAbsent(key, body);
      await s3.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
      return true;
    },
  };
}
