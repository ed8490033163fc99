import { readEncoding, readMaxKeys } from "./buckets";
import { type Operation, onlyVersion, sendXml } from "./context";
import { s3Errors } from "./errors";
import { listPage } from "./listing";
import { xmlDocument } from "./xml";

/**
 * ListObjectVersions. Versions are not modelled: each object is listed as the one version that it has in a bucket without
 * versioning, and there are no delete markers.
 */
export const listObjectVersions: Operation = async (context, call) => {
  const { bucket, bucketArn, principal, query, response } = call;
  const prefix = query.get("prefix") ?? "";
  const prefixCondition: Record<string, string> = query.has("prefix") ? { "s3:prefix": prefix } : {};
  context.iam.authorize(principal, "s3:ListBucketVersions", bucketArn, prefixCondition);
  const keyMarker = query.get("key-marker") ?? undefined;
  const versionIdMarker = query.get("version-id-marker") ?? undefined;
  if (versionIdMarker !== undefined && keyMarker === undefined) {
    const message = "A version-id marker cannot be specified without a key marker.";
    throw s3Errors.invalidArgument(message, "version-id-marker", versionIdMarker);
  }
  const maxKeys = readMaxKeys(query.get("max-keys"));
  const encode = readEncoding(query.get("encoding-type"));
  const { keys, next } = listPage(context.files.keys(bucket, prefix), { prefix, startAfter: keyMarker, maxKeys }) ?? {
    keys: [],
    next: undefined,
  };
  const versions = await Promise.all(
    keys.map(async (key) => ({ key, metadata: await context.files.head(bucket, key) })),
  );
  const isTruncated = next !== undefined;
  const xml = xmlDocument("ListVersionsResult", {
    Name: bucket,
    Prefix: encode(prefix),
    KeyMarker: encode(keyMarker ?? ""),
    VersionIdMarker: versionIdMarker ?? "",
    MaxKeys: maxKeys,
    EncodingType: query.get("encoding-type") ?? undefined,
    IsTruncated: isTruncated,
    NextKeyMarker: isTruncated ? encode(keys.at(-1) ?? "") : undefined,
    NextVersionIdMarker: isTruncated ? onlyVersion : undefined,
    // One that was removed meanwhile is left out.
    Version: versions.flatMap(({ key, metadata }) =>
      metadata === undefined
        ? []
        : {
            Key: encode(key),
            VersionId: onlyVersion,
            IsLatest: true,
            LastModified: new Date(metadata.lastModifiedMs).toISOString(),
            ETag: `"${metadata.eTag}"`,
            Size: metadata.size,
            StorageClass: "STANDARD",
          },
    ),
  });
  sendXml(response, 200, xml);
};
