import { statSync } from "node:fs";
import type { Clock } from "../clock";
import type { Iam } from "../iam";
import { createLoopbackServer } from "../loopback";
import { ofType, type Registered } from "../resources";
import { type CreatedObject, noSuchKey } from "./context";
import { createObjectFiles, type ObjectFiles } from "./objectFiles";
import { s3Listener } from "./server";

export type { CreatedObject } from "./context";

export interface ObjectSummary {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last written, to the millisecond. */
  readonly modifiedMs: number;
}

interface S3Options {
  /** The folder of all buckets; created if it does not exist. Names in it that begin with a dot are not buckets. */
  root: string;
  resources: readonly Registered[];
  iam: Iam;
  /** The clock that dates objects and events. @default the machine's time */
  clock?: Pick<Clock, "now">;
  /**
   * Awaited before an object becomes visible, so that what it records survives a kill right after. If it fails, the write
   * fails (500) and the object is not created.
   */
  onObjectCreated?: (object: CreatedObject) => Promise<void>;
}

export type S3 = ReturnType<typeof createS3>;

/**
 * S3 over HTTP, for the requests of the program and the commands: it reads, writes, deletes and lists whole objects.
 * Objects are the plain files `root/BUCKET/KEY`. Versions, lifecycle, encryption and ACLs are not modelled.
 */
export function createS3({ root, resources, iam, clock, onObjectCreated = async () => {} }: S3Options) {
  const files = createObjectFiles(root);
  const listener = s3Listener({
    files,
    iam,
    bucketArns: new Map(ofType(resources, "aws:s3/bucket:Bucket").map(({ outputs }) => [outputs.bucket, outputs.arn])),
    now: () => clock?.now() ?? new Date(),
    onObjectCreated,
  });
  const { listen, close } = createLoopbackServer(listener);
  return { listen, close, objects: directAccess(files) };
}

export type Objects = ReturnType<typeof directAccess>;

/** Direct access to the objects as the owner, without HTTP and policies, for other local services and the command line. */
function directAccess(files: ObjectFiles) {
  return {
    /** All objects whose keys begin with `prefix`, in S3's order of keys. */
    list: async (bucket: string, prefix = ""): Promise<ObjectSummary[]> =>
      files.keys(bucket, prefix).flatMap((key) => {
        const stats = statSync(files.pathOf(bucket, key), { throwIfNoEntry: false });
        return stats === undefined ? [] : [{ key, size: stats.size, modifiedMs: Math.trunc(stats.mtimeMs) }];
      }),
    /**
     * An object's bytes.
     * @param options.maxBytes returns only this many bytes from the beginning. @default all
     * @throws AwsError NoSuchKey
     */
    read: async (bucket: string, key: string, { maxBytes = Number.POSITIVE_INFINITY } = {}): Promise<Buffer> => {
      const found = await files.read(bucket, key);
      if (found === undefined) throw noSuchKey();
      return found.bytes.subarray(0, maxBytes);
    },
    /** The path of the object's file, whether or not it exists. */
    pathOf: files.pathOf,
  };
}
