import { compareKeys } from "./keys";

/** Which part of a bucket's keys is asked for. */
export interface ListingRequest {
  readonly prefix: string;
  /** Keys are rolled up at the first one after the prefix; undefined or empty: not at all. */
  readonly delimiter?: string | undefined;
  /** Only keys after this one. */
  readonly startAfter?: string | undefined;
  /** Only what comes after an earlier page: its `next`. */
  readonly continuation?: string | undefined;
  readonly maxKeys: number;
}

/** A page of a listing. */
export interface Listing {
  readonly keys: string[];
  readonly commonPrefixes: string[];
  /** Continues the listing after this page; undefined at its end. */
  readonly next: string | undefined;
}

/**
 * Cuts a page out of all keys.
 * @param keys in S3's order, each beginning with the prefix.
 * @returns undefined where `continuation` is not one that this function gave out.
 */
export function listPage(keys: readonly string[], request: ListingRequest): Listing | undefined {
  const last = request.continuation === undefined ? request.startAfter : decode(request.continuation);
  if (request.continuation !== undefined && last === undefined) return undefined;
  const resumed = request.continuation !== undefined;
  const page: Listing = { keys: [], commonPrefixes: [], next: undefined };
  let newest: string | undefined;
  for (const key of keys) {
    if (last !== undefined && compareKeys(key, last) <= 0) continue;
    const commonPrefix = rolledUp(key, request);
    // A page that ended with a common prefix is continued behind all of its keys.
    if (commonPrefix !== undefined && (commonPrefix === newest || (resumed && commonPrefix === last))) continue;
    if (page.keys.length + page.commonPrefixes.length >= request.maxKeys) {
      return { ...page, next: newest === undefined ? undefined : encode(newest) };
    }
    newest = commonPrefix ?? key;
    (commonPrefix === undefined ? page.keys : page.commonPrefixes).push(newest);
  }
  return page;
}

function rolledUp(key: string, { prefix, delimiter = "" }: ListingRequest): string | undefined {
  const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function encode(last: string): string {
  return Buffer.from(`1${last}`).toString("base64url");
}

function decode(continuation: string): string | undefined {
  const text = Buffer.from(continuation, "base64url").toString();
  return text.startsWith("1") && encode(text.slice(1)) === continuation ? text.slice(1) : undefined;
}
