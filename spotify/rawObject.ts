import { createGunzip, createGzip } from "node:zlib";

/** A gzipped text that grows; only its compressed bytes are held. */
export interface GzipText {
  write(text: string | Uint8Array): Promise<void>;
  /** Ends it and gives its bytes. */
  finish(): Promise<Uint8Array>;
  /** Lets go of it unfinished. */
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
  // A failure shows in `finish`; without this it would also end the process where nothing waits for it.
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

/** What a stored raw object says of its playlist. */
export interface StoredEnds {
  /** Of the first line's body. */
  openingSnapshotId: unknown;
  /** Of the last line's body. */
  closingSnapshotId: unknown;
  /** Lines between the two: pages. */
  pages: number;
}

/**
 * Reads a raw object line by line, handing on each line between the first and the last as its bytes, LF included.
 * @throws where the bytes are no gzip, or a first or last line is no raw line
 */
export async function readStoredPages(
  object: Uint8Array,
  onPage: (line: Uint8Array) => Promise<void>,
): Promise<StoredEnds> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  gunzip.end(object);
  let partial: Uint8Array[] = [];
  let first: Uint8Array | undefined;
  let last: Uint8Array | undefined;
  let pages = 0;
  for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      partial.push(chunk.subarray(start, end + 1));
      start = end + 1;
      const line = partial.length === 1 ? partial[0]! : Buffer.concat(partial);
      partial = [];
      if (last != null) {
        pages += 1;
        await onPage(last);
      }
      if (first == null) first = line;
      else last = line;
    }
    if (start < chunk.length) partial.push(chunk.subarray(start));
  }
  if (first == null || last == null || partial.length > 0) throw new Error("not a whole raw object");
  return { openingSnapshotId: snapshotIdOf(first), closingSnapshotId: snapshotIdOf(last), pages };
}

function snapshotIdOf(line: Uint8Array): unknown {
  const { body } = JSON.parse(Buffer.from(line).toString()) as { body: { snapshot_id?: unknown } };
  return body.snapshot_id;
}
