import { isObject, parseJson } from "../resources";

/** An EventBridge pattern: for each field the accepted values, or a nested pattern. */
type Pattern = { readonly [field: string]: Pattern | readonly Matcher[] };
type Matcher = string | number | boolean | null | { readonly prefix: string };

/**
 * Reads a rule's pattern, given as JSON text.
 * @param at the resource that has it, for messages
 * @throws one line, for a pattern that EventBridge refuses or an operator other than `prefix`
 */
export function readPattern(text: unknown, at: string): Pattern {
  const pattern = parseJson(String(text));
  if (pattern === undefined) throw new Error(`${at}: eventPattern is not JSON: ${String(text).slice(0, 80)}`);
  return checkPattern(pattern, at);
}

function checkPattern(pattern: unknown, at: string): Pattern {
  if (!isObject(pattern)) throw new Error(`${at}: eventPattern: expected an object, got ${JSON.stringify(pattern)}`);
  for (const [field, wanted] of Object.entries(pattern)) {
    if (!Array.isArray(wanted) && field !== "$or") checkPattern(wanted, at);
    else if (!Array.isArray(wanted) || wanted.length === 0)
      throw new Error(`${at}: eventPattern: ${field} has no values`);
    else for (const matcher of wanted) checkMatcher(matcher, field, at);
  }
  return pattern as Pattern;
}

function checkMatcher(matcher: unknown, field: string, at: string): void {
  const isPrefix = isObject(matcher) && Object.keys(matcher).length === 1 && typeof matcher.prefix === "string";
  if (field !== "$or" && (!isObject(matcher) || isPrefix)) return;
  const what = `${field} ${JSON.stringify(matcher)}`;
  throw new Error(`${at}: eventPattern: ${what} is not evaluated by the local run, which knows values and "prefix"`);
}

export function matchesPattern(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = isObject(event) ? event[field] : undefined;
    if (!isMatcherList(wanted)) return matchesPattern(wanted, value);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return wanted.some((matcher) => values.some((entry) => matchesOne(matcher, entry)));
  });
}

function matchesOne(matcher: Matcher, value: unknown): boolean {
  if (!isObject(matcher)) return value === matcher;
  return typeof value === "string" && value.startsWith(matcher.prefix);
}

function isMatcherList(wanted: Pattern | readonly Matcher[]): wanted is readonly Matcher[] {
  return Array.isArray(wanted);
}
