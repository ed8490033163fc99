import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * An HTTP server for `listener` on 127.0.0.1, which only this machine can reach. Refuses requests whose `Host` is not its own
 * address: a web page can reach this port through its own domain name (DNS rebinding).
 */
export function createLoopbackServer(listener: RequestListener) {
  let hosts: string[] = [];
  const server = createServer((request, response) => {
    if (hosts.includes(request.headers.host ?? "")) return listener(request, response);
    request.resume();
    response.writeHead(421, { "content-length": 0 }).end();
  });
  // A client that reuses a connection while the server closes it as idle would see a reset.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  return {
    /** Starts it, on a free port if none is given; returns its URL without a trailing slash. */
    listen: async (port = 0): Promise<string> => {
      await once(server.listen(port, "127.0.0.1"), "listening");
      const bound = (server.address() as AddressInfo).port;
      hosts = [`127.0.0.1:${bound}`, `localhost:${bound}`];
      return `http://127.0.0.1:${bound}`;
    },
    close: async (): Promise<void> => {
      if (!server.listening) return;
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}

/** All bytes of a request's body; undefined if there are more than `maxBytes`. Always reads it to its end. */
export async function readRequestBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size <= maxBytes) pieces.push(piece);
  }
  return size <= maxBytes ? Buffer.concat(pieces) : undefined;
}
