import { crc32 } from "node:zlib";
import { AccessDenied } from "../iam";
import { readRequestBody } from "../loopback";
import { checksumHeader, crcText } from "./body";
import { type Operation, type S3Call, type S3Context, sendXml } from "./context";
import { S3Error, s3Errors } from "./errors";
import { checkKey, compareKeys } from "./keys";
import { innerOf, textOf, xmlDocument } from "./xml";

/** The most entries that S3 returns or accepts at once. */
const maxPage = 1000;

/** The version of every object, as in an S3 bucket without versioning. */
const onlyVersion = "null";

export const listObjectsV2: Operation = async (context, call) => {
  const { bucket, query, response } = call;
  const prefix = authorizeListing(context, call, "s3:ListBucket");
  const continuation = query.get("continuation-token") ?? undefined;
  const last = continuation && Buffer.from(continuation, "base64url").toString();
  if (last !== undefined && Buffer.from(last).toString("base64url") !== continuation) {
    throw s3Errors.invalidArgument("The continuation token provided is incorrect", "continuation-token", "");
  }
  const startAfter = query.get("start-after") ?? undefined;
  const { maxKeys, next, contents } = await page(context, call, prefix, last ?? startAfter);
  const xml = xmlDocument("ListBucketResult", {
    Name: bucket,
    Prefix: prefix,
    StartAfter: startAfter,
    ContinuationToken: continuation,
    NextContinuationToken: next && Buffer.from(next).toString("base64url"),
    KeyCount: contents.length,
    MaxKeys: maxKeys,
    IsTruncated: next !== undefined,
    Contents: contents,
  });
  sendXml(response, 200, xml);
};

/** Versions are not modelled: each object is listed as its one version, and there are no delete markers. */
export const listObjectVersions: Operation = async (context, call) => {
  const { bucket, query, response } = call;
  const prefix = authorizeListing(context, call, "s3:ListBucketVersions");
  const keyMarker = query.get("key-marker") ?? undefined;
  const { maxKeys, next, contents } = await page(context, call, prefix, keyMarker);
  const xml = xmlDocument("ListVersionsResult", {
    Name: bucket,
    Prefix: prefix,
    KeyMarker: keyMarker ?? "",
    VersionIdMarker: query.get("version-id-marker") ?? "",
    MaxKeys: maxKeys,
    IsTruncated: next !== undefined,
    NextKeyMarker: next,
    NextVersionIdMarker: next && onlyVersion,
    Version: contents.map((object) => ({ ...object, VersionId: onlyVersion, IsLatest: true })),
  });
  sendXml(response, 200, xml);
};

/** @returns the listing's prefix */
function authorizeListing({ iam }: S3Context, { principal, bucketArn, query }: S3Call, action: string): string {
  const prefix = query.get("prefix");
  iam.authorize(principal, action, bucketArn, prefix === null ? {} : { "s3:prefix": prefix });
  return prefix ?? "";
}

/** The objects after a key, and the last one's key if there are more. */
async function page({ files }: S3Context, { bucket, query }: S3Call, prefix: string, after: string | undefined) {
  const maxKeys = Math.min(Number(query.get("max-keys") ?? maxPage), maxPage);
  const keys = files.keys(bucket, prefix).filter((key) => after === undefined || compareKeys(key, after) > 0);
  const shown = keys.slice(0, maxKeys);
  const described = await Promise.all(shown.map(async (key) => ({ key, metadata: await files.head(bucket, key) })));
  const contents = described.flatMap(({ key, metadata }) =>
    // Leaves out an object that was removed meanwhile.
    metadata === undefined
      ? []
      : {
          Key: key,
          LastModified: new Date(metadata.lastModifiedMs).toISOString(),
          ETag: `"${metadata.eTag}"`,
          Size: metadata.size,
          StorageClass: "STANDARD",
        },
  );
  return { maxKeys, contents, next: keys.length > shown.length ? shown.at(-1) : undefined };
}

/** More than a thousand of the longest keys need. */
const maxDocumentBytes = 4 * 1024 * 1024;

export const deleteObjects: Operation = async (context, call) => {
  const { request, response } = call;
  const bytes = await readRequestBody(request, maxDocumentBytes);
  if (bytes === undefined) throw s3Errors.malformedXml();
  const announced = request.headers[checksumHeader];
  if (announced !== undefined && announced !== crcText(crc32(bytes))) throw s3Errors.badDigest("CRC32");
  const body = bytes.toString();
  const named = innerOf(body, "Object").map((object) => {
    const key = textOf(object, "Key");
    if (key === undefined) throw s3Errors.malformedXml();
    return { key, versionId: textOf(object, "VersionId") };
  });
  if (named.length === 0 || named.length > maxPage) throw s3Errors.malformedXml();
  const results = await Promise.all(named.map((one) => deleteOne(context, call, one)));
  const isQuiet = textOf(body, "Quiet") === "true";
  const xml = xmlDocument("DeleteResult", {
    Deleted: isQuiet ? [] : results.filter((result) => !("Code" in result)),
    Error: results.filter((result) => "Code" in result),
  });
  sendXml(response, 200, xml);
};

/** Each key has its own result: refusing one does not affect the others. */
async function deleteOne(
  { iam, files }: S3Context,
  { principal, bucket, bucketArn }: S3Call,
  { key, versionId }: { key: string; versionId: string | undefined },
) {
  const result = { Key: key, VersionId: versionId };
  try {
    if (versionId === undefined) throw s3Errors.notModelled("a removal without VersionId");
    iam.authorize(principal, "s3:DeleteObjectVersion", `${bucketArn}/${key}`);
    checkKey(key);
    // As in S3, removing an object that does not exist succeeds.
    if (versionId === onlyVersion) await files.remove(bucket, key);
    return result;
  } catch (error) {
    if (error instanceof S3Error || error instanceof AccessDenied) {
      return { ...result, Code: error.code, Message: error.message };
    }
    throw error;
  }
}
