import { randomBytes } from "node:crypto";

/** The app that the stand-in knows where nothing else is said. */
export const standInApp = { clientId: "playlake-stand-in", clientSecret: "stand-in-secret" } as const;

const accessTokenSeconds = 3600;
const consentMonths = 6;
const scope = "playlist-read-private playlist-read-collaborative";

/** What the token endpoint answers. */
export interface TokenAnswer {
  status: number;
  body: Record<string, unknown>;
}

export interface TokenOptions {
  clock: { now(): Date };
  /** The app whose credentials are taken. @default standInApp */
  app?: { clientId: string; clientSecret: string };
  /** Refresh tokens that are good from the start. @default none */
  refreshTokens?: readonly { refreshToken: string; consentedAt?: string }[];
  /** Every refresh gives a new refresh token and ends the old one. @default false: the answer names none */
  rotateRefreshTokens?: boolean;
}

/** Spotify's accounts service: who may have which token, and until when. */
export interface TokenService {
  token(authorization: string | undefined, form: URLSearchParams): TokenAnswer;
  /** A code as the consent page gives it, good once for that redirect address. */
  issueCode(redirectUri: string): string;
  knowsApp(clientId: string): boolean;
  /** Undefined where the header holds a good token, else the message of Spotify's 401. */
  refusal(authorization: string | undefined): string | undefined;
  /** Whether the token stands for a user, not for the app alone. */
  isUser(authorization: string | undefined): boolean;
  /** Every access token given so far ends now. */
  expireAccessTokens(): void;
}

export function createTokenService(options: TokenOptions): TokenService {
  const app = options.app ?? standInApp;
  const nowMs = () => options.clock.now().getTime();
  const access = new Map<string, { endsMs: number; user: boolean }>();
  const codes = new Map<string, string>();
  const refresh = new Map<string, number>();
  for (const given of options.refreshTokens ?? []) {
    refresh.set(given.refreshToken, given.consentedAt === undefined ? nowMs() : Date.parse(given.consentedAt));
  }

  function grant(user: boolean, refreshToken?: string): TokenAnswer {
    const accessToken = `access-${randomBytes(24).toString("base64url")}`;
    access.set(accessToken, { endsMs: nowMs() + accessTokenSeconds * 1000, user });
    const body: Record<string, unknown> = {
      access_token: accessToken,
      token_type: "Bearer",
      expires_in: accessTokenSeconds,
    };
    if (user) body.scope = scope;
    if (refreshToken !== undefined) body.refresh_token = refreshToken;
    return { status: 200, body };
  }

  function newRefreshToken(consentedMs: number): string {
    const refreshToken = `refresh-${randomBytes(24).toString("base64url")}`;
    refresh.set(refreshToken, consentedMs);
    return refreshToken;
  }

  function exchangeCode(form: URLSearchParams): TokenAnswer {
    const code = form.get("code") ?? "";
    const redirectUri = codes.get(code);
    codes.delete(code);
    if (redirectUri === undefined) return invalidGrant("Invalid authorization code");
    if (redirectUri !== form.get("redirect_uri")) return invalidGrant("Invalid redirect URI");
    return grant(true, newRefreshToken(nowMs()));
  }

  function exchangeRefreshToken(form: URLSearchParams): TokenAnswer {
    const refreshToken = form.get("refresh_token") ?? "";
    const consentedMs = refresh.get(refreshToken);
    if (consentedMs === undefined) return invalidGrant("Invalid refresh token");
    const ends = new Date(consentedMs);
    ends.setUTCMonth(ends.getUTCMonth() + consentMonths);
    if (nowMs() >= ends.getTime()) return invalidGrant("Refresh token expired");
    if (options.rotateRefreshTokens !== true) return grant(true);
    refresh.delete(refreshToken);
    return grant(true, newRefreshToken(consentedMs));
  }

  function holder(authorization: string | undefined) {
    return access.get(/^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "");
  }

  return {
    token(authorization, form) {
      const expected = `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64")}`;
      if (authorization !== expected) {
        return { status: 400, body: { error: "invalid_client", error_description: "Invalid client secret" } };
      }
      const grantType = form.get("grant_type");
      if (grantType === "client_credentials") return grant(false);
      if (grantType === "authorization_code") return exchangeCode(form);
      if (grantType === "refresh_token") return exchangeRefreshToken(form);
      return {
        status: 400,
        body: { error: "unsupported_grant_type", error_description: "grant_type is not supported" },
      };
    },
    issueCode(redirectUri) {
      const code = `code-${randomBytes(24).toString("base64url")}`;
      codes.set(code, redirectUri);
      return code;
    },
    knowsApp: (clientId) => clientId === app.clientId,
    refusal(authorization) {
      if (authorization === undefined) return "No token provided";
      const found = holder(authorization);
      if (found === undefined) return "Invalid access token";
      return nowMs() < found.endsMs ? undefined : "The access token expired";
    },
    isUser: (authorization) => holder(authorization)?.user === true,
    expireAccessTokens: () => access.clear(),
  };
}

function invalidGrant(description: string): TokenAnswer {
  return { status: 400, body: { error: "invalid_grant", error_description: description } };
}
