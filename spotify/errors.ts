/**
 * Why a request or a run failed.
 * - `UNAVAILABLE`: this playlist is gone or closed; a retry cannot help.
 * - `TRANSIENT`: Spotify or the network failed at every try; a later run tries again.
 * - `UNEXPECTED`: the answer is neither what was asked for nor a refusal; a later run tries again.
 * - `TOO_SLOW`: this playlist's share of the invocation's time is used up; a later run tries again.
 * - `LIMITED`: Spotify accepts no request before `until`.
 * - `NO_TOKEN`: Spotify's accounts service failed at every try; a later run tries again.
 * - `OUT_OF_TIME`: the invocation's time is used up.
 * - `CONSENT_ENDED`: the refresh token is no longer valid; the user must log in again.
 * - `NO_CONSENT`: something needs a user's consent, or more of it than was given.
 * - `APP_REFUSED`: Spotify refuses the app or its token, whatever the playlist.
 * - `UNCLEAR`: a write failed, and it is not known whether it took effect.
 * - `REFUSED`: Spotify refuses a write (has `status`); it took no effect.
 * - `INCOMPLETE`: the run stored what it could, and something is still missing.
 */
export type ErrorCode = (typeof errorCodes)[number];

const errorCodes = [
  "UNAVAILABLE",
  "TRANSIENT",
  "UNEXPECTED",
  "TOO_SLOW",
  "LIMITED",
  "NO_TOKEN",
  "OUT_OF_TIME",
  "CONSENT_ENDED",
  "NO_CONSENT",
  "APP_REFUSED",
  "UNCLEAR",
  "REFUSED",
  "INCOMPLETE",
] as const;

/** An Error with `code` and `reason`. A plain Error with properties: subclasses do not survive serialization. */
export type CodedError<Properties extends object = object> = Error & { code: ErrorCode; reason: string } & Properties;

/**
 * Makes the error. Its message is one line: the subject and the reason.
 *
 * @param subject e.g. "playlist 37i9…"; undefined if the reason is enough
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

/** The `code` of an error that `codedError` made; undefined for any other. */
export function errorCode(error: unknown): ErrorCode | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return errorCodes.find((one) => one === code);
}

/** The reason without the subject, on one line. */
export function errorReason(error: unknown): string {
  const reason = (error as { reason?: unknown } | null | undefined)?.reason;
  return errorCode(error) != null && typeof reason === "string" ? reason : errorText(error);
}

/** An error's message on one line. */
export function errorText(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error));
}

/** The text with `…` in place of each secret. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  // The longest first: what remains of a secret that contains another would still reveal much of it.
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((left, secret) => (secret === "" ? left : left.split(secret).join("…")), text);
}

/** The text without line breaks and other control characters. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").trim();
}
