import { randomBytes } from "node:crypto";

/** The app that the stand-in knows by default. */
export const standInApp = { clientId: "playlake-stand-in", clientSecret: "stand-in-secret" } as const;

const accessTokenSeconds = 3600;
const consentMonths = 6;

/** The scope that a user has to consent to before their Liked Songs are served. */
export const likedScope = "user-library-read";

const allScopes = `playlist-read-private playlist-read-collaborative ${likedScope}`;

/** An answer: its status and its JSON text. */
export interface ApiAnswer {
  status: number;
  body: string;
}

/** What a user has consented to, and when. */
export interface Consent {
  consentedMs: number;
  /** Separated by spaces. */
  scope: string;
}

export interface TokenOptions {
  clock: { now(): Date };
  /** The app whose credentials are accepted. @default standInApp */
  app?: { clientId: string; clientSecret: string };
  /** Refresh tokens that are valid from the start; `scope` defaults to everything the extractor reads. @default none */
  refreshTokens?: readonly { refreshToken: string; consentedAt?: string; scope?: string }[];
}

/** Spotify's accounts service: who gets which token, and until when it is valid. */
export function createTokenService({ clock, app = standInApp, refreshTokens = [] }: TokenOptions) {
  const nowMs = () => clock.now().getTime();
  /** Access tokens. The app's own have no scope. */
  const access = new Map<string, { endsMs: number; scope: string | undefined }>();
  const consents = new Map<string, Consent>();
  for (const { refreshToken, consentedAt, scope = allScopes } of refreshTokens) {
    consents.set(refreshToken, { consentedMs: consentedAt === undefined ? nowMs() : Date.parse(consentedAt), scope });
  }

  function grant(scope: string | undefined): ApiAnswer {
    const accessToken = `access-${randomBytes(24).toString("base64url")}`;
    access.set(accessToken, { endsMs: nowMs() + accessTokenSeconds * 1000, scope });
    const body = { access_token: accessToken, token_type: "Bearer", expires_in: accessTokenSeconds, scope };
    // JSON leaves out what is undefined.
    return { status: 200, body: JSON.stringify(body) };
  }

  function refresh(refreshToken: string): ApiAnswer {
    const consent = consents.get(refreshToken);
    if (consent === undefined) return refused("invalid_grant", "Invalid refresh token");
    const ends = new Date(consent.consentedMs);
    ends.setUTCMonth(ends.getUTCMonth() + consentMonths);
    return nowMs() < ends.getTime() ? grant(consent.scope) : refused("invalid_grant", "Refresh token expired");
  }

  return {
    /** The valid access tokens. */
    access,
    /** What each valid refresh token stands for. */
    consents,
    /** Answers a request for a token. */
    answer(authorization: string | undefined, form: URLSearchParams): ApiAnswer {
      const expected = `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64")}`;
      if (authorization !== expected) return refused("invalid_client", "Invalid client secret");
      const grantType = form.get("grant_type");
      if (grantType === "client_credentials") return grant(undefined);
      if (grantType === "refresh_token") return refresh(form.get("refresh_token") ?? "");
      return refused("unsupported_grant_type", "grant_type is not supported");
    },
    /** What a token's user has consented to, undefined for the app's own token; or the message of Spotify's 401. */
    check(authorization: string | undefined): { scopes: readonly string[] | undefined } | { refusal: string } {
      if (authorization === undefined) return { refusal: "No token provided" };
      const found = access.get(/^Bearer (.+)$/.exec(authorization)?.[1] ?? "");
      if (found === undefined) return { refusal: "Invalid access token" };
      return nowMs() < found.endsMs ? { scopes: found.scope?.split(" ") } : { refusal: "The access token expired" };
    },
  };
}

export function refused(error: string, description: string): ApiAnswer {
  return { status: 400, body: JSON.stringify({ error, error_description: description }) };
}
