import { createHash } from "node:crypto";
import { AccessDenied } from "../iam";
import { announcedChecksum } from "./checksums";
import { type Operation, onlyVersion, type S3Call, type S3Context, sendEmpty, sendXml } from "./context";
import { readDocument } from "./document";
import { S3Error, s3Errors } from "./errors";
import { listPage } from "./listing";
import { innerOf, textOf, xmlDocument } from "./xml";

/** The most that S3 gives, or takes, at once. */
const maxPage = 1000;
const ownerId = createHash("sha256").update("playlake").digest("hex");

export const headBucket: Operation = async ({ iam, region }, call) => {
  iam.authorize(call.principal, "s3:ListBucket", call.bucketArn);
  sendEmpty(call, 200, { "x-amz-bucket-region": region });
};

export const getBucketLocation: Operation = async ({ iam, region }, call) => {
  iam.authorize(call.principal, "s3:GetBucketLocation", call.bucketArn);
  // The first region goes without a name.
  sendXml(call.response, 200, xmlDocument("LocationConstraint", region === "us-east-1" ? "" : region));
};

export const listObjectsV2: Operation = async (context, call) => {
  const { bucket, query, response } = call;
  authorizeListing(context, call);
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? undefined;
  const startAfter = query.get("start-after") ?? undefined;
  const continuation = query.get("continuation-token") ?? undefined;
  const maxKeys = readMaxKeys(query.get("max-keys"));
  const keys = context.files.keys(bucket, prefix);
  const page = listPage(keys, { prefix, delimiter, startAfter, continuation, maxKeys });
  if (page === undefined) {
    throw s3Errors.invalidArgument("The continuation token provided is incorrect", "continuation-token", "");
  }
  const encode = readEncoding(query.get("encoding-type"));
  const contents = await describe(context, call, page.keys, encode);
  const xml = xmlDocument("ListBucketResult", {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter && encode(delimiter),
    StartAfter: startAfter && encode(startAfter),
    ContinuationToken: continuation,
    NextContinuationToken: page.next,
    KeyCount: contents.length + page.commonPrefixes.length,
    MaxKeys: maxKeys,
    EncodingType: query.get("encoding-type") ?? undefined,
    IsTruncated: page.next !== undefined,
    Contents: contents,
    CommonPrefixes: page.commonPrefixes.map((commonPrefix) => ({ Prefix: encode(commonPrefix) })),
  });
  sendXml(response, 200, xml);
};

function authorizeListing({ iam }: S3Context, { principal, bucketArn, query }: S3Call): void {
  const context: Record<string, string> = {};
  for (const parameter of ["prefix", "delimiter", "max-keys"]) {
    const value = query.get(parameter);
    if (value !== null) context[`s3:${parameter}`] = value;
  }
  iam.authorize(principal, "s3:ListBucket", bucketArn, context);
}

export function readMaxKeys(text: string | null): number {
  if (text === null) return maxPage;
  if (!/^\d+$/.test(text)) {
    throw s3Errors.invalidArgument("Provided max-keys not an integer or within integer range", "max-keys", text);
  }
  return Math.min(Number(text), maxPage);
}

export function readEncoding(type: string | null): (text: string) => string {
  if (type === null) return (text) => text;
  if (type !== "url")
    throw s3Errors.invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", type);
  return (text) => encodeURIComponent(text).replaceAll("%2F", "/");
}

/** The entries of the listed keys; one that was removed meanwhile is left out. */
async function describe({ files }: S3Context, call: S3Call, keys: string[], encode: (text: string) => string) {
  const owner = call.query.get("fetch-owner") === "true" ? { ID: ownerId } : undefined;
  const entries = await Promise.all(
    keys.map(async (key) => {
      const metadata = await files.head(call.bucket, key);
      return metadata && { key, metadata };
    }),
  );
  return entries
    .filter((entry) => entry !== undefined)
    .map(({ key, metadata }) => ({
      Key: encode(key),
      LastModified: new Date(metadata.lastModifiedMs).toISOString(),
      ETag: `"${metadata.eTag}"`,
      ChecksumAlgorithm: metadata.checksum?.algorithm,
      ChecksumType: metadata.checksum?.type,
      Size: metadata.size,
      Owner: owner,
      StorageClass: "STANDARD",
    }));
}

export const deleteObjects: Operation = async (context, call) => {
  const body = await readDocument(call.request, announcedChecksum(call.request.headers));
  const named = innerOf(body, "Object").map((object) => {
    const key = textOf(object, "Key");
    if (key === undefined) throw s3Errors.malformedXml();
    return { key, versionId: textOf(object, "VersionId") };
  });
  if (named.length === 0 || named.length > maxPage) throw s3Errors.malformedXml();
  const results = await Promise.all(named.map((one) => deleteOne(context, call, one)));
  const quiet = textOf(body, "Quiet") === "true";
  const xml = xmlDocument("DeleteResult", {
    Deleted: quiet ? [] : results.filter((result) => result.Code === undefined),
    Error: results.filter((result) => result.Code !== undefined),
  });
  sendXml(call.response, 200, xml);
};

/** Each key is a case of its own: what is refused for one says nothing of the others. */
async function deleteOne(
  { iam, files, locks }: S3Context,
  { principal, bucket, bucketArn }: S3Call,
  { key, versionId }: { key: string; versionId: string | undefined },
) {
  try {
    const action = versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
    iam.authorize(principal, action, `${bucketArn}/${key}`);
    // Each object has the one version; as in S3, removing one that is not there is no error.
    if (versionId === undefined || versionId === onlyVersion) {
      await locks.run(`${bucket}/${key}`, () => files.remove(bucket, key));
    }
    return { Key: key, VersionId: versionId, Code: undefined, Message: undefined };
  } catch (error) {
    if (error instanceof S3Error || error instanceof AccessDenied) {
      return { Key: key, VersionId: versionId, Code: error.code, Message: error.message };
    }
    throw error;
  }
}
