import { type Consent, readConsent } from "./consent";
import { codedError, errorText, oneLine } from "./errors";
import type { Answer, Requester } from "./requester";
import type { AppCredentials, Effects, TokenStore, UserToken } from "./types";

export interface AuthOptions {
  /** e.g. https://accounts.spotify.com, without a slash at its end. */
  accountsUrl: string;
  /** Asked once, when the first token is needed. */
  app: () => Promise<AppCredentials>;
  tokens: TokenStore;
}

/** Access tokens: of the user who consented, else of the app. */
export interface Auth {
  /** A token that is good for at least another minute, as far as is known. */
  accessToken(): Promise<string>;
  /** A new one in place of `refused`, which Spotify did not take. */
  renew(refused: string): Promise<string>;
  /** Whether the tokens stand for a user. Asks the token store where nothing is known yet. */
  isUser(): Promise<boolean>;
  /** The user's consent; undefined without a user, or where its time is not known. */
  consent(): Consent | undefined;
  /** What went wrong with keeping a rotated refresh token; undefined: nothing. The access token is good all the same. */
  problem(): string | undefined;
}

const marginMs = 60_000;
const defaultLifeSeconds = 3600;
const writeTries = 3;

/** @throws (its functions) `CONSENT_ENDED`, `APP_REFUSED`, and what the requester throws */
export function makeAuth(effects: Effects, requester: Requester, options: AuthOptions): Auth {
  let app: AppCredentials | undefined;
  let user: { token: UserToken | undefined } | undefined;
  let held: { accessToken: string; endsMs: number } | undefined;
  let problem: string | undefined;

  async function readUser(): Promise<UserToken | undefined> {
    user ??= { token: await options.tokens.read() };
    return user.token;
  }

  async function askForToken(form: Record<string, string>): Promise<Answer> {
    app ??= await options.app();
    const credentials = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64");
    return requester.send({
      method: "POST",
      url: `${options.accountsUrl}/api/token`,
      headers: { authorization: `Basic ${credentials}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form).toString(),
      purpose: "the access token",
      isGood: (json) => typeof (json as { access_token?: unknown } | null)?.access_token === "string",
    });
  }

  async function refreshed(token: UserToken): Promise<Answer> {
    const answer = await askForToken({ grant_type: "refresh_token", refresh_token: token.refreshToken });
    if (answer.status === 200 || grantError(answer).error !== "invalid_grant") return answer;
    // Another run, or a login, may have put a newer token since this one was read: that one deserves its own try.
    const newer = await options.tokens.read();
    if (newer != null && newer.refreshToken !== token.refreshToken) {
      user = { token: newer };
      const second = await askForToken({ grant_type: "refresh_token", refresh_token: newer.refreshToken });
      if (second.status === 200 || grantError(second).error !== "invalid_grant") return second;
    }
    throw codedError(
      "CONSENT_ENDED",
      undefined,
      "consent ended, store a new refresh token (Spotify says invalid_grant)",
      {},
    );
  }

  async function keepRotated(refreshToken: unknown): Promise<void> {
    const before = user?.token;
    if (before == null || typeof refreshToken !== "string" || refreshToken === "") return;
    if (refreshToken === before.refreshToken) return;
    const token = { ...before, refreshToken };
    user = { token };
    for (let tries = 1; tries <= writeTries; tries += 1) {
      try {
        await options.tokens.write(token);
        return;
      } catch (error) {
        problem = `the new refresh token could not be stored (${errorText(error)}); if runs fail with "consent ended", store a new refresh token`;
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
      const said = oneLine(`${answer.status} ${error} ${description}`);
      const reason = `Spotify refuses the app's client id and secret (${said})`;
      throw codedError("APP_REFUSED", undefined, reason, { status: answer.status });
    }
    const granted = answer.json as { access_token: string; expires_in?: unknown; refresh_token?: unknown };
    const lifeSeconds = typeof granted.expires_in === "number" ? granted.expires_in : defaultLifeSeconds;
    held = { accessToken: granted.access_token, endsMs: effects.now() + lifeSeconds * 1000 - marginMs };
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
    consent: () => readConsent(user?.token?.consentedAt, effects.now()),
    problem: () => problem,
  };
}

/** The accounts service's own error form. Its words are Spotify's; they repeat nothing of the request. */
function grantError(answer: Answer): { error: string; description: string } {
  const body = answer.json as { error?: unknown; error_description?: unknown } | null | undefined;
  return {
    error: typeof body?.error === "string" ? body.error : "",
    description: typeof body?.error_description === "string" ? body.error_description : "",
  };
}
