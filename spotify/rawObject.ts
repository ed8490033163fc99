import { createGunzip, createGzip } from "node:zlib";

/** A gzipped text that grows; only its compressed bytes are held. */
export interface GzipText {
  write(text: string | Uint8Array): Promise<void>;
  /** Ends it and gives its bytes. */
  finish(): Promise<Uint8Array>;
  /** Discards it unfinished. */
  discard(): void;
}

export function makeGzipText(): GzipText {
  const gzip = createGzip();
  const chunks: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    gzip.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    gzip.once("end", resolve);
    gzip.once("error", reject);
  });
  // `finish` reports a failure. Without this handler a failure that nothing waits for would end the process.
  ended.catch(() => undefined);
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        gzip.write(text, (error) => (error == null ? resolve() : reject(error)));
      }),
    async finish() {
      gzip.end();
      await ended;
      return Buffer.concat(chunks);
    },
    discard: () => {
      gzip.destroy();
    },
  };
}

/** A line of a stored object, its LF included. */
interface StoredLine {
  bytes: Uint8Array;
  /** The object's last line. */
  isLast: boolean;
}

/**
 * Reads a gzipped object line by line, with at most two lines in memory.
 *
 * @throws if the bytes are not gzip, or do not end with a whole line; errors of `onLine` pass unchanged
 */
export async function eachLine(object: Uint8Array, onLine: (line: StoredLine) => Promise<void>): Promise<void> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  gunzip.end(object);
  let partial: Uint8Array[] = [];
  let held: Uint8Array | undefined;
  for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      partial.push(chunk.subarray(start, end + 1));
      start = end + 1;
      if (held != null) await onLine({ bytes: held, isLast: false });
      held = partial.length === 1 ? partial[0]! : Buffer.concat(partial);
      partial = [];
    }
    if (start < chunk.length) partial.push(chunk.subarray(start));
  }
  if (held == null || partial.length > 0) throw new Error("not a whole object");
  await onLine({ bytes: held, isLast: true });
}
