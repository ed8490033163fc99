import { type Consent, readConsent } from "./consent";
import { codedError, errorCode, errorText, oneLine, withoutSecrets } from "./errors";
import type { Received, Request, Requester } from "./requester";
import type { States } from "./state";
import type { AppCredentials, Effects, StoredToken, TokenStore } from "./types";

export interface AuthOptions {
  /** e.g. https://accounts.spotify.com, without a trailing slash. */
  accountsUrl: string;
  /** Called once, when the first token is needed. */
  app: () => Promise<AppCredentials>;
  tokens: TokenStore;
  /** Stores the end of a consent. @default not stored: each run asks Spotify */
  states?: Pick<States, "endedConsent" | "putEndedConsent">;
}

/** Access tokens of the user who consented, else of the app. */
export interface Auth {
  /** A token that is valid for at least another minute, as far as is known. */
  accessToken(): Promise<string>;
  /** A new token in place of `refused`, which Spotify did not accept. */
  renew(refused: string): Promise<string>;
  /** Whether the tokens are a user's. Reads the token store unless that is known. */
  isUser(): Promise<boolean>;
  /** The user's consent; undefined if there is no user, its time is not known, or the token cannot be read. */
  consent(): Promise<Consent | undefined>;
  /** Why a rotated refresh token could not be stored; undefined if it was. The access token is valid in any case. */
  problem(): string | undefined;
  /** The text without any token or secret of this run. */
  hide(text: string): string;
}

const marginMs = 60_000;
const defaultLifeSeconds = 3600;
const writeTries = 3;
/** Shorter than the hour between two catch-ups, so that each of them asks once: the refusal can be Spotify's mistake. */
const endedRestMs = 50 * 60_000;

