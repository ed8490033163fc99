import type { IncomingHttpHeaders } from "node:http";
import { s3Errors } from "./errors";
import type { ObjectMetadata } from "./metadata";

/**
 * Holds a read's conditions against the object.
 * @returns false where the caller has the object already: 304.
 * @throws S3Error PreconditionFailed
 */
export function isWanted(headers: IncomingHttpHeaders, { eTag, lastModifiedMs }: ObjectMetadata): boolean {
  const ifMatch = headers["if-match"];
  const ifNoneMatch = headers["if-none-match"];
  // HTTP's dates know no milliseconds.
  const modifiedMs = Math.floor(lastModifiedMs / 1000) * 1000;
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, eTag)) throw s3Errors.preconditionFailed("If-Match");
  } else if (modifiedMs > dateMs(headers["if-unmodified-since"], Number.POSITIVE_INFINITY)) {
    throw s3Errors.preconditionFailed("If-Unmodified-Since");
  }
  if (ifNoneMatch !== undefined) return !matches(ifNoneMatch, eTag);
  return modifiedMs > dateMs(headers["if-modified-since"], Number.NEGATIVE_INFINITY);
}

/**
 * Holds a write's conditions against what is there.
 * @throws S3Error PreconditionFailed, or NoSuchKey where an object was to be replaced that is not there.
 */
export function checkWritable(headers: IncomingHttpHeaders, key: string, existing: ObjectMetadata | undefined): void {
  const ifMatch = headers["if-match"];
  const ifNoneMatch = headers["if-none-match"];
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== "*") throw s3Errors.notModelled("If-None-Match with a value other than * on a write");
    if (existing !== undefined) throw s3Errors.preconditionFailed("If-None-Match");
  }
  if (ifMatch !== undefined) {
    if (existing === undefined) throw s3Errors.noSuchKey(key);
    if (!matches(ifMatch, existing.eTag)) throw s3Errors.preconditionFailed("If-Match");
  }
}

function matches(header: string, eTag: string): boolean {
  return header.split(",").some((entry) => {
    const wanted = entry.trim().replace(/^"(.*)"$/, "$1");
    return wanted === "*" || wanted === eTag;
  });
}

function dateMs(header: string | undefined, otherwise: number): number {
  const ms = Date.parse(header ?? "");
  return Number.isNaN(ms) ? otherwise : ms;
}
