import type { Service } from "./stack/clients";

/** S3 through AWS's SDK, also for a local lake. */
export type S3Access = Service<typeof import("@aws-sdk/client-s3"), import("@aws-sdk/client-s3").S3Client>;

/** The keys of a bucket's objects below a prefix, in S3's order. @param after where they begin; this key is left out */
export async function* keysIn(
  { sdk, client }: S3Access,
  bucket: string,
  prefix: string,
  after?: string,
): AsyncGenerator<string> {
  const request = { Bucket: bucket, Prefix: prefix, ...(after === undefined ? {} : { StartAfter: after }) };
  for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, request)) {
    for (const { Key } of Contents) if (Key !== undefined) yield Key;
  }
}

/** Writes an object. Returns false if there is one, which is then kept, unless it is to be replaced. */
export async function putObject(
  { sdk, client }: S3Access,
  object: { readonly Bucket: string; readonly Key: string; readonly Body: Uint8Array },
  replaces = false,
): Promise<boolean> {
  try {
    await client.send(new sdk.PutObjectCommand({ ...object, ...(replaces ? {} : { IfNoneMatch: "*" }) }));
    return true;
  } catch (error) {
    if ((error as Error).name === "PreconditionFailed") return false;
    throw error;
  }
}
