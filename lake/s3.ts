import { makeObjectStore } from "../components/callbacks/objectStore";
import type { ObjectStore } from "../spotify/types";
import type { Service } from "./stack/clients";

/** S3 through AWS's SDK, also for a local lake. */
export type S3Access = Service<typeof import("@aws-sdk/client-s3"), import("@aws-sdk/client-s3").S3Client>;

/** A bucket's objects. */
export function objectsIn({ sdk, client }: S3Access, bucket: string): ObjectStore {
  return makeObjectStore(sdk, client, bucket);
}
