import { randomBytes } from "node:crypto";
import { grantError } from "../../spotify/auth";
import { errorText, oneLine, withoutSecrets } from "../../spotify/errors";
import { makeRequester, type Request } from "../../spotify/requester";
import type { AppCredentials, Fetch, UserToken } from "../../spotify/types";
import { listenForConsent, redirectUri } from "./callback";

/** What the extractor reads of a user; nothing else is asked for. */
const scopes = ["playlist-read-private", "playlist-read-collaborative"];
const likedScope = "user-library-read";

/** How a login is done. */
export interface LoginOptions {
  app: AppCredentials;
  /** Spotify's accounts service, without a slash at its end. */
  accountsUrl: string;
  port: number;
  timeoutSeconds: number;
  /** Asks to read Liked Songs, too. */
  withLiked: boolean;
  /** Shows the user the page on which they consent. */
  show: (link: string) => void;
  /** Called once if an answer came that belongs to another login. */
  onStranger: () => void;
  /** Puts the token where runs read it. */
  keep: (token: Required<UserToken>) => Promise<void>;
}

/**
 * Has the user consent on Spotify's page (authorization code flow) and keeps the refresh token.
 * @returns when the user consented, ISO 8601
 * @throws one line: port in use, no answer in time, consent denied, exchange refused
 */
export async function login(options: LoginOptions): Promise<string> {
  const { app, accountsUrl, port, timeoutSeconds } = options;
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
    if (answer === undefined) throw new Error(`nobody consented within ${timeoutSeconds} s; run playlake login again`);
    if (answer.kind === "denied") throw new Error("consent was denied on Spotify's page; nothing is stored");
    if (answer.kind === "error")
      throw new Error(`Spotify's page ended in an error${named(answer.error)}; nothing is stored`);
    const refreshToken = await exchangeCode({ accountsUrl, app, code: answer.code, redirectUri: redirectUri(port) });
    await options.keep({ refreshToken, consentedAt });
    outcome = "done";
    return consentedAt;
  } finally {
    await callback.close(outcome);
  }
}

function consentLink({ app, accountsUrl, port, withLiked }: LoginOptions, state: string): string {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: app.clientId,
    scope: [...scopes, ...(withLiked ? [likedScope] : [])].join(" "),
    redirect_uri: redirectUri(port),
    state,
  });
  return `${accountsUrl}/authorize?${query}`;
}

/** An OAuth error's name if it looks like one: anybody can put anything there. */
function named(error: string): string {
  return /^[a-z_]{1,40}$/.test(error) ? ` (${error})` : "";
}

/** What a login asks Spotify's accounts service with. */
interface ExchangeRequest {
  /** Without a slash at its end. */
  accountsUrl: string;
  app: AppCredentials;
  /** From the consent page; good once. */
  code: string;
  /** The same that the consent page was given. */
  redirectUri: string;
}

/**
 * Has Spotify change a consent's code into a refresh token.
 * @throws one line, with nothing secret in it
 */
async function exchangeCode({ accountsUrl, app, code, redirectUri }: ExchangeRequest): Promise<string> {
  const { default: fetch } = await import("node-fetch");
  const requester = makeRequester(
    {
      fetch: (...request: Parameters<Fetch>) => fetch(...request),
      now: () => Date.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      random: () => Math.random(),
    },
    {},
  );
  const credentials = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64");
  const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
  const request: Request = {
    method: "POST",
    url: `${accountsUrl}/api/token`,
    headers: { authorization: `Basic ${credentials}`, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
    purpose: "the refresh token",
  };
  const answer = await requester.send(request).catch((error: unknown) => {
    throw new Error(`${errorText(error)}; nothing is stored, run playlake login again`);
  });
  if (answer.status !== 200) {
    const { error, description } = grantError(answer);
    const secrets = [app.clientId, app.clientSecret, credentials, code, encodeURIComponent(code)];
    const said = withoutSecrets(oneLine(`${answer.status} ${error} ${description}`), secrets).slice(0, 300);
    const what = error === "invalid_client" ? "the app's client id and secret" : "the consent's code";
    throw new Error(`Spotify refuses ${what} (${said}); nothing is stored, run playlake login again`);
  }
  const refreshToken = (answer.json as { refresh_token?: unknown } | null)?.refresh_token;
  if (typeof refreshToken === "string" && refreshToken !== "") return refreshToken;
  throw new Error("Spotify's answer holds no refresh token; nothing is stored, run playlake login again");
}
