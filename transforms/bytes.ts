import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Refuse } from "./refusal";

/** Reads a stream line by line, or from a line on as a whole. */
export interface LineReader {
  /** The next line without its LF, `undefined` at the end. Its bytes hold until the next line is asked for. */
  readLine(): Promise<Buffer | undefined>;
  /** All that has not been read yet. */
  readRest(): Promise<Buffer>;
  /** Lets go of the stream, read to its end or not. */
  close(): Promise<void>;
}

/** Opens a stream that may be gzipped. Errors of the stream itself pass as they are; damaged gzip is refused. */
export type OpenLines = (chunks: AsyncIterable<Uint8Array>, refuse: Refuse) => LineReader;

/** Makes the opener of streams. Lines are split as bytes: `readline` costs a third more, decoding pieces breaks letters. */
export function makeOpenLines(): OpenLines {
  const toReadable = Readable.from;
  const connect = pipeline;
  const makeGunzip = createGunzip;
  const { allocUnsafe: allocate, concat, from: toBuffer } = Buffer;
  const lineFeed = 10;
  /** Node's default of 16 KiB makes gunzip about three times slower. */
  const gunzipChunkBytes = 256 * 1024;

  function asBuffer(chunk: Uint8Array): Buffer {
    return toBuffer(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }

  async function* unzipped(chunks: AsyncIterable<Uint8Array>, refuse: Refuse): AsyncGenerator<Buffer> {
    const gunzip = makeGunzip({ chunkSize: gunzipChunkBytes });
    connect(toReadable(chunks, { objectMode: true }), gunzip, () => {
      // What goes wrong destroys `gunzip` and is thrown below.
    });
    try {
      yield* gunzip;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw code?.startsWith("Z_") ? refuse(`damaged gzip (${message})`, "a whole file") : error;
    }
  }

  /** The stream as it is after its first two bytes, gzip's magic number or not, have told how to read it. */
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

    /** A line within one chunk stays where it is. The others share their memory: fresh memory costs more than copying. */
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
      return next.done !== true;
    }

    return {
      async readLine() {
        const parts: Buffer[] = [];
        do {
          const end = chunk.indexOf(lineFeed, position);
          parts.push(chunk.subarray(position, end === -1 ? chunk.length : end));
          position = end === -1 ? chunk.length : end + 1;
          if (end !== -1) return join(parts);
        } while (await nextChunk());
        const rest = concat(parts);
        return rest.length === 0 ? void 0 : rest;
      },
      async readRest() {
        const parts = [chunk.subarray(position)];
        while (await nextChunk()) parts.push(chunk);
        return concat(parts);
      },
      async close() {
        await source.return(void 0);
      },
    };
  };
}
