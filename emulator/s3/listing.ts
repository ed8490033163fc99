import { AwsError } from "../awsJson";
import { AccessDenied } from "../iam";
import { readRequestBody } from "../loopback";
import { compareKeys } from "./objectFiles";
import { notModelled, type Operation, type S3Call, type S3Context } from "./objects";
import { innerOf, sendXml, textOf, xmlDocument } from "./xml";

/** The most entries that S3 returns or accepts at once. */
const maxPage = 1000;

/** The version of every object, as in an S3 bucket without versioning. */
const onlyVersion = "null";

export const listObjectsV2: Operation = async (context, call) => {
  const token = call.query.get("continuation-token");
  const last = token === null ? call.query.get("start-after") : Buffer.from(token, "base64url").toString();
  const { next, contents, ...shown } = page(context, call, "s3:ListBucket", last);
  const xml = xmlDocument("ListBucketResult", {
    ...shown,
    NextContinuationToken: next && Buffer.from(next).toString("base64url"),
    KeyCount: contents.length,
    Contents: contents,
  });
  sendXml(call.response, 200, xml);
};

/** Versions are not modelled: each object is listed as its one version, and there are no delete markers. */
export const listObjectVersions: Operation = async (context, call) => {
  const { next, contents, ...shown } = page(context, call, "s3:ListBucketVersions", call.query.get("key-marker"));
  const xml = xmlDocument("ListVersionsResult", {
    ...shown,
    NextKeyMarker: next,
    NextVersionIdMarker: next && onlyVersion,
    Version: contents.map((object) => ({ ...object, VersionId: onlyVersion, IsLatest: true })),
  });
  sendXml(call.response, 200, xml);
};

/** The objects after a key, and the last one's key if there are more. */
function page({ iam, files }: S3Context, call: S3Call, action: string, after: string | null) {
  const { principal, bucket, bucketArn, query } = call;
  const prefix = query.get("prefix");
  iam.authorize(principal, action, bucketArn, prefix === null ? {} : { "s3:prefix": prefix });
  const maxKeys = Math.min(Number(query.get("max-keys") ?? maxPage), maxPage);
  const keys = files.keys(bucket, prefix ?? "").filter((key) => after === null || compareKeys(key, after) > 0);
  const shown = keys.slice(0, maxKeys);
  const contents = shown.flatMap((key) => {
    const object = files.read(bucket, key);
    // Another process can remove a file meanwhile.
    if (object === undefined) return [];
    const { bytes, eTag, modified } = object;
    const LastModified = modified.toISOString();
    return { Key: key, LastModified, ETag: `"${eTag}"`, Size: bytes.length, StorageClass: "STANDARD" };
  });
  const next = keys.length > shown.length ? shown.at(-1) : undefined;
  return { Name: bucket, Prefix: prefix ?? "", MaxKeys: maxKeys, IsTruncated: next !== undefined, contents, next };
}

/** More than a thousand of the longest keys need. */
const maxDocumentBytes = 4 * 1024 * 1024;

export const deleteObjects: Operation = async (context, call) => {
  const body = (await readRequestBody(call.request, maxDocumentBytes))?.toString() ?? "";
  const named = innerOf(body, "Object").map((object) => ({
    key: textOf(object, "Key") ?? "",
    versionId: textOf(object, "VersionId"),
  }));
  if (named.length > maxPage) throw notModelled(`a removal of more than ${maxPage} objects`);
  const results = named.map((one) => deleteOne(context, call, one));
  const isQuiet = textOf(body, "Quiet") === "true";
  const xml = xmlDocument("DeleteResult", {
    Deleted: isQuiet ? [] : results.filter((result) => !("Code" in result)),
    Error: results.filter((result) => "Code" in result),
  });
  sendXml(call.response, 200, xml);
};

/** Each key has its own result: refusing one does not affect the others. */
function deleteOne(
  { iam, files }: S3Context,
  { principal, bucket, bucketArn }: S3Call,
  { key, versionId }: { key: string; versionId: string | undefined },
) {
  const result = { Key: key, VersionId: versionId };
  try {
    if (versionId === undefined) throw notModelled("a removal without VersionId");
    iam.authorize(principal, "s3:DeleteObjectVersion", `${bucketArn}/${key}`);
    // As in S3, removing an object that does not exist succeeds.
    if (versionId === onlyVersion) files.remove(bucket, key);
    return result;
  } catch (error) {
    if (error instanceof AwsError || error instanceof AccessDenied) {
      return { ...result, Code: error.code, Message: error.message };
    }
    throw error;
  }
}
