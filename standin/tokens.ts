import { randomBytes } from "node:crypto";

/** The app that the stand-in knows by default. */
export const standInApp = { clientId: "playlake-stand-in", clientSecret: "stand-in-secret" } as const;

const accessTokenSeconds = 3600;
const consentMonths = 6;

/** The scope that a user has to consent to before their Liked Songs are served. */
export const likedScope = "user-library-read";

const allScopes = `playlist-read-private playlist-read-collaborative ${likedScope}`;

interface Grant {
  consentedMs: number;
  scope: string;
}

export interface TokenAnswer {
  status: number;
  body: Record<string, unknown>;
}

export interface TokenOptions {
  clock: { now(): Date };
  /** The app whose credentials are accepted. @default standInApp */
  app?: { clientId: string; clientSecret: string };
  /** Refresh tokens that are valid from the start; `scope` defaults to everything the extractor reads. @default none */
  refreshTokens?: readonly { refreshToken: string; consentedAt?: string; scope?: string }[];
  /** Every refresh gives a new refresh token and ends the old one. @default false: the answer names none */
  rotateRefreshTokens?: boolean;
}

/** Spotify's accounts service: who gets which token, and until when it is valid. */
export function createTokenService(options: TokenOptions) {
  const app = options.app ?? standInApp;
  const nowMs = () => options.clock.now().getTime();
  const access = new Map<string, { endsMs: number; scope: string | undefined }>();
  const codes = new Map<string, { redirectUri: string; scope: string }>();
  const refresh = new Map<string, Grant>();
  for (const { refreshToken, consentedAt, scope = allScopes } of options.refreshTokens ?? []) {
    refresh.set(refreshToken, { consentedMs: consentedAt === undefined ? nowMs() : Date.parse(consentedAt), scope });
  }

  /** @param scope undefined for the app's own token */
  function grant(scope: string | undefined, refreshToken?: string): TokenAnswer {
    const accessToken = `access-${randomBytes(24).toString("base64url")}`;
    access.set(accessToken, { endsMs: nowMs() + accessTokenSeconds * 1000, scope });
    const body = { access_token: accessToken, token_type: "Bearer", expires_in: accessTokenSeconds };
    // JSON leaves out what is undefined.
    return { status: 200, body: { ...body, scope, refresh_token: refreshToken } };
  }

  function newRefreshToken(given: Grant): string {
    const refreshToken = `refresh-${randomBytes(24).toString("base64url")}`;
    refresh.set(refreshToken, given);
    return refreshToken;
  }

  function exchangeCode(form: URLSearchParams): TokenAnswer {
    const code = form.get("code") ?? "";
    const issued = codes.get(code);
    codes.delete(code);
    if (issued === undefined) return refused("invalid_grant", "Invalid authorization code");
    const { redirectUri, scope } = issued;
    if (redirectUri !== form.get("redirect_uri")) return refused("invalid_grant", "Invalid redirect URI");
    return grant(scope, newRefreshToken({ consentedMs: nowMs(), scope }));
  }

  function exchangeRefreshToken(form: URLSearchParams): TokenAnswer {
    const refreshToken = form.get("refresh_token") ?? "";
    const given = refresh.get(refreshToken);
    if (given === undefined) return refused("invalid_grant", "Invalid refresh token");
    const ends = new Date(given.consentedMs);
    ends.setUTCMonth(ends.getUTCMonth() + consentMonths);
    if (nowMs() >= ends.getTime()) return refused("invalid_grant", "Refresh token expired");
    if (options.rotateRefreshTokens !== true) return grant(given.scope);
    refresh.delete(refreshToken);
    return grant(given.scope, newRefreshToken(given));
  }

  return {
    token(authorization: string | undefined, form: URLSearchParams): TokenAnswer {
      const expected = `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64")}`;
      if (authorization !== expected) return refused("invalid_client", "Invalid client secret");
      const grantType = form.get("grant_type");
      if (grantType === "client_credentials") return grant(undefined);
      if (grantType === "authorization_code") return exchangeCode(form);
      if (grantType === "refresh_token") return exchangeRefreshToken(form);
      return refused("unsupported_grant_type", "grant_type is not supported");
    },
    /** A code like the consent page's, valid once for that redirect address. @param scope separated by spaces */
    issueCode(redirectUri: string, scope: string): string {
      const code = `code-${randomBytes(24).toString("base64url")}`;
      codes.set(code, { redirectUri, scope });
      return code;
    },
    knowsApp: (clientId: string): boolean => clientId === app.clientId,
    /** What a token's user has consented to, undefined for the app's own token; or the message of Spotify's 401. */
    check(authorization: string | undefined): { scopes: readonly string[] | undefined } | { refusal: string } {
      if (authorization === undefined) return { refusal: "No token provided" };
      const found = access.get(/^Bearer (.+)$/.exec(authorization)?.[1] ?? "");
      if (found === undefined) return { refusal: "Invalid access token" };
      return nowMs() < found.endsMs ? { scopes: found.scope?.split(" ") } : { refusal: "The access token expired" };
    },
    /** Ends every access token issued so far. */
    expireAccessTokens: (): void => access.clear(),
  };
}

function refused(error: string, description: string): TokenAnswer {
  return { status: 400, body: { error, error_description: description } };
}
