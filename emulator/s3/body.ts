import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { crc32 } from "node:zlib";
import { S3Error, s3Errors } from "./errors";

/** A validated request body in a file. */
interface ReceivedBody {
  readonly size: number;
  /** The modification time of the file, which a rename preserves. */
  readonly mtimeMs: number;
  /** Hexadecimal. */
  readonly md5: string;
  /** In base64; undefined if the request announced none. */
  readonly crc32: string | undefined;
}

/** The header and trailer of the only modelled checksum, the SDK's default. */
export const checksumHeader = "x-amz-checksum-crc32";

/**
 * Writes a request's body to a new file and checks it against what the request announces: length, CRC32 in header or
 * trailer, SHA-256 of the payload.
 * @throws S3Error; the file may exist then, and the caller must remove it
 */
export async function receiveBody(request: IncomingMessage, file: string): Promise<ReceivedBody> {
  const { headers } = request;
  const payloadHash = String(headers["x-amz-content-sha256"] ?? "");
  const isChunked = payloadHash.startsWith("STREAMING-");
  const expectedSize = Number(headers[isChunked ? "x-amz-decoded-content-length" : "content-length"] ?? Number.NaN);
  if (Number.isNaN(expectedSize)) {
    throw new S3Error("MissingContentLength", 411, "You must provide the Content-Length HTTP header.");
  }
  const isAnnounced = headers[checksumHeader] !== undefined || headers["x-amz-trailer"] !== undefined;
  const trailers = new Map<string, string>();
  const bytes = isChunked ? decodeAwsChunked(request, (name, value) => trailers.set(name, value)) : request;

  const md5 = createHash("md5");
  const sha256 = /^[\da-f]{64}$/.test(payloadHash) ? createHash("sha256") : undefined;
  let sum = 0;
  const handle = await open(file, "wx");
  try {
    for await (const piece of bytes as AsyncIterable<Buffer>) {
      md5.update(piece);
      sha256?.update(piece);
      if (isAnnounced) sum = crc32(piece, sum);
      await handle.writeFile(piece);
    }
    const { size, mtimeMs } = await handle.stat();
    if (size !== expectedSize) throw s3Errors.incompleteBody();
    if (sha256 !== undefined && sha256.digest("hex") !== payloadHash) {
      const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
      throw new S3Error("XAmzContentSHA256Mismatch", 400, message);
    }
    const checksum = isAnnounced ? crcText(sum) : undefined;
    if (checksum !== undefined && (headers[checksumHeader] ?? trailers.get(checksumHeader)) !== checksum) {
      throw s3Errors.badDigest("CRC32");
    }
    return { size, mtimeMs, md5: md5.digest("hex"), crc32: checksum };
  } finally {
    await handle.close();
  }
}

/** A CRC32 in the form of the headers. */
export function crcText(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString("base64");
}

const maxLineBytes = 16 * 1024;

/**
 * Removes the SDK's `aws-chunked` framing from a body: chunks `SIZE[;extension]\r\n…\r\n`, a chunk of size 0, trailers.
 * @param onTrailer called for each trailer, names in lower case
 * @throws S3Error IncompleteBody if the framing is broken or ends early
 */
async function* decodeAwsChunked(
  encoded: AsyncIterable<Buffer>,
  onTrailer: (name: string, value: string) => void,
): AsyncGenerator<Buffer> {
  const reader = createReader(encoded);
  for (;;) {
    const size = chunkSize(await reader.line());
    if (size === 0) break;
    yield* reader.take(size);
    if ((await reader.line()) !== "") throw s3Errors.incompleteBody();
  }
  for (let line = await reader.line(); line !== ""; line = await reader.line()) {
    const colon = line.indexOf(":");
    if (colon < 1) throw s3Errors.incompleteBody();
    onTrailer(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

function chunkSize(line: string): number {
  const [digits = ""] = line.split(";", 1);
  if (!/^[\da-fA-F]{1,12}$/.test(digits)) throw s3Errors.incompleteBody();
  return Number.parseInt(digits, 16);
}

/** Reads lines and runs of bytes from a stream of buffers. */
function createReader(source: AsyncIterable<Buffer>) {
  const iterator = source[Symbol.asyncIterator]();
  let pending: Buffer = Buffer.alloc(0);

  async function more(): Promise<void> {
    const next = await iterator.next();
    if (next.done === true) throw s3Errors.incompleteBody();
    pending = pending.length === 0 ? next.value : Buffer.concat([pending, next.value]);
  }

  return {
    /** The text up to the next CRLF. */
    async line(): Promise<string> {
      for (;;) {
        const end = pending.indexOf("\r\n");
        if (end >= 0) {
          const text = pending.toString("latin1", 0, end);
          pending = pending.subarray(end + 2);
          return text;
        }
        if (pending.length > maxLineBytes) throw s3Errors.incompleteBody();
        await more();
      }
    },
    /** The next `count` bytes, in pieces as they arrive. */
    async *take(count: number): AsyncGenerator<Buffer> {
      for (let left = count; left > 0; ) {
        if (pending.length === 0) await more();
        const piece = pending.subarray(0, left);
        pending = pending.subarray(piece.length);
        left -= piece.length;
        yield piece;
      }
    },
  };
}
