import type { DeleteMarkerEntry, ListObjectVersionsCommandOutput, ObjectVersion } from "@aws-sdk/client-s3";
import type { S3Access } from "../../lake";

/** A version of an object, or a marker that says that it was deleted. */
export interface StoredVersion {
  readonly key: string;
  readonly versionId: string;
  /** 0 for a marker. */
  readonly bytes: number;
  readonly isLatest: boolean;
}

/** S3's limit. */
const keysACall = 1000;

/** All versions and delete markers below a prefix; a bucket without versions gives each object as one. */
export async function* versionsIn(
  { sdk, client }: S3Access,
  bucket: string,
  prefix: string,
): AsyncGenerator<StoredVersion> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (marker !== undefined) {
    const request = { Bucket: bucket, Prefix: prefix, ...marker };
    const page: ListObjectVersionsCommandOutput = await client.send(new sdk.ListObjectVersionsCommand(request));
    for (const one of page.Versions ?? []) yield versionOf(one);
    for (const one of page.DeleteMarkers ?? []) yield versionOf(one);
    const { IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
    marker =
      IsTruncated !== true || NextKeyMarker === undefined
        ? undefined
        : { KeyMarker: NextKeyMarker, ...(NextVersionIdMarker && { VersionIdMarker: NextVersionIdMarker }) };
  }
}

function versionOf(one: ObjectVersion | DeleteMarkerEntry): StoredVersion {
  return {
    key: one.Key ?? "",
    versionId: one.VersionId ?? "null",
    bytes: ("Size" in one ? one.Size : undefined) ?? 0,
    isLatest: one.IsLatest === true,
  };
}

/**
 * Removes versions and markers for good.
 * @throws one line with S3's code, where one can't be removed; others may be gone by then
 */
export async function removeVersions(
  { sdk, client }: S3Access,
  bucket: string,
  versions: readonly StoredVersion[],
): Promise<void> {
  for (let at = 0; at < versions.length; at += keysACall) {
    const Objects = versions
      .slice(at, at + keysACall)
      .map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
    const request = { Bucket: bucket, Delete: { Objects, Quiet: true } };
    const { Errors: [first] = [] } = await client.send(new sdk.DeleteObjectsCommand(request));
    if (first !== undefined)
      throw new Error(`s3://${bucket}/${first.Key} can't be removed: ${first.Code}: ${first.Message}`);
  }
}
