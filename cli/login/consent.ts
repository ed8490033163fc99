import { randomBytes } from "node:crypto";
import { grantError } from "../../spotify/auth";
import { errorText, oneLine, withoutSecrets } from "../../spotify/errors";
import { makeRequester, type Request } from "../../spotify/requester";
import type { AppCredentials, Effects, Fetch, UserToken } from "../../spotify/types";
import { listenForConsent, redirectUri } from "./callback";

/** The scopes that reading playlists needs. */
export const readScopes = ["playlist-read-private", "playlist-read-collaborative"];
/** The scope that reading Liked Songs needs. */
export const likedScope = "user-library-read";

/** The settings of a login. */
export interface LoginOptions {
  app: AppCredentials;
  /** Spotify's accounts service, without a slash at its end. */
  accountsUrl: string;
  port: number;
  timeoutSeconds: number;
  /** What the user is asked to consent to. */
  scopes: readonly string[];
  /** The command that asks, such as `npx playlake login`. */
  command: string;
  /** Shows the user the page on which they consent. */
  show: (link: string) => void;
  /** Called once if an answer belongs to another login. */
  onStranger: () => void;
  /** Keeps the token. Called before the browser shows that the login is done. */
  keep: (token: Required<UserToken>) => Promise<void>;
}

/**
 * Has the user consent on Spotify's page (authorization code flow) and keeps the refresh token.
 * @returns when the user consented, ISO 8601
 * @throws one line: port in use, no answer in time, consent denied, exchange refused
 */
export async function login(options: LoginOptions): Promise<string> {
  const { app, accountsUrl, port, timeoutSeconds, command } = options;
  const state = randomBytes(24).toString("base64url");
  let strangers = 0;
  const onStranger = () => {
    strangers += 1;
    if (strangers === 1) options.onStranger();
  };
  const callback = await listenForConsent({ port, state, onStranger });
  let outcome: "done" | "failed" = "failed";
  try {
    options.show(consentLink(options, state));
    const answer = await callback.answer(timeoutSeconds * 1000);
    const consentedAt = new Date().toISOString();
    if (answer === undefined) throw new Error(`nobody consented within ${timeoutSeconds} s; run ${command} again`);
    if (answer.kind === "denied") throw new Error("consent was denied on Spotify's page; nothing is stored");
    if (answer.kind === "error")
      throw new Error(`Spotify's page ended in an error${named(answer.error)}; nothing is stored`);
    const code = { code: answer.code, redirectUri: redirectUri(port) };
    const refreshToken = await exchangeCode({ accountsUrl, app, ...code }).catch((error: unknown) => {
      throw new Error(`${errorText(error)}; nothing is stored, run ${command} again`);
    });
    await options.keep({ refreshToken, consentedAt });
    outcome = "done";
    return consentedAt;
  } finally {
    await callback.close(outcome);
  }
}

function consentLink({ app, accountsUrl, port, scopes }: LoginOptions, state: string): string {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: app.clientId,
    scope: scopes.join(" "),
    redirect_uri: redirectUri(port),
    state,
  });
  return `${accountsUrl}/authorize?${query}`;
}

/** An OAuth error's name, if it looks like one. The parameter can hold any text. */
function named(error: string): string {
  return /^[a-z_]{1,40}$/.test(error) ? ` (${error})` : "";
}

/** A login's request to Spotify's accounts service. */
interface ExchangeRequest {
  /** Without a slash at its end. */
  accountsUrl: string;
  app: AppCredentials;
  /** From the consent page. Valid once. */
  code: string;
  /** The one given to the consent page. */
  redirectUri: string;
}

/**
 * Exchanges a consent's code for a refresh token.
 * @throws one line that holds no secret
 */
async function exchangeCode({ accountsUrl, app, code, redirectUri }: ExchangeRequest): Promise<string> {
  const requester = makeRequester(await networkEffects(), {});
  const credentials = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64");
  const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
  const request: Request = {
    method: "POST",
    url: `${accountsUrl}/api/token`,
    headers: { authorization: `Basic ${credentials}`, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
    purpose: "the refresh token",
  };
  const answer = await requester.send(request);
  if (answer.status !== 200) {
    const { error, description } = grantError(answer);
    const secrets = [app.clientId, app.clientSecret, credentials, code, encodeURIComponent(code)];
    const said = withoutSecrets(oneLine(`${answer.status} ${error} ${description}`), secrets).slice(0, 300);
    const what = error === "invalid_client" ? "the app's client id and secret" : "the consent's code";
    throw new Error(`Spotify refuses ${what} (${said})`);
  }
  const refreshToken = (answer.json as { refresh_token?: unknown } | null)?.refresh_token;
  if (typeof refreshToken === "string" && refreshToken !== "") return refreshToken;
  throw new Error("Spotify's answer holds no refresh token");
}

/** The effects of this process, for requests to Spotify. */
export async function networkEffects(): Promise<Effects> {
  const { default: fetch } = await import("node-fetch");
  return {
    fetch: (...request: Parameters<Fetch>) => fetch(...request),
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: () => Math.random(),
  };
}
