/** One line of a raw object, as it is read. */
export interface RawLine {
  /** The request's URL. */
  readonly url: string;
  /** When the response arrived, ISO 8601 in UTC. */
  readonly fetchedAt: string;
  /** The response. */
  readonly body: unknown;
}

/**
 * Makes the writer of raw lines. `body`, a response's JSON text, goes in verbatim, without being parsed: nothing that
 * Spotify sent is rounded, reordered or lost. A CR or LF in it can only stand between tokens, and becomes a space.
 * The line ends with one LF.
 */
export function makeRawLine(): (url: string, fetchedAt: string, body: string) => string {
  const { stringify } = JSON;
  return (url, fetchedAt, body) =>
    `{"url":${stringify(url)},"fetchedAt":${stringify(fetchedAt)},"body":${body.replace(/[\r\n]/g, " ")}}\n`;
}

/** Whether a parsed value is a raw line, whatever its body is. */
export function isRawLine(value: unknown): value is RawLine {
  return typeof value === "object" && value !== null && "body" in value && ("url" in value || "fetchedAt" in value);
}
