/** Makes the error that a transform throws for input it does not take; `expected` has a default that names all forms. */
export type Refuse = (found: string, expected?: string) => Error;

/** What `refusal` puts on its errors as `code`: trying again can't help. */
export const invalidRaw = "INVALID_RAW";

/**
 * Refusals for one file: an Error whose message is one line (the file, what was found, what is expected) and whose `code`
 * is `INVALID_RAW`. No class of its own: a class that extends Error does not survive a serialized closure.
 */
export function refusalsOf(fileName: string): Refuse {
  const forms =
    "a playlist with its items, a page or an array of entries, a map of playlist id to playlist, " +
    'or raw lines {"url", "fetchedAt", "body"}';
  return (found, expected) => {
    const line = `${fileName}: found ${found}; expected ${expected ?? forms}`;
    return Object.assign(new Error(line.replace(/\p{Cc}+/gu, " ")), { code: invalidRaw });
  };
}

/** A piece of text as a message may show it: short, quoted, on one line. */
export function excerpt(text: string): string {
  const maxLength = 40;
  return JSON.stringify(text.length > maxLength ? `${text.slice(0, maxLength)}…` : text);
}
