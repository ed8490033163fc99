import { appendFileSync, mkdirSync, rmSync } from "node:fs";

/** The bytes of a table's file: in memory if they are few, else in a file on disk. */
export type CsvBody = Uint8Array | SpooledCsv;

interface SpooledCsv {
  readonly path: string;
  readonly bytes: number;
}

/** A table's file in the making. */
export interface TableFile {
  push(bytes: Uint8Array): void;
  /** All bytes that were pushed. Nothing can be pushed after this call. */
  body(): CsvBody;
}

/** The files of one raw object's tables. */
export interface TableFiles {
  start(): TableFile;
  /** Removes spooled files, also those of a killed invocation. */
  discard(): void;
}

interface TableFilesOptions {
  /** The folder of spooled files, created on demand. Nothing else may use it. */
  folder: string;
  /** Most bytes of a table in memory. @default 4 MiB: some 20,000 entries, more than Spotify allows in a playlist */
  memoryBytes?: number;
}

/**
 * Makes the files that collect the tables until the whole raw object is read and accepted. Only then is anything written to
 * the lake, so a refused object leaves no file in it. A large table waits on disk: a function has 512 MB, enough for a
 * million entries. A multipart upload would need the permission to abort uploads, could leave parts that cost money, and
 * would not be one atomic PutObject per file.
 */
export function makeTableFiles({ folder, memoryBytes = 4 * 1024 * 1024 }: TableFilesOptions): TableFiles {
  const { concat } = Buffer;
  const append = appendFileSync;
  /** Bytes that are written to disk at a time. */
  const pieceBytes = Math.min(memoryBytes, 1024 * 1024);
  let started = 0;

  function start(): TableFile {
    const path = `${folder}/${started++}.csv`;
    let pieces: Uint8Array[] = [];
    let heldBytes = 0;
    let spooledBytes = 0;

    function spool(): void {
      if (spooledBytes === 0) mkdirSync(folder, { recursive: true });
      append(path, concat(pieces));
      spooledBytes += heldBytes;
      pieces = [];
      heldBytes = 0;
    }

    return {
      push(bytes) {
        pieces.push(bytes);
        heldBytes += bytes.length;
        if (heldBytes > (spooledBytes === 0 ? memoryBytes : pieceBytes)) spool();
      },
      body() {
        if (spooledBytes === 0) return concat(pieces);
        spool();
        return { path, bytes: spooledBytes };
      },
    };
  }

  return { start, discard: () => rmSync(folder, { recursive: true, force: true }) };
}
