/**
 * Why a request or a run did not go through.
 * - `UNAVAILABLE`: this playlist is gone or closed; trying again can't help.
 * - `TRANSIENT`: Spotify or the network failed to the end of all tries; a later run can mend it.
 * - `LIMITED`: Spotify wants no request before `until`.
 * - `NO_TOKEN`: Spotify's accounts service failed to the end of all tries; a later run can mend it.
 * - `OUT_OF_TIME`: the invocation's time is used up.
 * - `CONSENT_ENDED`: the refresh token is no longer good; the user must log in again.
 * - `NO_CONSENT`: something needs a user's consent, or more of it than was given.
 * - `APP_REFUSED`: Spotify refuses the app or its token, whatever the playlist.
 * - `INCOMPLETE`: the day's run has stored what it could, and something is missing.
 */
export type ErrorCode = (typeof errorCodes)[number];

const errorCodes = [
  "UNAVAILABLE",
  "TRANSIENT",
  "LIMITED",
  "NO_TOKEN",
  "OUT_OF_TIME",
  "CONSENT_ENDED",
  "NO_CONSENT",
  "APP_REFUSED",
  "INCOMPLETE",
] as const;

/** An Error with `code` and `reason`. A plain Error with properties: subclasses don't survive serialization. */
export type CodedError<Properties extends object = object> = Error & { code: ErrorCode; reason: string } & Properties;

/**
 * Makes the error. Its message is one line: what it is about, and the reason.
 *
 * @param subject e.g. "playlist 37i9…"; undefined where the reason says it all
 */
export function codedError<Properties extends object>(
  code: ErrorCode,
  subject: string | undefined,
  reason: string,
  properties: Properties,
): CodedError<Properties> {
  const message = oneLine(subject == null ? reason : `${subject}: ${reason}`);
  return Object.assign(new Error(message), { code, reason: oneLine(reason), ...properties });
}

/** The `code` of an error of this room; undefined for any other. */
export function errorCode(error: unknown): ErrorCode | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return errorCodes.find((one) => one === code);
}

/** Why, without what it is about: on one line. */
export function errorReason(error: unknown): string {
  const reason = (error as { reason?: unknown } | null | undefined)?.reason;
  return errorCode(error) != null && typeof reason === "string" ? reason : errorText(error);
}

/** What an error says, on one line. */
export function errorText(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error));
}

/** The text without what nobody may read: `…` stands in each place of it. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  // The longest first: what is left of a secret that holds another would still tell much of it.
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((left, secret) => (secret === "" ? left : left.split(secret).join("…")), text);
}

/** The text without line breaks and other control characters. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").trim();
}
