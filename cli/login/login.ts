import { randomBytes } from "node:crypto";
import type { AppCredentials, UserToken } from "../../spotify/types";
import { listenForConsent, redirectUri } from "./callback";
import { exchangeCode } from "./exchange";

/** What the extractor reads of a user; nothing else is asked for. */
const scopes = "playlist-read-private playlist-read-collaborative";

export interface LoginOptions {
  app: AppCredentials;
  /** Spotify's accounts service, without a slash at its end. */
  accountsUrl: string;
  port: number;
  timeoutSeconds: number;
  /** Shows the user the page on which they consent. */
  show: (link: string) => void;
  /** Called once, where an answer came that belongs to another login. */
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

function consentLink({ app, accountsUrl, port }: LoginOptions, state: string): string {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: app.clientId,
    scope: scopes,
    redirect_uri: redirectUri(port),
    state,
  });
  return `${accountsUrl}/authorize?${query}`;
}

/** An OAuth error's name where it looks like one: anybody can put anything there. */
function named(error: string): string {
  return /^[a-z_]{1,40}$/.test(error) ? ` (${error})` : "";
}
