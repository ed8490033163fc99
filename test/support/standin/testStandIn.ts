import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { createLoopbackServer } from "../../../emulator/loopback";
import { apiError } from "../../../standin/routes";
import { createSpotify, type StandInOptions, urlOf } from "../../../standin/spotify";
import { type ApiAnswer, refused, standInApp } from "../../../standin/tokens";
import type { Misbehave, Misbehaviour } from "./misbehaviours";

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

export interface TestStandInOptions extends StandInOptions {
  /** Changes a right answer's text (spacing, unknown fields). @default as it is */
  decorate?: (body: string) => string;
  /** Keeps the sent bodies in `requests`. @default false */
  keepBodies?: boolean;
  /** What the user does on the consent page. @default "grant" */
  consent?: "grant" | "deny";
  /** Every refresh gives a new refresh token and ends the old one. @default false: the answer names none */
  rotateRefreshTokens?: boolean;
  /** Which endpoint serves the contents: `items` as for new apps, `tracks` as for old ones. @default "both" */
  generation?: "items" | "tracks" | "both";
}

export type TestStandIn = ReturnType<typeof createTestStandIn>;

/** The answer that Spotify would give. */
interface RightAnswer extends ApiAnswer {
  location?: string;
}

/** The stand-in for Spotify with what it does not need itself: a consent page, both kinds of apps, misbehaviour on demand. */
export function createTestStandIn(options: TestStandInOptions) {
  const { app = standInApp, clock, consent, generation = "both", decorate = (body) => body } = options;
  const spotify = createSpotify(options);
  const { access, consents } = spotify.tokens;
  const codes = new Map<string, { redirectUri: string; scope: string }>();
  const requests: AnsweredRequest[] = [];
  let misbehave: Misbehave | undefined;
  let seen = 0;

  function newToken(kind: string): string {
    return `${kind}-${randomBytes(24).toString("base64url")}`;
  }

  function consentAnswer({ searchParams: query }: URL): RightAnswer {
    const redirectUri = query.get("redirect_uri");
    if (redirectUri === null || query.get("client_id") !== app.clientId) {
      return { status: 400, body: JSON.stringify({ error: "INVALID_CLIENT: Invalid client" }) };
    }
    const target = new URL(redirectUri);
    if (consent === "deny") target.searchParams.set("error", "access_denied");
    else {
      const code = newToken("code");
      codes.set(code, { redirectUri, scope: query.get("scope") ?? "" });
      target.searchParams.set("code", code);
    }
    target.searchParams.set("state", query.get("state") ?? "");
    return { status: 302, body: "", location: target.href };
  }

  function tokenAnswer(authorization: string | undefined, form: URLSearchParams): ApiAnswer {
    if (form.get("grant_type") === "authorization_code") return exchangeCode(authorization, form);
    const answer = spotify.tokens.answer(authorization, form);
    const refreshToken = form.get("refresh_token") ?? "";
    const given = consents.get(refreshToken);
    if (answer.status !== 200 || given === undefined || options.rotateRefreshTokens !== true) return answer;
    const next = newToken("refresh");
    consents.delete(refreshToken);
    consents.set(next, given);
    return withRefreshToken(answer, next);
  }

  /** A code is valid once, for its redirect address. */
  function exchangeCode(authorization: string | undefined, form: URLSearchParams): ApiAnswer {
    const code = form.get("code") ?? "";
    const issued = codes.get(code);
    codes.delete(code);
    if (issued === undefined) return refused("invalid_grant", "Invalid authorization code");
    if (issued.redirectUri !== form.get("redirect_uri")) return refused("invalid_grant", "Invalid redirect URI");
    const refreshToken = newToken("refresh");
    consents.set(refreshToken, { consentedMs: clock.now().getTime(), scope: issued.scope });
    const refresh = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken });
    return withRefreshToken(spotify.tokens.answer(authorization, refresh), refreshToken);
  }

  async function rightAnswer(request: IncomingMessage, url: URL): Promise<RightAnswer> {
    const { method, headers } = request;
    if (method === "GET" && url.pathname === "/authorize") return consentAnswer(url);
    if (method === "POST" && url.pathname === "/api/token") {
      return tokenAnswer(headers.authorization, new URLSearchParams(await text(request)));
    }
    const [, contents] = /^\/v1\/playlists\/[^/]+\/(items|tracks)$/.exec(url.pathname) ?? [];
    if (contents !== undefined && generation !== "both" && contents !== generation) {
      return contents === "tracks" ? apiError(403, "Forbidden") : apiError(404, "Service not found");
    }
    const answer = await spotify.answer(request);
    return method === "GET" && answer.status === 200 ? { ...answer, body: decorate(answer.body) } : answer;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request);
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
  const server = createLoopbackServer(listener);

  return {
    /** All requests so far, oldest first. */
    requests,
    /** The request handler, for an existing server. */
    listener,
    /** Starts on a free port of 127.0.0.1. `apiUrl` ends with `/v1`; neither ends with a slash. */
    async listen(): Promise<{ apiUrl: string; accountsUrl: string }> {
      const accountsUrl = await server.listen();
      return { apiUrl: `${accountsUrl}/v1`, accountsUrl };
    },
    close: server.close,
    /** Replaces the misbehaviour; undefined ends it. */
    setMisbehave: (next: Misbehave | undefined): void => {
      misbehave = next;
    },
    /** Ends every access token issued so far. */
    expireAccessTokens: (): void => access.clear(),
  };
}

function withRefreshToken({ status, body }: ApiAnswer, refreshToken: string): ApiAnswer {
  if (status !== 200) return { status, body };
  return { status, body: JSON.stringify({ ...(JSON.parse(body) as object), refresh_token: refreshToken }) };
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
