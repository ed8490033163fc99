import { grantError } from "../../spotify/auth";
import { errorText, oneLine, withoutSecrets } from "../../spotify/errors";
import { makeRequester, type Request } from "../../spotify/requester";
import type { AppCredentials, Fetch } from "../../spotify/types";

/** What a login asks Spotify's accounts service with. */
export interface ExchangeRequest {
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
export async function exchangeCode({ accountsUrl, app, code, redirectUri }: ExchangeRequest): Promise<string> {
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
