/** Makes the error for input that the transform refuses; `expected` defaults to the accepted forms. */
export type Refuse = (found: string, expected?: string) => Error;

/** The `code` of a refusal: a retry cannot help. */
export const invalidRaw = "INVALID_RAW";

/**
 * Makes refusals for one file: an Error with a one-line message (file, what was found, what is expected) and the `code`
 * INVALID_RAW. It is not a class, because a class that extends Error does not survive serialization.
 */
export function refusalsOf(fileName: string): Refuse {
  const forms =
    "a playlist with its items, a page or an array of entries, a map of playlist id to playlist, a list of playlists, " +
    'or raw lines {"url", "fetchedAt", "body"}';
  return (found, expected) => {
    const line = `${fileName}: found ${found}; expected ${expected ?? forms}`;
    return Object.assign(new Error(line.replace(/\p{Cc}+/gu, " ")), { code: invalidRaw });
  };
}

/** A text as messages show it: short, quoted, on one line. */
export function excerpt(text: string): string {
  const maxLength = 40;
  return JSON.stringify(text.length > maxLength ? `${text.slice(0, maxLength)}…` : text);
}
