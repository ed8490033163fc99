import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { apiError, createRouter, type RouteOptions } from "./routes";
import { type ApiAnswer, createTokenService, type TokenOptions } from "./tokens";

export interface SpotifyStandInOptions extends RouteOptions, TokenOptions {}

/** Spotify's accounts service and its Web API, without a server. */
export function createSpotify(options: SpotifyStandInOptions) {
  const tokens = createTokenService(options);
  const route = createRouter(options);

  async function answer(request: IncomingMessage): Promise<ApiAnswer> {
    const { method = "GET", headers } = request;
    const { origin, pathname, searchParams: query } = urlOf(request);
    if (method === "POST" && pathname === "/api/token") {
      return tokens.answer(headers.authorization, new URLSearchParams(await text(request)));
    }
    if (!pathname.startsWith("/v1/")) return apiError(404, "Service not found");
    const caller = tokens.check(headers.authorization);
    if ("refusal" in caller) return apiError(401, caller.refusal);
    const body = method === "GET" ? "" : await text(request);
    const path = pathname.slice("/v1".length);
    return route({ method, path, query, body, baseUrl: `${origin}/v1`, scopes: caller.scopes });
  }

  return { tokens, answer };
}

/** Spotify on this machine. */
export function createSpotifyStandIn(options: SpotifyStandInOptions) {
  const spotify = createSpotify(options);
  return serveLocally(async (request, response) => {
    const { status, body } = await spotify.answer(request);
    const headers = { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(body) };
    response.writeHead(status, headers).end(body);
  });
}

/** A server for callers on this machine. A request whose handling fails gets no answer. */
export function serveLocally(handle: (...parameters: Parameters<RequestListener>) => Promise<void>) {
  // A web page could reach this port under its own host name (DNS rebinding).
  const server = createServer((request, response) => {
    if (request.headers.host === hostOf(server)) handle(request, response).catch(() => request.socket.destroy());
    else response.writeHead(421).end();
  });
  return {
    /** Starts on a free port of 127.0.0.1. `apiUrl` ends with `/v1`; neither ends with a slash. */
    async listen(): Promise<{ apiUrl: string; accountsUrl: string }> {
      await once(server.listen(0, "127.0.0.1"), "listening");
      const origin = `http://${hostOf(server)}`;
      return { apiUrl: `${origin}/v1`, accountsUrl: origin };
    },
    async close(): Promise<void> {
      if (!server.listening) return;
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}

function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function urlOf({ url = "/", headers }: IncomingMessage): URL {
  return new URL(url, `http://${headers.host ?? "127.0.0.1"}`);
}