/** @throws (its functions) `CONSENT_ENDED`, `APP_REFUSED`, `NO_TOKEN`, `LIMITED`, `OUT_OF_TIME` */
export function makeAuth(effects: Effects, requester: Requester, options: AuthOptions): Auth {
  let app: AppCredentials | undefined;
  let user: { token: StoredToken | undefined } | undefined;
  /** The refresh token that the store held when it was last read or written. */
  let stored: string | undefined;
  let held: { accessToken: string; endsMs: number } | undefined;
  let problem: string | undefined;
  const secrets: string[] = [];

  const hide = (text: string) => withoutSecrets(text, secrets);

  async function readToken(): Promise<StoredToken | undefined> {
    const token = await options.tokens.read();
    if (token != null) secrets.push(token.refreshToken, encodeURIComponent(token.refreshToken));
    stored = token?.refreshToken;
    return token;
  }

  async function readUser(): Promise<StoredToken | undefined> {
    user ??= { token: await readToken() };
    return user.token;
  }

  async function askForToken(form: Record<string, string>): Promise<Received> {
    app ??= await options.app();
    const credentials = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64");
    secrets.push(app.clientId, app.clientSecret, credentials);
    const request: Request = {
      method: "POST",
      url: `${options.accountsUrl}/api/token`,
      headers: { authorization: `Basic ${credentials}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form).toString(),
      purpose: "the access token",
      isGood: isToken,
    };
    try {
      const answer = await requester.send(request);
      if (answer.status === 200 || answer.status === 401 || grantError(answer).error !== "") return answer;
      throw codedError("NO_TOKEN", request.purpose, `status ${answer.status} without a reason`, {});
    } catch (error) {
      if (errorCode(error) !== "TRANSIENT") throw error;
      throw codedError("NO_TOKEN", undefined, errorText(error), {});
    }
  }

  const refresh = (token: StoredToken) =>
    askForToken({ grant_type: "refresh_token", refresh_token: token.refreshToken });

  async function refreshed(token: StoredToken): Promise<Received> {
    if (await isKnownAsEnded(token)) throw consentEnded();
    const answer = await refresh(token);
    if (!isInvalidGrant(answer)) return answer;
    // Another run, or a login, can have stored a newer token since this one was read. That token gets its own try.
    const newer = await readToken();
    if (newer != null && newer.refreshToken !== token.refreshToken) {
      user = { token: newer };
      const second = await refresh(newer);
      if (!isInvalidGrant(second)) return second;
    }
    await rememberAsEnded(newer ?? token);
    throw consentEnded();
  }

  async function isKnownAsEnded({ versionId }: StoredToken): Promise<boolean> {
    const ended = await options.states?.endedConsent();
    if (ended == null || versionId == null || ended.versionId !== versionId) return false;
    return Math.abs(effects.now() - Date.parse(ended.refusedAt)) < endedRestMs;
  }

  async function rememberAsEnded({ versionId }: StoredToken): Promise<void> {
    if (versionId == null) return;
    try {
      await options.states?.putEndedConsent({ versionId, refusedAt: new Date(effects.now()).toISOString() });
    } catch (error) {
      // Storing it only saves requests; the end of the consent is what must be reported.
      effects.log?.({ event: "endedConsentNotRemembered", reason: errorText(error) });
    }
  }

  async function keepRotated(refreshToken: unknown): Promise<void> {
    const before = user?.token;
    if (before == null || typeof refreshToken !== "string" || refreshToken === "") return;
    if (refreshToken === before.refreshToken) return;
    secrets.push(refreshToken);
    const { consentedAt } = before;
    const token = { refreshToken, ...(consentedAt == null ? {} : { consentedAt }) };
    user = { token };
    const known = stored;
    const newest = await readToken().catch(() => undefined);
    // Someone logged in meanwhile: that consent lasts longer than the one that this token continues.
    if (newest != null && newest.refreshToken !== known) {
      user = { token: newest };
      return;
    }
    for (let tries = 1; tries <= writeTries; tries += 1) {
      try {
        await options.tokens.write(token);
        stored = refreshToken;
        return;
      } catch (error) {
        const reason = hide(errorText(error));
        problem = `the new refresh token could not be stored (${reason}); if runs fail with "consent ended", run npx playlake login`;
        effects.log?.({ event: "refreshTokenNotStored", tries });
        if (tries < writeTries) await effects.sleep(500 * tries);
      }
    }
  }

  async function obtain(): Promise<string> {
    const token = await readUser();
    const answer = token == null ? await askForToken({ grant_type: "client_credentials" }) : await refreshed(token);
    if (answer.status !== 200) {
      const { error, description } = grantError(answer);
      const said = hide(oneLine(`${answer.status} ${error} ${description}`)).slice(0, 300);
      const reason = `Spotify refuses the app's client id and secret (${said})`;
      throw codedError("APP_REFUSED", undefined, reason, { status: answer.status });
    }
    const granted = answer.json as { access_token: string; expires_in?: unknown; refresh_token?: unknown };
    const lifeSeconds = typeof granted.expires_in === "number" ? granted.expires_in : defaultLifeSeconds;
    held = { accessToken: granted.access_token, endsMs: effects.now() + lifeSeconds * 1000 - marginMs };
    secrets.push(held.accessToken);
    await keepRotated(granted.refresh_token);
    return held.accessToken;
  }

  return {
    async accessToken() {
      if (held != null && effects.now() < held.endsMs) return held.accessToken;
      return obtain();
    },
    async renew(refused) {
      if (held != null && held.accessToken !== refused) return held.accessToken;
      held = undefined;
      return obtain();
    },
    isUser: async () => (await readUser()) != null,
    async consent() {
      // The call that needs the token reports why it cannot be read.
      const token = await readUser().catch(() => undefined);
      return readConsent(token?.consentedAt, effects.now());
    },
    problem: () => problem,
    hide,
  };
}

function consentEnded(): Error {
  return codedError(
    "CONSENT_ENDED",
    undefined,
    "consent ended, run npx playlake login (Spotify says invalid_grant)",
    {},
  );
}

function isToken(json: unknown): boolean {
  const { access_token, token_type = "Bearer" } = (json ?? {}) as { access_token?: unknown; token_type?: unknown };
  return typeof access_token === "string" && access_token !== "" && /^bearer$/i.test(String(token_type));
}

function isInvalidGrant(answer: Received): boolean {
  return answer.status !== 200 && grantError(answer).error === "invalid_grant";
}

/** An error in the form of the accounts service. */
export function grantError(answer: Received): { error: string; description: string } {
  const body = answer.json as { error?: unknown; error_description?: unknown } | null | undefined;
  return {
    error: typeof body?.error === "string" ? body.error : "",
    description: typeof body?.error_description === "string" ? body.error_description : "",
  };
}
