import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server that only this machine can reach. */
export interface LoopbackServer {
  /** Starts it, on a free port if none is given; returns its URL without a trailing slash. */
  listen(port?: number): Promise<string>;
  /** Stops it and drops its connections; does nothing if it is not listening. */
  close(): Promise<void>;
}

/**
 * A server for `listener` on 127.0.0.1. Refuses requests whose `Host` is not its own address: a web page can reach this port
 * through its own domain name (DNS rebinding).
 * @param options.secretPath adds a random path to the URL and refuses requests without it, for callers without credentials;
 * `listener` sees the rest of the path. @default false
 */
export function createLoopbackServer(
  listener: RequestListener,
  options: { secretPath?: boolean } = {},
): LoopbackServer {
  const secret = options.secretPath === true ? `/${randomBytes(16).toString("hex")}` : "";
  let hosts: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    if (!hosts.includes(request.headers.host ?? "")) return refuse(request, response, 421);
    if (secret !== "" && !url.startsWith(`${secret}/`)) return refuse(request, response, 403);
    request.url = url.slice(secret.length);
    listener(request, response);
  });
  // A client that reuses a connection while the server closes it as idle would see a reset.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  return {
    listen: (port = 0) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, "127.0.0.1", () => {
          server.off("error", reject);
          const bound = (server.address() as AddressInfo).port;
          hosts = [`127.0.0.1:${bound}`, `localhost:${bound}`];
          resolve(`http://127.0.0.1:${bound}${secret}`);
        });
      }),
    close: () =>
      new Promise((resolve, reject) => {
        if (!server.listening) {
          resolve();
          return;
        }
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  request.resume();
  response.writeHead(status, { "content-length": 0 }).end();
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
