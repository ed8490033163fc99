import { appendFileSync, mkdirSync, rmSync } from "node:fs";

/** The bytes of a table's file: in memory where they are few, else in a file of their own. */
export type CsvBody = Uint8Array | SpooledCsv;

export interface SpooledCsv {
  readonly path: string;
  readonly bytes: number;
}

/** A table's file in the making. */
export interface TableFile {
  push(bytes: Uint8Array): void;
  /** What was pushed. Nothing can be pushed after it. */
  body(): CsvBody;
}

/** The files of one raw object's tables. */
export interface TableFiles {
  start(): TableFile;
  /** Removes what was spooled, and what a killed invocation left. */
  discard(): void;
}

export interface TableFilesOptions {
  /** For what is spooled; made when it is needed. Belongs to these files alone. */
  folder: string;
  /** What a table may take in memory. @default 4 MiB: some 20,000 entries, more than Spotify lets into a playlist */
  memoryBytes?: number;
}

/**
 * Makes the files that the tables grow in until the whole raw object has been read and found good: only then is anything
 * written to the lake, so a refused object leaves none of its files there. A large table waits on disk (a function has 512
 * MB of it, enough for a million entries) rather than as the parts of a multipart upload: it needs no permission to abort
 * uploads, leaves nothing to be cleaned up or paid for in the bucket, and each file stays one atomic PutObject.
 */
export function makeTableFiles({ folder, memoryBytes = 4 * 1024 * 1024 }: TableFilesOptions): TableFiles {
  const { concat } = Buffer;
  const append = appendFileSync;
  /** So much is written to disk at a time. */
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
