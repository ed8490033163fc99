import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Misbehave, Misbehaviour } from "./misbehaviour";
import { type ApiAnswer, apiError, createRouter, type RouteOptions } from "./routes";
import { createTokenService, type TokenOptions } from "./tokens";

/** One answered request, for counting and comparing. */
export interface AnsweredRequest {
  method: string;
  /** Path and query. */
  url: string;
  status: number;
  /** The body before any compression; empty if `keepBodies` is off or the connection was cut before it. */
  body: string;
  /** Whether it was answered as Spotify would: the body was not changed. */
  isRight: boolean;
}

export interface SpotifyStandInOptions extends RouteOptions, TokenOptions {
  /** What goes wrong. @default nothing */
  misbehave?: Misbehave;
  /** Changes a right answer's text (spacing, unknown fields). @default as it is */
  decorate?: (body: string) => string;
  /** Keeps the sent bodies in `requests`. @default false */
  keepBodies?: boolean;
  /** What the user does on the consent page. @default "grant" */
  consent?: "grant" | "deny";
}

export type SpotifyStandIn = ReturnType<typeof createSpotifyStandIn>;

export function createSpotifyStandIn(options: SpotifyStandInOptions) {
  const tokens = createTokenService(options);
  const route = createRouter(options);
  const requests: AnsweredRequest[] = [];
  const decorate = options.decorate ?? ((body: string) => body);
  let misbehave = options.misbehave;
  let seen = 0;

  async function apiAnswer(request: IncomingMessage, url: URL): Promise<RightAnswer> {
    const { method = "GET", headers } = request;
    const caller = tokens.check(headers.authorization);
    if ("refusal" in caller) return apiError(401, caller.refusal);
    const answer = route({
      method,
      path: url.pathname.slice("/v1".length),
      query: url.searchParams,
      body: method === "GET" ? "" : await text(request),
      baseUrl: `${url.origin}/v1`,
      scopes: caller.scopes,
    });
    return method === "GET" && answer.status === 200 ? { ...answer, body: decorate(answer.body) } : answer;
  }

  async function rightAnswer(request: IncomingMessage, url: URL): Promise<RightAnswer> {
    if (request.method === "POST" && url.pathname === "/api/token") {
      const form = new URLSearchParams(await text(request));
      const answer = tokens.token(request.headers.authorization, form);
      return { status: answer.status, body: JSON.stringify(answer.body) };
    }
    if (request.method === "GET" && url.pathname === "/authorize") return consentAnswer(url);
    if (url.pathname.startsWith("/v1/")) return apiAnswer(request, url);
    return apiError(404, "Service not found");
  }

  function consentAnswer(url: URL): RightAnswer {
    const query = url.searchParams;
    const redirectUri = query.get("redirect_uri");
    if (redirectUri === null || !tokens.knowsApp(query.get("client_id") ?? "")) {
      return { status: 400, body: JSON.stringify({ error: "INVALID_CLIENT: Invalid client" }) };
    }
    const target = new URL(redirectUri);
    if (options.consent === "deny") target.searchParams.set("error", "access_denied");
    else target.searchParams.set("code", tokens.issueCode(redirectUri, query.get("scope") ?? ""));
    target.searchParams.set("state", query.get("state") ?? "");
    return { status: 302, body: "", location: target.href };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`);
    const method = request.method ?? "GET";
    seen += 1;
    const { pathname: path, searchParams: query } = url;
    const wrong = misbehave?.({ number: seen, method, path, query, headers: request.headers });
    wrong?.act?.();
    // A request that fails before it is handled has no effect: it rotates no token.
    const isHandled = (wrong?.status === undefined && wrong?.cut !== "before") || wrong.isApplied === true;
    const right = isHandled ? await rightAnswer(request, url) : { status: 500, body: "" };
    const status = wrong?.status ?? right.status;
    const body = wrongBody(wrong, right.body);
    const kept = options.keepBodies === true && wrong?.cut !== "before" ? body : "";
    const isRight = wrong?.isRight === true || body === right.body;
    requests.push({ method, url: request.url ?? "/", status, body: kept, isRight });
    if (wrong?.delayMs !== undefined) await sleep(wrong.delayMs);
    if (wrong?.passMs !== undefined) await passTime(response, wrong.passMs);
    if (wrong?.cut === "before") request.socket.destroy();
    else await send(request, response, { ...right, status, body }, wrong);
  }

  const listener: RequestListener = (request, response) =>
    handle(request, response).catch(() => request.socket.destroy());
  // A web page could reach this port under its own host name (DNS rebinding).
  const server = createServer((request, response) => {
    if (request.headers.host === hostOf(server)) listener(request, response);
    else response.writeHead(421).end();
  });

  return {
    /** All requests so far, oldest first. */
    requests,
    tokens,
    /** The request handler, for an existing server. */
    listener,
    /** Replaces the misbehaviour; undefined ends it. */
    setMisbehave: (next: Misbehave | undefined): void => {
      misbehave = next;
    },
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

/** The answer that Spotify would give. */
interface RightAnswer extends ApiAnswer {
  location?: string;
}

function wrongBody(wrong: Misbehaviour | undefined, right: string): string {
  if (wrong?.alter !== undefined) return wrong.alter(right);
  if (wrong?.body !== undefined) return wrong.body;
  if (wrong?.status !== undefined) return apiError(wrong.status, `Stand-in's ${wrong.status}`).body;
  return wrong?.badJson === true ? right.trimEnd().slice(0, -2) : right;
}

/** A client with simulated time moves its clock on; any other client ignores a 103. */
async function passTime(response: ServerResponse, passMs: number): Promise<void> {
  response.writeEarlyHints({ link: "</v1>; rel=preconnect", "playlake-passed-ms": String(passMs) });
  await sleep(1);
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, location }: RightAnswer,
  { headers, cut, trickleMs }: Misbehaviour = {},
): Promise<void> {
  const compressed = String(request.headers["accept-encoding"] ?? "").includes("gzip");
  const bytes = compressed ? gzipSync(body, { level: 1 }) : Buffer.from(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    ...(location === undefined ? {} : { location }),
    ...headers,
    ...(compressed ? { "content-encoding": "gzip" } : {}),
    "content-length": bytes.length,
  });
  if (cut === "middle") {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.destroy());
    return;
  }
  if (trickleMs !== undefined) {
    for (const byte of bytes.subarray(0, -1)) {
      if (response.destroyed) return;
      response.write(Buffer.of(byte));
      await sleep(trickleMs);
    }
    response.end(bytes.subarray(-1));
    return;
  }
  response.end(bytes);
}
