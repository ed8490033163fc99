/** The policies of the functions' roles as single grants, so that any one of them can be left out. */
import * as assert from "uvu/assert";
import type { Registered } from "../../../emulator/resources";

interface Statement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: string | string[];
  Condition?: { StringLike: { "s3:prefix": string[] } };
}

/** One action on one resource (or on one prefix of a bucket's listing), as a policy allows it. */
export interface Grant {
  action: string;
  resource: string;
  /** Of a listing. */
  prefix: string | undefined;
}

function list<T>(oneOrMany: T | T[]): T[] {
  return Array.isArray(oneOrMany) ? oneOrMany : [oneOrMany];
}

/** The grants of a role's policy; fails if it does anything but allow. */
export function grantsOf(rolePolicy: Registered): Grant[] {
  const { Statement } = rolePolicy.inputs.policy as { Statement: Statement[] };
  return Statement.flatMap(({ Sid, Effect, Action, Resource, Condition, ...rest }) => {
    assert.equal({ Effect, rest }, { Effect: "Allow", rest: {} });
    const prefixes = Condition === undefined ? [undefined] : Condition.StringLike["s3:prefix"];
    return list(Action).flatMap((action) =>
      list(Resource).flatMap((resource) => prefixes.map((prefix) => ({ action, resource, prefix }))),
    );
  });
}

function policyOf(grants: readonly Grant[]): object {
  const Statement = grants.map(({ action, resource, prefix }) => ({
    Effect: "Allow",
    Action: [action],
    Resource: resource,
    ...(prefix === undefined ? {} : { Condition: { StringLike: { "s3:prefix": [prefix] } } }),
  }));
  return { Version: "2012-10-17", Statement };
}

/** The one policy of a function's role. */
export function rolePolicy(resources: readonly Registered[], functionName: string): Registered {
  const found = resources.filter(({ type, inputs }) => {
    return type === "aws:iam/rolePolicy:RolePolicy" && inputs.role === functionName;
  });
  assert.is(found.length, 1, `${functionName}'s role has one policy`);
  return found[0] as Registered;
}

/** The resources, with another policy for one function's role. */
export function withPolicy(resources: Registered[], functionName: string, grants: readonly Grant[]): Registered[] {
  const before = rolePolicy(resources, functionName);
  const policy = policyOf(grants);
  const after = { ...before, inputs: { ...before.inputs, policy }, outputs: { ...before.outputs, policy } };
  return resources.map((resource) => (resource === before ? after : resource));
}

/** A text with a star in the place of the random end of a secret's ARN and of a log stream's name. */
export function withoutRandom(text: string): string {
  return text.replace(/(:secret:[a-z-]+-)\w{6}\b/g, "$1*").replace(/(\[\$LATEST\])[0-9a-f]{32}/g, "$1*");
}

/** A grant's name in the table of cases. */
export function nameOf({ action, resource, prefix }: Grant): string {
  return withoutRandom([action, resource, prefix].filter((part) => part !== undefined).join(" "));
}
