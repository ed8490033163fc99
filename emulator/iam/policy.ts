import { type Condition, conditionHolds, knownOperators } from "./conditions";
import { globToRegExp } from "./glob";

/** Whom a statement of a resource's policy names. */
export interface Principals {
  /** `"*"` or `{"AWS": "*"}`. */
  readonly anyone: boolean;
  /** ARNs and account ids. */
  readonly aws: readonly string[];
  /** Names such as `s3.amazonaws.com`. */
  readonly services: readonly string[];
}

/** A statement of a policy, checked and ready to be evaluated. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  /** Only in trust and resource policies. */
  readonly principals: Principals | undefined;
  readonly actions: readonly string[];
  /** `*` in a trust policy, which names none. */
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

/** Where a policy is attached: what it must and must not name hangs on it. */
export type PolicyKind = "identity" | "resource" | "trust";

type Json = { readonly [key: string]: unknown };

const elements = new Set(["Sid", "Effect", "Principal", "Action", "Resource", "Condition"]);

/**
 * Reads a policy document, given as JSON text or as its object.
 * @param at what carries it, for messages.
 * @throws one line, for a document that AWS refuses and for elements that the local run doesn't evaluate.
 */
export function readPolicy(document: unknown, kind: PolicyKind, at: string): Statement[] {
  const policy = typeof document === "string" ? parseJson(document, at) : document;
  if (!isObject(policy)) throw new Error(`${at}: a policy is a JSON object, got ${JSON.stringify(policy)}`);
  if (policy.Version !== "2012-10-17" && policy.Version !== "2008-10-17") {
    throw new Error(`${at}: policy Version ${JSON.stringify(policy.Version)}, expected "2012-10-17"`);
  }
  return listOf(policy.Statement).map((statement) => readStatement(statement, kind, at));
}

function parseJson(text: string, at: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${at}: the policy is not JSON: ${text.slice(0, 80)}`);
  }
}

function readStatement(statement: unknown, kind: PolicyKind, at: string): Statement {
  if (!isObject(statement)) throw new Error(`${at}: a policy statement is an object, got ${JSON.stringify(statement)}`);
  for (const element of Object.keys(statement)) {
    if (!elements.has(element)) throw new Error(`${at}: policy element ${element} is not evaluated by the local run`);
  }
  const { Effect: effect, Principal: principal } = statement;
  if (effect !== "Allow" && effect !== "Deny") {
    throw new Error(`${at}: policy Effect ${JSON.stringify(effect)}, expected "Allow" or "Deny"`);
  }
  if ((principal === undefined) !== (kind === "identity")) {
    throw new Error(
      `${at}: ${kind === "identity" ? "a role's own policy names no Principal" : "Principal is missing"}`,
    );
  }
  if (kind === "trust" && statement.Resource !== undefined) throw new Error(`${at}: a trust policy names no Resource`);
  return {
    effect,
    principals: principal === undefined ? undefined : readPrincipals(principal, at),
    actions: strings(statement.Action, "Action", at),
    resources: kind === "trust" ? ["*"] : strings(statement.Resource, "Resource", at),
    conditions: readConditions(statement.Condition, at),
  };
}

function readPrincipals(principal: unknown, at: string): Principals {
  if (principal === "*") return { anyone: true, aws: [], services: [] };
  if (!isObject(principal)) throw new Error(`${at}: Principal ${JSON.stringify(principal)} is not evaluated`);
  for (const kind of Object.keys(principal)) {
    if (kind !== "AWS" && kind !== "Service") throw new Error(`${at}: Principal of kind ${kind} is not evaluated`);
  }
  const aws = principal.AWS === undefined ? [] : strings(principal.AWS, "Principal", at);
  const services = principal.Service === undefined ? [] : strings(principal.Service, "Principal", at);
  return { anyone: aws.includes("*"), aws, services };
}

function readConditions(condition: unknown, at: string): Condition[] {
  if (condition === undefined) return [];
  if (!isObject(condition)) throw new Error(`${at}: Condition ${JSON.stringify(condition)} is no object`);
  return Object.entries(condition).flatMap(([operator, keys]) => {
    if (!knownOperators.includes(operator)) {
      throw new Error(`${at}: Condition operator ${operator} is not evaluated; known: ${knownOperators.join(", ")}`);
    }
    if (!isObject(keys)) throw new Error(`${at}: Condition ${operator} ${JSON.stringify(keys)} is no object`);
    return Object.entries(keys).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: strings(listOf(values).map(String), `Condition ${operator}`, at),
    }));
  });
}

function strings(value: unknown, element: string, at: string): string[] {
  const list = listOf(value);
  if (list.length === 0) throw new Error(`${at}: ${element} is missing`);
  return list.map((entry) => {
    if (typeof entry !== "string") throw new Error(`${at}: ${element} ${JSON.stringify(entry)} is no text`);
    if (entry.includes("${")) throw new Error(`${at}: policy variables are not evaluated: ${element} ${entry}`);
    return entry;
  });
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is asked of the policies. */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case. */
  readonly context: ReadonlyMap<string, string>;
}

/** Whether a statement speaks of this request; its principals are the caller's to compare. */
export function covers(statement: Statement, request: AccessRequest): boolean {
  return (
    statement.actions.some((pattern) => globToRegExp(pattern, true).test(request.action)) &&
    statement.resources.some((pattern) => globToRegExp(pattern).test(request.resource)) &&
    statement.conditions.every((condition) => conditionHolds(condition, request.context))
  );
}
