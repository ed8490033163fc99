import { s3Errors } from "./errors";

const maxLineBytes = 16 * 1024;

/**
 * Takes the SDK's `aws-chunked` framing off a body: chunks `SIZE[;extension]\r\n…\r\n`, a chunk of size 0, trailers.
 * @param onTrailer called for each trailer, names in lower case.
 * @throws S3Error IncompleteBody where the framing is broken or ends early.
 */
export async function* decodeAwsChunked(
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
    /** The next `count` bytes, in pieces as they come. */
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
