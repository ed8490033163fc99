import type { IncomingMessage, RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import { apiError, createRouter, type RouteOptions } from "./routes";
import { type ApiAnswer, createTokenService, type TokenOptions } from "./tokens";

export interface StandInOptions extends RouteOptions, TokenOptions {}

/** A stand-in for Spotify's accounts service and Web API, which a server of the caller makes reachable. */
export function createSpotify(options: StandInOptions) {
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

  const listener: RequestListener = async (request, response) => {
    try {
      const { status, body } = await answer(request);
      const headers = { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(body) };
      response.writeHead(status, headers).end(body);
    } catch {
      request.socket.destroy();
    }
  };

  return { tokens, answer, listener };
}

export function urlOf({ url = "/", headers }: IncomingMessage): URL {
  return new URL(url, `http://${headers.host ?? "127.0.0.1"}`);
}
