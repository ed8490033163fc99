const compiled = new Map<string, RegExp>();

/**
 * A policy's wildcard pattern as a regular expression: `*` is any text, `?` any one character, also `/` and `:`.
 * @param ignoreCase for actions, which IAM compares without case.
 */
export function globToRegExp(pattern: string, ignoreCase = false): RegExp {
  const cacheKey = `${ignoreCase}${pattern}`;
  const known = compiled.get(cacheKey);
  if (known !== undefined) return known;
  const source = pattern
    .replace(/[\\^$.+()[\]{}|]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const made = new RegExp(`^${source}$`, ignoreCase ? "is" : "s");
  compiled.set(cacheKey, made);
  return made;
}
