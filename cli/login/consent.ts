// How a command has its user consent on Spotify's page: its options, and OAuth's authorization code flow.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { grantError } from "../../spotify/auth";
import { errorText, oneLine, withoutSecrets } from "../../spotify/errors";
import { makeRequester } from "../../spotify/requester";
import type { AppCredentials, Effects, Fetch, UserToken } from "../../spotify/types";
import { type Call, type Command, type Terminal, wrongUse } from "../command";
import { warn } from "../progress";
import { listenForConsent, redirectUri } from "./callback";

/** The scopes that reading playlists needs. */
export const readScopes = ["playlist-read-private", "playlist-read-collaborative"];

const defaultPort = 8888;
const defaultTimeoutSeconds = 300;
const longestTimeoutSeconds = 86_400;

/** The options of a command that has a user consent. */
export const consentOptions = {
  "port N": `the port that Spotify sends the browser back to (default: ${defaultPort}); the app's redirect URI needs it, too`,
  open: "opens the page in the browser even without a terminal",
  "timeout-seconds N": `how long it waits for the consent (default: ${defaultTimeoutSeconds})`,
} satisfies Command["options"];

function wholeNumber({ text }: Pick<Call, "text">, name: string, otherwise: number, most: number): number {
  const given = text[name];
  if (given === undefined) return otherwise;
  const number = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (number >= 1 && number <= most) return number;
  throw wrongUse(`--${name}: got "${given}", expected a whole number from 1 to ${most}`);
}

/**
 * The app's credentials in the environment; undefined if it has none.
 * @throws wrong use if it has only one of them
 */
export function appOf(command: string, env: NodeJS.ProcessEnv): AppCredentials | undefined {
  const [clientId, clientSecret] = [env.SPOTIFY_CLIENT_ID, env.SPOTIFY_CLIENT_SECRET];
  if (clientId && clientSecret) return { clientId, clientSecret };
  if (!clientId && !clientSecret) return undefined;
  const missing = clientId ? "SPOTIFY_CLIENT_SECRET" : "SPOTIFY_CLIENT_ID";
  throw wrongUse(`${command}: ${missing} is not set: SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET go together`);
}

export function noApp(command: string): Error {
  const where = "your app has them at https://developer.spotify.com/dashboard";
  return wrongUse(`${command}: set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET; ${where}`);
}

/** The address of Spotify's accounts service, without a slash at its end. */
export function accountsUrlOf({ SPOTIFY_ACCOUNTS_URL }: NodeJS.ProcessEnv): string {
  return (SPOTIFY_ACCOUNTS_URL || "https://accounts.spotify.com").replace(/\/+$/, "");
}

/** How and where the user is asked, by the command line's options. @throws wrong use */
export function consentSettings(call: Pick<Call, "command" | "is" | "text" | "terminal">) {
  const { command, is, terminal } = call;
  const port = wholeNumber(call, "port", defaultPort, 65_535);
  const timeoutSeconds = wholeNumber(call, "timeout-seconds", defaultTimeoutSeconds, longestTimeoutSeconds);
  const accountsUrl = accountsUrlOf(terminal.env);
  const again = `run npx playlake ${command} again`;
  const onStranger = () => warn("a response to another login arrived and was refused; still waiting", terminal);

  function show(link: string): void {
    terminal.err(
      is.quiet
        ? `${link}\n`
        : `The app needs this redirect URI (https://developer.spotify.com/dashboard):
${redirectUri(port)}
Open this page and agree within ${timeoutSeconds} s:

${link}

`,
    );
    if (is.open || terminal.isInteractive) openBrowser(link, terminal);
  }

  /**
   * Has the user consent.
   * @param keep keeps the token. Called before the browser shows that the login is done
   * @throws one line: port in use, no answer in time, consent denied, exchange refused
   */
  return async (
    app: AppCredentials,
    scopes: readonly string[],
    keep?: (token: Required<UserToken>) => Promise<void>,
  ) => {
    const state = randomBytes(24).toString("base64url");
    const callback = await listenForConsent(port, state, onStranger);
    let outcome: "done" | "failed" = "failed";
    try {
      const asked = { response_type: "code", client_id: app.clientId, scope: scopes.join(" ") };
      const query = new URLSearchParams({ ...asked, redirect_uri: redirectUri(port), state });
      show(`${accountsUrl}/authorize?${query}`);
      const answer = await callback.answer(timeoutSeconds * 1000);
      const consentedAt = new Date().toISOString();
      if (answer === undefined) throw new Error(`nobody consented within ${timeoutSeconds} s; ${again}`);
      const error = answer.get("error");
      if (error === "access_denied") throw new Error("consent was denied on Spotify's page; nothing is stored");
      if (error) throw new Error(`Spotify's page ended in an error${named(error)}; nothing is stored`);
      const grant = { code: answer.get("code") ?? "", redirect_uri: redirectUri(port) };
      const refreshToken = await exchangeCode(`${accountsUrl}/api/token`, app, grant).catch((failure: unknown) => {
        throw new Error(`${errorText(failure)}; nothing is stored, ${again}`);
      });
      const token = { refreshToken, consentedAt };
      await keep?.(token);
      outcome = "done";
      return token;
    } finally {
      await callback.close(outcome);
    }
  };
}

/** Opens a page in the user's browser, if there is one. The link is printed anyway. */
function openBrowser(link: string, { env }: Pick<Terminal, "env">): void {
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(program, [link], { env, stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

/** An OAuth error's name, if it looks like one. The parameter can hold any text. */
function named(error: string): string {
  return /^[a-z_]{1,40}$/.test(error) ? ` (${error})` : "";
}

/**
 * Exchanges a consent's code, which is valid once, for a refresh token.
 * @param grant the code, with the redirect URI that was given to the consent page
 * @throws one line that holds no secret
 */
async function exchangeCode(url: string, app: AppCredentials, grant: { code: string; redirect_uri: string }) {
  const credentials = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64");
  const answer = await makeRequester(await networkEffects(), {}).send({
    method: "POST",
    url,
    headers: { authorization: `Basic ${credentials}`, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ grant_type: "authorization_code", ...grant }).toString(),
    purpose: "the refresh token",
  });
  if (answer.status !== 200) {
    const { error, description } = grantError(answer);
    const secrets = [app.clientId, app.clientSecret, credentials, grant.code, encodeURIComponent(grant.code)];
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
