import { pipeline, Readable } from "node:stream";
import { getHeapStatistics } from "node:v8";
import { createGunzip } from "node:zlib";
import type { Refuse } from "./refusal";

/** Reads a stream line by line, or the rest of it as a whole. */
export interface LineReader {
  /** The next line that is not blank, without its LF; `undefined` at the end. Its bytes stay valid until the next call. */
  readLine(): Promise<Buffer | undefined>;
  /** Number of the line read last, from 1; blank lines count. */
  lineNumber(): number;
  /** Everything not read yet; empty if it is blank. */
  readRest(): Promise<Buffer>;
  /** Releases the stream, whether it was read to its end or not. */
  close(): Promise<void>;
}

/** Opens a stream, gzipped or not. Errors of the stream itself pass unchanged; damaged gzip is refused. */
type OpenLines = (chunks: AsyncIterable<Uint8Array>, refuse: Refuse) => LineReader;

/**
 * Makes the opener of streams. Lines are split as bytes: `readline` takes a third longer, and decoding chunks one by one
 * breaks characters. Input is bounded after gunzip, so that a small file cannot exhaust time or memory: 1 GiB a file, 1 MiB
 * of blank bytes around the JSON, and 256 MiB a line or document (less if the process has under 2 GiB of heap).
 */
export function makeOpenLines(): OpenLines {
  const toReadable = Readable.from;
  const connect = pipeline;
  const makeGunzip = createGunzip;
  const { allocUnsafe: allocate, concat, from: toBuffer } = Buffer;
  const lineFeed = 10;
  /** Node's default of 16 KiB makes gunzip about three times slower. */
  const gunzipChunkBytes = 256 * 1024;
  const mib = 1024 * 1024;
  const mostFileBytes = 1024 * mib;
  const mostBlankBytes = mib;
  // A parsed document takes 2 to 4 times its bytes.
  const mostValueBytes = Math.min(256 * mib, Math.floor(getHeapStatistics().heap_size_limit / 8));

  function asBuffer(chunk: Uint8Array): Buffer {
    return toBuffer(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }

  /** Whether there is only white space. The bytes of a byte order mark count as such: alone they are not JSON either. */
  function isBlank(bytes: Buffer): boolean {
    return !bytes.some((byte) => byte > 32 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
  }

  async function* unzipped(chunks: AsyncIterable<Uint8Array>, refuse: Refuse): AsyncGenerator<Buffer> {
    const gunzip = makeGunzip({ chunkSize: gunzipChunkBytes });
    connect(toReadable(chunks, { objectMode: true }), gunzip, () => {
      // An error destroys `gunzip` and is thrown below.
    });
    try {
      yield* gunzip;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw code?.startsWith("Z_") ? refuse(`damaged gzip (${message})`, "a whole file") : error;
    }
  }

  /** Unzips the stream if its first two bytes are gzip's magic number. */
  async function* unpacked(chunks: AsyncIterable<Uint8Array>, refuse: Refuse): AsyncGenerator<Buffer> {
    const source = chunks[Symbol.asyncIterator]();
    async function* whole(begun: Buffer): AsyncGenerator<Buffer> {
      yield begun;
      for (let next = await source.next(); next.done !== true; next = await source.next()) yield asBuffer(next.value);
    }
    try {
      let begun: Buffer = toBuffer([]);
      while (begun.length < 2) {
        const next = await source.next();
        if (next.done === true) break;
        begun = concat([begun, asBuffer(next.value)]);
      }
      const isGzip = begun[0] === 0x1f && begun[1] === 0x8b;
      yield* isGzip ? unzipped(whole(begun), refuse) : whole(begun);
    } finally {
      await source.return?.();
    }
  }

  return function openLines(chunks, refuse) {
    const source = unpacked(chunks, refuse);
    let chunk: Buffer = toBuffer([]);
    let position = 0;
    let joined: Buffer = toBuffer([]);
    let lineNumber = 0;
    let fileBytes = 0;
    let blankBytes = 0;

    /** A line within one chunk is not copied. The others share one buffer: fresh memory costs more than copying. */
    function join(parts: readonly Buffer[]): Buffer {
      if (parts.length === 1) return parts[0] as Buffer;
      let bytes = 0;
      for (const part of parts) bytes += part.length;
      if (joined.length < bytes) joined = allocate(bytes);
      let end = 0;
      for (const part of parts) end += part.copy(joined, end);
      return joined.subarray(0, bytes);
    }

    async function nextChunk(): Promise<boolean> {
      const next = await source.next();
      chunk = next.done === true ? toBuffer([]) : next.value;
      position = 0;
      fileBytes += chunk.length;
      if (fileBytes > mostFileBytes) throw refuse("more than 1 GiB of text", "at most 1 GiB a file");
      return next.done !== true;
    }

    /** Collects the parts of a value that spans several chunks. */
    function collectParts() {
      const parts: Buffer[] = [];
      let bytes = 0;
      let isAllBlank = true;
      function add(part: Buffer): void {
        parts.push(part);
        bytes += part.length;
        isAllBlank = isAllBlank && isBlank(part);
        if (isAllBlank && bytes > mostBlankBytes) throw refuse("more than 1 MiB of blank bytes");
        if (bytes <= mostValueBytes) return;
        const most = `${Math.floor(mostValueBytes / mib)} MiB`;
        throw refuse(`more than ${most} of JSON in one piece`, `at most ${most} a document, or a page a line`);
      }
      return { parts, add };
    }

    /** The next line, blank or not; `undefined` at the end. */
    async function nextLine(): Promise<Buffer | undefined> {
      const { parts, add } = collectParts();
      do {
        const end = chunk.indexOf(lineFeed, position);
        add(chunk.subarray(position, end === -1 ? chunk.length : end));
        position = end === -1 ? chunk.length : end + 1;
        if (end !== -1) return join(parts);
      } while (await nextChunk());
      const rest = concat(parts);
      return rest.length === 0 ? void 0 : rest;
    }

    return {
      async readLine() {
        for (let line = await nextLine(); line != null; line = await nextLine()) {
          lineNumber += 1;
          if (!isBlank(line)) return line;
          blankBytes += line.length + 1;
          if (blankBytes > mostBlankBytes) throw refuse("more than 1 MiB of blank bytes");
        }
        return void 0;
      },
      lineNumber: () => lineNumber,
      async readRest() {
        const { parts, add } = collectParts();
        do add(chunk.subarray(position));
        while (await nextChunk());
        const rest = concat(parts);
        return isBlank(rest) ? toBuffer([]) : rest;
      },
      async close() {
        await source.return(void 0);
      },
    };
  };
}
