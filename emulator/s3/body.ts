import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { crc32 } from "node:zlib";
import { readRequestBody } from "../loopback";
import { S3Error, s3Errors } from "./errors";

/** The header and trailer of the only modelled checksum, the SDK's default. */
export const checksumHeader = "x-amz-checksum-crc32";
/** S3 accepts 5 GiB, which is more than Node holds in one piece. */
const maxBodyBytes = 2 ** 31;

/**
 * Reads a request's body and checks it against what the request announces: length, CRC32 in header or trailer, SHA-256 of
 * the payload.
 * @throws S3Error
 */
export async function receiveBody(request: IncomingMessage) {
  const { headers } = request;
  const payloadHash = String(headers["x-amz-content-sha256"] ?? "");
  const isChunked = payloadHash.startsWith("STREAMING-");
  const expectedSize = Number(headers[isChunked ? "x-amz-decoded-content-length" : "content-length"] ?? Number.NaN);
  if (Number.isNaN(expectedSize)) {
    throw new S3Error("MissingContentLength", 411, "You must provide the Content-Length HTTP header.");
  }
  const encoded = await readRequestBody(request, maxBodyBytes);
  if (encoded === undefined) throw s3Errors.notModelled(`a body of more than ${maxBodyBytes} bytes`);
  const trailers = new Map<string, string>();
  const bytes = isChunked ? decodeAwsChunked(encoded, trailers) : encoded;
  if (bytes.length !== expectedSize) throw s3Errors.incompleteBody();
  if (/^[\da-f]{64}$/.test(payloadHash) && createHash("sha256").update(bytes).digest("hex") !== payloadHash) {
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    throw new S3Error("XAmzContentSHA256Mismatch", 400, message);
  }
  const isAnnounced = headers[checksumHeader] !== undefined || headers["x-amz-trailer"] !== undefined;
  const checksum = isAnnounced ? crcText(crc32(bytes)) : undefined;
  if (checksum !== undefined && (headers[checksumHeader] ?? trailers.get(checksumHeader)) !== checksum) {
    throw s3Errors.badDigest("CRC32");
  }
  /** MD5 in hexadecimal; CRC32 in base64, undefined if the request announced none. */
  return { bytes, md5: createHash("md5").update(bytes).digest("hex"), crc32: checksum };
}

/** A CRC32 in the form of the headers. */
export function crcText(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString("base64");
}

/**
 * Removes the SDK's `aws-chunked` framing from a body: chunks `SIZE[;extension]\r\n…\r\n`, a chunk of size 0, trailers.
 * @param trailers filled, names in lower case
 * @throws S3Error IncompleteBody if the framing is broken or ends early
 */
function decodeAwsChunked(encoded: Buffer, trailers: Map<string, string>): Buffer {
  const chunks: Buffer[] = [];
  let at = 0;
  const nextLine = () => {
    const end = encoded.indexOf("\r\n", at);
    if (end < 0) throw s3Errors.incompleteBody();
    const line = encoded.toString("latin1", at, end);
    at = end + 2;
    return line;
  };
  for (;;) {
    const [, digits] = /^([\da-f]{1,12})(?:;|$)/i.exec(nextLine()) ?? [];
    if (digits === undefined) throw s3Errors.incompleteBody();
    const size = Number.parseInt(digits, 16);
    if (size === 0) break;
    chunks.push(encoded.subarray(at, at + size));
    at += size;
    if (nextLine() !== "") throw s3Errors.incompleteBody();
  }
  for (let line = nextLine(); line !== ""; line = nextLine()) {
    const [, name, value = ""] = /^([^:]+):(.*)$/.exec(line) ?? [];
    if (name === undefined) throw s3Errors.incompleteBody();
    trailers.set(name.trim().toLowerCase(), value.trim());
  }
  return Buffer.concat(chunks);
}
