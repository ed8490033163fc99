import { isObject, parseJson } from "../resources";

/** The principals that a statement of a resource's policy names: anyone, or services such as `s3.amazonaws.com`. */
type Principals = "*" | readonly string[];

export interface Statement {
  readonly effect: "Allow" | "Deny";
  /** Only in trust and resource policies. */
  readonly principals: Principals | undefined;
  readonly actions: readonly RegExp[];
  /** `*` in a trust policy, which does not name resources. */
  readonly resources: readonly RegExp[];
  readonly conditions: readonly Condition[];
}

const elements = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];

/**
 * Reads a policy document, given as JSON text or as its object. A statement without actions or resources never applies.
 * @param at the resource that it is attached to, for messages
 * @param resources of statements that name none, as in a trust policy
 * @throws one line for an element that the local run does not evaluate
 */
export function readPolicy(document: unknown, at: string, resources: readonly string[] = []): Statement[] {
  const policy = typeof document === "string" ? parseJson(document) : document;
  if (!isObject(policy)) throw new Error(`${at}: a policy is a JSON object, got ${JSON.stringify(document)}`);
  return listOf(policy.Statement).map((statement) => {
    if (!isObject(statement)) throw new Error(`${at}: a statement is an object, got ${JSON.stringify(statement)}`);
    const other = Object.keys(statement).find((element) => !elements.includes(element));
    if (other !== undefined) throw new Error(`${at}: policy element ${other} is not evaluated by the local run`);
    const { Effect: effect, Principal, Action, Resource = resources, Condition } = statement;
    if (effect !== "Allow" && effect !== "Deny") {
      throw new Error(`${at}: policy Effect ${JSON.stringify(effect)}, expected "Allow" or "Deny"`);
    }
    return {
      effect,
      principals: Principal === undefined ? undefined : readPrincipals(Principal, at),
      actions: strings(Action, "Action", at).map((pattern) => globToRegExp(pattern, "is")),
      resources: strings(Resource, "Resource", at).map((pattern) => globToRegExp(pattern)),
      conditions: Object.entries(Condition ?? {}).flatMap(([operator, keys]) => readConditions(operator, keys, at)),
    };
  });
}

function readPrincipals(principal: unknown, at: string): Principals {
  if (principal === "*") return "*";
  if (!isObject(principal) || Object.keys(principal).join() !== "Service") {
    throw new Error(`${at}: Principal ${JSON.stringify(principal)} is not evaluated; known: "*", Service`);
  }
  return strings(principal.Service, "Principal", at);
}

function readConditions(operator: string, keys: object, at: string): Condition[] {
  if (!Object.hasOwn(operators, operator)) {
    const known = Object.keys(operators).join(", ");
    throw new Error(`${at}: Condition operator ${operator} is not evaluated; known: ${known}`);
  }
  return Object.entries(keys).map(([key, values]) => ({
    operator: operator as Operator,
    key: key.toLowerCase(),
    values: strings(listOf(values).map(String), `Condition ${operator}`, at),
  }));
}

function strings(value: unknown, element: string, at: string): string[] {
  return listOf(value).map((entry) => {
    if (typeof entry !== "string") throw new Error(`${at}: ${element} ${JSON.stringify(entry)} is not text`);
    if (entry.includes("${")) throw new Error(`${at}: policy variables are not evaluated: ${element} ${entry}`);
    return entry;
  });
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

interface Condition {
  readonly operator: Operator;
  /** In lower case, as condition keys are case-insensitive. */
  readonly key: string;
  readonly values: readonly string[];
}

/** The supported operators. A policy with another operator is refused when it is read. */
const operators = {
  StringEquals: (actual: string, wanted: string) => actual === wanted,
  StringLike: (actual: string, wanted: string) => globToRegExp(wanted).test(actual),
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: (actual: string, wanted: string) => actual.toLowerCase() === wanted.toLowerCase(),
};
type Operator = keyof typeof operators;

/** ARNs are compared part by part: a `*` in one of the first five parts never matches a colon. */
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

/**
 * A policy's wildcard pattern as a regular expression: `*` is any text, `?` any character, including `/` and `:`.
 * @param flags `is` for actions, which are case-insensitive in IAM
 */
function globToRegExp(pattern: string, flags = "s"): RegExp {
  const escaped = pattern.replace(/[\\^$.+()[\]{}|]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, flags);
}

export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: ReadonlyMap<string, string>;
}

/** Whether a statement applies to this request. The caller compares the principals. */
export function covers(statement: Statement, { action, resource, context }: AccessRequest): boolean {
  return (
    statement.actions.some((pattern) => pattern.test(action)) &&
    statement.resources.some((pattern) => pattern.test(resource)) &&
    statement.conditions.every(({ operator, key, values }) => {
      // As in IAM, a condition is false if its key is missing from the request.
      const actual = context.get(key);
      return actual !== undefined && values.some((value) => operators[operator](actual, value));
    })
  );
}
