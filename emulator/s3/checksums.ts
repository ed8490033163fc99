import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { crc32 } from "node:zlib";
import { S3Error, s3Errors } from "./errors";

/** An object's checksum, beside its ETag. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** base64; of a composite one followed by `-PARTS`. */
  readonly value: string;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

export type ChecksumAlgorithm = "CRC32" | "SHA1" | "SHA256";

/** A digest that is fed piece by piece. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** The digest's bytes; ask once. */
  digest(): Buffer;
}

const algorithms: readonly string[] = ["CRC32", "SHA1", "SHA256"];

/** A fresh digest. */
export function createDigest(algorithm: ChecksumAlgorithm | "MD5"): Digest {
  if (algorithm !== "CRC32") {
    const hash = createHash(algorithm.toLowerCase());
    return { update: (bytes) => hash.update(bytes), digest: () => hash.digest() };
  }
  let sum = 0;
  return {
    update: (bytes) => {
      sum = crc32(bytes, sum);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(sum);
      return bytes;
    },
  };
}

/** The header, and the element of XML, that carry a checksum of this algorithm. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/**
 * Reads an algorithm's name.
 * @throws S3Error for one that is none, or that is not modelled (CRC32C, CRC64NVME).
 */
export function readAlgorithm(name: string): ChecksumAlgorithm {
  const upper = name.toUpperCase();
  if (algorithms.includes(upper)) return upper as ChecksumAlgorithm;
  throw s3Errors.notModelled(`checksum algorithm ${name}`);
}

/** What a request announces about the checksum of its body. */
export interface AnnouncedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** undefined where the value comes as a trailer. */
  readonly value: string | undefined;
}

/**
 * The checksum that a body's headers announce.
 * @throws S3Error where there are several, or an algorithm is named without a value.
 */
export function announcedChecksum(headers: IncomingHttpHeaders): AnnouncedChecksum | undefined {
  const inHeaders = Object.keys(headers).filter((name) => isChecksumHeader(name));
  const trailer = headers["x-amz-trailer"];
  const inTrailer = typeof trailer === "string" ? trailer.toLowerCase().split(",").filter(isChecksumHeader) : [];
  const names = [...inHeaders, ...inTrailer];
  if (names.length > 1) {
    throw s3Errors.invalidRequest(
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  const [name] = names;
  if (name === undefined) {
    if (headers["x-amz-sdk-checksum-algorithm"] === undefined) return undefined;
    throw s3Errors.invalidRequest(
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    );
  }
  const value = headers[name];
  return {
    algorithm: readAlgorithm(name.slice("x-amz-checksum-".length)),
    value: typeof value === "string" ? value : undefined,
  };
}

function isChecksumHeader(name: string): boolean {
  return /^x-amz-checksum-(?!algorithm$|type$|mode$)/.test(name);
}

/** S3's answer to a body whose digest is not the announced one. */
export function badDigest(algorithm: string): S3Error {
  const what = algorithm === "MD5" ? "Content-MD5" : algorithm;
  return new S3Error("BadDigest", 400, `The ${what} you specified did not match the calculated checksum.`);
}
