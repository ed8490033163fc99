// Who may do what, statement by statement.
import type { Registered } from "../../emulator/resources";
import { groupedBy } from "../../lake/lists";

/** One action on one resource: a policy's statement, taken apart so that two versions can be compared. */
export interface Permission {
  effect: string;
  action: string;
  /** The resource's ARN; empty if the statement names none. */
  on: string;
  /** Who is named, in a policy of a resource. */
  to: string;
  /** The condition as JSON. */
  condition: string;
}

/** By holder: `role NAME`, or `who may use bucket NAME`. */
export type Permissions = Readonly<Record<string, readonly Permission[]>>;

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: string | string[];
  Principal?: unknown;
  Condition?: object;
}

export function permissionsOf(resources: readonly Registered[]): Permissions {
  const found: Record<string, Permission[]> = {};
  for (const resource of resources) {
    const { holder, permissions } = heldBy(resource) ?? {};
    if (holder !== undefined) found[holder] = [...(found[holder] ?? []), ...(permissions ?? [])];
  }
  return found;
}

function heldBy({ type, name, inputs }: Registered): { holder: string; permissions: Permission[] } | undefined {
  switch (type) {
    case "aws:iam/rolePolicy:RolePolicy":
      return { holder: `role ${inputs.role}`, permissions: ofPolicy(inputs.policy) };
    case "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
      return { holder: `role ${inputs.role}`, permissions: [allow(`what ${inputs.policyArn} allows`)] };
    case "aws:iam/role:Role":
      return { holder: `who may assume role ${name}`, permissions: ofPolicy(inputs.assumeRolePolicy) };
    case "aws:s3/bucketPolicy:BucketPolicy":
      return { holder: `who may use bucket ${name}`, permissions: ofPolicy(inputs.policy) };
    case "aws:sqs/queuePolicy:QueuePolicy":
      return { holder: `who may use queue ${name}`, permissions: ofPolicy(inputs.policy) };
    case "aws:sns/topicPolicy:TopicPolicy":
      return { holder: `who may use topic ${name}`, permissions: ofPolicy(inputs.policy) };
    case "aws:lambda/permission:Permission": {
      const { action, principal, sourceArn } = inputs;
      const condition = sourceArn === undefined ? "" : JSON.stringify({ sourceArn });
      const permission = { ...allow(`${action}`), to: `${principal}`, condition };
      return { holder: `who may use function ${inputs.function}`, permissions: [permission] };
    }
    default:
      return undefined;
  }
}

function allow(action: string): Permission {
  return { effect: "Allow", action, on: "", to: "", condition: "" };
}

function ofPolicy(policy: unknown): Permission[] {
  const { Statement } = (typeof policy === "string" ? JSON.parse(policy) : policy) as {
    Statement: Statement | Statement[];
  };
  return [Statement].flat().flatMap(({ Effect: effect, Action, Resource = "", Principal, Condition }) => {
    const to = Principal === undefined ? "" : principals(Principal);
    const condition = Condition === undefined ? "" : JSON.stringify(Condition);
    return [Action].flat().flatMap((action) => [Resource].flat().map((on) => ({ effect, action, on, to, condition })));
  });
}

/** `*`, or the services and accounts that are named. */
function principals(principal: unknown): string {
  return typeof principal === "string"
    ? principal
    : Object.values(principal as object)
        .flat()
        .join(", ");
}

/** The permissions of one list that the other does not have. */
export function without(some: readonly Permission[] = [], others: readonly Permission[] = []): Permission[] {
  const known = new Set(others.map((one) => JSON.stringify(one)));
  return some.filter((one) => !known.has(JSON.stringify(one)));
}

/** A permission on one line. */
export function permissionText({ effect, action, on, to, condition }: Permission): string {
  return `${effect} ${action}${on && ` on ${on}`}${to && ` to ${to}`}${condition && ` if ${condition}`}`;
}

/** Permissions as few statements: actions on the same resources together, each resource on its own line. */
export function statementLines(permissions: readonly Permission[]): string[] {
  const byResource = groupedBy(permissions, ({ action, ...rest }) => JSON.stringify(rest));
  const statements = [...byResource.values()].map((same) => ({
    ...same[0]!,
    action: same
      .map((one) => one.action)
      .sort()
      .join(", "),
  }));
  const byActions = groupedBy(statements, ({ on, ...rest }) => JSON.stringify(rest));
  return [...byActions.values()].flatMap((same) => {
    const [first] = same as [Permission];
    if (same.length === 1) return [permissionText(first)];
    return [permissionText({ ...first, on: "" }), ...same.map(({ on }) => `    on ${on}`).sort()];
  });
}
