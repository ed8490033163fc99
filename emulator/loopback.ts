import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server that only this machine can reach. */
export interface LoopbackServer {
  /** Starts it, on a free port where none is given; gives its URL, without a slash at the end. */
  listen(port?: number): Promise<string>;
  /** Stops it and drops what connections there are; does nothing where it doesn't listen. */
  close(): Promise<void>;
}

/** A server for `listener` on 127.0.0.1. */
export function createLoopbackServer(listener: RequestListener): LoopbackServer {
  const server = createServer(listener);
  // A client that reuses a connection just when the server closes it as idle would see a reset; so it never does.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  return {
    listen: (port = 0) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, "127.0.0.1", () => {
          server.off("error", reject);
          resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
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
