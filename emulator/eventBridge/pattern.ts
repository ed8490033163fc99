/** An EventBridge pattern: for each field the values that it may have, or a pattern of its own. */
export type Pattern = { readonly [field: string]: Pattern | readonly Matcher[] };
type Matcher = string | number | boolean | null | { readonly [operator: string]: unknown };

type Test = (value: unknown, wanted: unknown) => boolean;

const operators: { readonly [operator: string]: Test } = {
  prefix: (value, wanted) => typeof value === "string" && value.startsWith(String(wanted)),
  suffix: (value, wanted) => typeof value === "string" && value.endsWith(String(wanted)),
  wildcard: (value, wanted) => typeof value === "string" && starPattern(String(wanted)).test(value),
  exists: (value, wanted) => (value !== undefined) === wanted,
  "equals-ignore-case": (value, wanted) =>
    typeof value === "string" && value.toLowerCase() === String(wanted).toLowerCase(),
  "anything-but": (value, wanted) =>
    value !== undefined && !(Array.isArray(wanted) ? wanted : [wanted]).includes(value),
};

/** Only `*` is a wildcard in an event's pattern. */
function starPattern(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split("*")
      .map((text) => text.replace(/[\\^$.+()[\]{}|?]/g, "\\$&"))
      .join(".*")}$`,
    "s",
  );
}

/**
 * Reads a rule's pattern, given as JSON text.
 * @param at what carries it, for messages.
 * @throws one line, for a pattern that EventBridge refuses and for an operator that is not evaluated.
 */
export function readPattern(text: unknown, at: string): Pattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(String(text));
  } catch {
    throw new Error(`${at}: eventPattern is not JSON: ${String(text).slice(0, 80)}`);
  }
  return checkPattern(pattern, at);
}

function checkPattern(pattern: unknown, at: string): Pattern {
  if (!isObject(pattern)) throw new Error(`${at}: eventPattern: expected an object, got ${JSON.stringify(pattern)}`);
  for (const [field, wanted] of Object.entries(pattern)) {
    if (field === "$or") throw new Error(`${at}: eventPattern: $or is not evaluated by the local run`);
    if (!Array.isArray(wanted)) checkPattern(wanted, at);
    else if (wanted.length === 0) throw new Error(`${at}: eventPattern: ${field} has no values`);
    else for (const matcher of wanted) checkMatcher(matcher, field, at);
  }
  return pattern as Pattern;
}

function checkMatcher(matcher: unknown, field: string, at: string): void {
  if (!isObject(matcher)) return;
  const unknown = Object.entries(matcher).find(([operator, wanted]) => !(operator in operators) || isObject(wanted));
  if (unknown !== undefined || Object.keys(matcher).length !== 1) {
    const what = JSON.stringify(matcher);
    throw new Error(
      `${at}: eventPattern: ${field} ${what} is not evaluated; known: ${Object.keys(operators).join(", ")}`,
    );
  }
}

/** Whether an event has, for each of the pattern's fields, one of the values. */
export function matchesPattern(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = isObject(event) ? event[field] : undefined;
    if (!isMatcherList(wanted)) return matchesPattern(wanted, value);
    const values = Array.isArray(value) ? value : [value];
    return wanted.some((matcher) => values.some((entry) => matchesOne(matcher, entry)));
  });
}

function matchesOne(matcher: Matcher, value: unknown): boolean {
  if (typeof matcher !== "object" || matcher === null) return value === matcher;
  return Object.entries(matcher).every(([operator, wanted]) => operators[operator]!(value, wanted));
}

function isMatcherList(wanted: Pattern | readonly Matcher[]): wanted is readonly Matcher[] {
  return Array.isArray(wanted);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
