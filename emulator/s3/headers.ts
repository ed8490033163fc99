import type { IncomingHttpHeaders } from "node:http";
import { type Checksum, checksumHeader } from "./checksums";
import { s3Errors } from "./errors";
import type { ObjectMetadata } from "./metadata";

const kept = new Set([
  "content-type",
  "content-disposition",
  "content-encoding",
  "content-language",
  "cache-control",
  "expires",
]);

/** Headers of a write that change more than the object's bytes and metadata. */
const refused =
  /^x-amz-(acl|grant-|tagging|copy-source|object-lock|website-redirect|server-side-encryption-|write-offset|expected-bucket-owner)/;

/** What encryption S3 says every object has that asks for none. */
export const encryptionHeader = { "x-amz-server-side-encryption": "AES256" };

/**
 * The headers of a write that are given back with the object.
 * @throws S3Error NotImplemented for headers whose effect the local S3 doesn't have.
 */
export function objectHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (refused.test(name)) throw s3Errors.notModelled(`header ${name}`);
    if (typeof value !== "string") continue;
    if (name === "x-amz-server-side-encryption" && value !== "AES256") {
      throw s3Errors.notModelled(`server-side encryption ${value}`);
    }
    if (name === "x-amz-storage-class" && value !== "STANDARD") throw s3Errors.notModelled(`storage class ${value}`);
    if (kept.has(name) || name.startsWith("x-amz-meta-")) result[name] = value;
  }
  // The framing of the request's body is no property of the object.
  const encoding = result["content-encoding"]?.split(",").filter((part) => part.trim() !== "aws-chunked");
  if (encoding !== undefined) result["content-encoding"] = encoding.join(",").trim();
  if (result["content-encoding"] === "") delete result["content-encoding"];
  return result;
}

/** The headers that describe an object when it is read. */
export function readHeaders(metadata: ObjectMetadata): Record<string, string> {
  return {
    "content-type": "binary/octet-stream",
    ...metadata.headers,
    "accept-ranges": "bytes",
    "last-modified": new Date(metadata.lastModifiedMs).toUTCString(),
    etag: `"${metadata.eTag}"`,
    ...encryptionHeader,
  };
}

/** The headers that carry a checksum, if there is one. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}
