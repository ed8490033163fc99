import { open } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { decodeAwsChunked } from "./body";
import { announcedChecksum, badDigest, type Checksum, checksumHeader, createDigest, type Digest } from "./checksums";
import { S3Error, s3Errors } from "./errors";

/** A request's body, in a file and checked. */
export interface ReceivedBody {
  readonly size: number;
  /** Of the file, kept by a rename. */
  readonly mtimeMs: number;
  readonly md5: Buffer;
  /** Present where the request announced one. */
  readonly checksum: Checksum | undefined;
}

/**
 * Writes a request's body to a file and holds it against all that the request says of it: length, Content-MD5, checksum
 * in header or trailer, SHA-256 of the payload.
 * @throws S3Error; the file may be there then, and is the caller's to remove.
 */
export async function receiveBody(request: IncomingMessage, file: string): Promise<ReceivedBody> {
  const { headers } = request;
  const announced = announcedChecksum(headers);
  const expectedMd5 = readContentMd5(headers["content-md5"]);
  const payloadHash = String(headers["x-amz-content-sha256"] ?? "");
  const chunked = payloadHash.startsWith("STREAMING-");
  const expectedSize = Number(headers[chunked ? "x-amz-decoded-content-length" : "content-length"] ?? Number.NaN);
  if (Number.isNaN(expectedSize)) {
    throw new S3Error("MissingContentLength", 411, "You must provide the Content-Length HTTP header.");
  }

  const md5 = createDigest("MD5");
  const sha256 = /^[\da-f]{64}$/.test(payloadHash) ? createDigest("SHA256") : undefined;
  const checksum = announced && createDigest(announced.algorithm);
  const digests = [md5, sha256, checksum].filter((digest) => digest !== undefined);
  const trailers = new Map<string, string>();
  const bytes = chunked ? decodeAwsChunked(request, (name, value) => trailers.set(name, value)) : request;
  const { size, mtimeMs } = await writeBytes(bytes, file, digests);

  if (size !== expectedSize) throw s3Errors.incompleteBody();
  const md5Bytes = md5.digest();
  if (expectedMd5 !== undefined && !expectedMd5.equals(md5Bytes)) throw badDigest("MD5");
  if (sha256 !== undefined && sha256.digest().toString("hex") !== payloadHash) {
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    throw new S3Error("XAmzContentSHA256Mismatch", 400, message);
  }
  if (announced === undefined || checksum === undefined) return { size, mtimeMs, md5: md5Bytes, checksum: undefined };
  const { algorithm } = announced;
  const value = checksum.digest().toString("base64");
  if ((announced.value ?? trailers.get(checksumHeader(algorithm))) !== value) throw badDigest(algorithm);
  return { size, mtimeMs, md5: md5Bytes, checksum: { algorithm, value, type: "FULL_OBJECT" } };
}

function readContentMd5(header: string | string[] | undefined): Buffer | undefined {
  if (typeof header !== "string") return undefined;
  const bytes = Buffer.from(header, "base64");
  if (bytes.length !== 16) throw new S3Error("InvalidDigest", 400, "The Content-MD5 you specified was invalid.");
  return bytes;
}

/** Writes bytes to a new file as they come; every digest sees them too. */
export async function writeBytes(
  source: AsyncIterable<Uint8Array>,
  file: string,
  digests: readonly Digest[],
): Promise<{ size: number; mtimeMs: number }> {
  const handle = await open(file, "wx");
  try {
    for await (const bytes of source) {
      for (const digest of digests) digest.update(bytes);
      await handle.writeFile(bytes);
    }
    const { size, mtimeMs } = await handle.stat();
    return { size, mtimeMs };
  } finally {
    await handle.close();
  }
}
