import { globToRegExp } from "./glob";

/** One `Condition` entry: an operator, the key it looks at and the values it accepts. */
export interface Condition {
  readonly operator: string;
  /** In lower case: condition keys are compared without case. */
  readonly key: string;
  readonly values: readonly string[];
}

type Test = (actual: string, wanted: string) => boolean;

/** ARNs are compared part by part, so that a `*` never reaches over a colon of the first five. */
function arnLike(actual: string, wanted: string): boolean {
  const actualParts = splitArn(actual);
  const wantedParts = splitArn(wanted);
  return (
    actualParts.length === wantedParts.length &&
    wantedParts.every((part, index) => globToRegExp(part).test(actualParts[index]!))
  );
}

function splitArn(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

const stringEquals: Test = (actual, wanted) => actual === wanted;
const stringLike: Test = (actual, wanted) => globToRegExp(wanted).test(actual);

const positive: { readonly [operator: string]: Test } = {
  StringEquals: stringEquals,
  StringLike: stringLike,
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
};

const negative: { readonly [operator: string]: Test } = {
  StringNotEquals: stringEquals,
  StringNotLike: stringLike,
  ArnNotEquals: arnLike,
  ArnNotLike: arnLike,
};

/** The operators that are evaluated; a policy with another one is refused when it is read. */
export const knownOperators: readonly string[] = [...Object.keys(positive), ...Object.keys(negative)];

/**
 * Whether a condition holds, as IAM says: one of the values has to match, none of them for a negated operator; a key
 * that the request doesn't have fails the first kind and satisfies the second.
 * @param context the request's condition keys, in lower case.
 */
export function conditionHolds(condition: Condition, context: ReadonlyMap<string, string>): boolean {
  const actual = context.get(condition.key);
  const negated = negative[condition.operator];
  if (negated !== undefined) return actual === undefined || !condition.values.some((value) => negated(actual, value));
  const test = positive[condition.operator]!;
  return actual !== undefined && condition.values.some((value) => test(actual, value));
}
