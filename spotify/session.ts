import { type Auth, type AuthOptions, makeAuth } from "./auth";
import { codedError, oneLine } from "./errors";
import { makeRequester, type Received, type Request, type Requester, type RequesterOptions } from "./requester";
import type { Effects } from "./types";

export interface SessionOptions extends AuthOptions, RequesterOptions {
  /** e.g. https://api.spotify.com/v1, without a trailing slash. */
  apiUrl: string;
}

/** One run's tokens and its place in Spotify's limits. Everything that sends requests in a run shares it. */
export interface Session {
  auth: Auth;
  requester: Requester;
  apiUrl: string;
  /**
   * Sends a request with an access token, and once more with a fresh one after a 401. Rejects as `Requester.send`, and with
   * `APP_REFUSED` if the fresh one is refused, too.
   */
  authorized(request: Omit<Request, "headers"> & { headers?: Record<string, string> }): Promise<Received>;
  /** Spotify's error message. */
  messageOf(answer: Received): string;
}

export function makeSession(effects: Effects, options: SessionOptions): Session {
  const requester = makeRequester(effects, options);
  const auth = makeAuth(effects, requester, options);

  function messageOf(answer: Received): string {
    const error = (answer.json as { error?: { message?: unknown } } | null | undefined)?.error;
    return typeof error?.message === "string" ? auth.hide(oneLine(error.message)).slice(0, 300) : "";
  }

  return {
    auth,
    requester,
    apiUrl: options.apiUrl,
    messageOf,
    async authorized(request) {
      const ask = (accessToken: string) =>
        requester.send({ ...request, headers: { ...request.headers, authorization: `Bearer ${accessToken}` } });
      const accessToken = await auth.accessToken();
      const first = await ask(accessToken);
      if (first.status !== 401) return first;
      const second = await ask(await auth.renew(accessToken));
      if (second.status !== 401) return second;
      const reason = `Spotify refuses a fresh access token (401 ${messageOf(second)})`;
      throw codedError("APP_REFUSED", request.purpose, reason, { status: 401 });
    },
  };
}
