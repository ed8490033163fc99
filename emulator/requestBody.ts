import type { IncomingMessage } from "node:http";

/** All bytes of a request's body; undefined where they are more than `maxBytes`, which are read to the end all the same. */
export async function readRequestBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size <= maxBytes) pieces.push(piece);
  }
  return size <= maxBytes ? Buffer.concat(pieces) : undefined;
}
