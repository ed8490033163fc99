import { localPartition } from "../awsOutputs";
import { ofType, type Registered } from "../resources";
import { type PolicyKind, readPolicy, type Statement } from "./policy";

/** A role as the program declared it. */
export interface Role {
  readonly arn: string;
  readonly name: string;
  /** Who may assume it. */
  readonly trust: readonly Statement[];
  /** The statements of all its policies. */
  readonly statements: Statement[];
}

/** Everything in the program that allows or denies. */
export interface PolicySources {
  /** By ARN. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Statements of resources' own policies, by the ARN of the resource. */
  readonly resourcePolicies: ReadonlyMap<string, readonly Statement[]>;
}

/** Resources that change a role's permissions in a way that is not evaluated. */
const notModelled = new Set([
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
  "aws:s3/accessPoint:AccessPoint",
]);

/** Resource types that hold another resource's policy, with the properties for that resource's name and for the policy. */
const policyResources: { readonly [type: string]: { target: string; policy: string } } = {
  "aws:s3/bucketPolicy:BucketPolicy": { target: "bucket", policy: "policy" },
  "aws:sqs/queuePolicy:QueuePolicy": { target: "queueUrl", policy: "policy" },
};

/** Resource types that can have a policy in their property `policy`. */
const withOwnPolicy = new Set(["aws:sqs/queue:Queue", "aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"]);

/**
 * Collects roles and resource policies.
 * @throws one line for a policy that AWS would refuse or that is not evaluated
 */
export function collectPolicies(resources: readonly Registered[]): PolicySources {
  for (const resource of resources) refuseNotModelled(resource);
  return { roles: collectRoles(resources), resourcePolicies: collectResourcePolicies(resources) };
}

function refuseNotModelled({ type, name, inputs }: Registered): void {
  const byType = notModelled.has(type);
  const byProperty =
    type === "aws:iam/role:Role" &&
    (isFilled(inputs.managedPolicyArns) || isFilled(inputs.permissionsBoundary) || isFilled(inputs.inlinePolicies));
  if (byType || byProperty) {
    throw new Error(`${type} "${name}": the local run knows a role's permissions by aws.iam.RolePolicy only`);
  }
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value != null;
}

function collectRoles(resources: readonly Registered[]): Map<string, Role> {
  const roles = ofType(resources, "aws:iam/role:Role").map(
    (resource): Role => ({
      arn: resource.outputs.arn,
      name: resource.outputs.name,
      trust: policyOf(resource, "assumeRolePolicy", "trust"),
      statements: [],
    }),
  );
  for (const resource of ofType(resources, "aws:iam/rolePolicy:RolePolicy")) {
    const role = roles.find(({ name }) => name === resource.inputs.role);
    if (role === undefined)
      throw new Error(`${at(resource)}: no role is named ${JSON.stringify(resource.inputs.role)}`);
    role.statements.push(...policyOf(resource, "policy", "identity"));
  }
  return new Map(roles.map((role) => [role.arn, role]));
}

function collectResourcePolicies(resources: readonly Registered[]): Map<string, Statement[]> {
  const byArn = new Map<string, Statement[]>();
  const add = (arn: string, statements: Statement[]) => byArn.set(arn, [...(byArn.get(arn) ?? []), ...statements]);
  for (const resource of resources) {
    const carried = policyResources[resource.type];
    if (carried !== undefined) {
      const arn = arnOf(resources, resource, resource.inputs[carried.target]);
      add(arn, policyOf(resource, carried.policy, "resource"));
    } else if (withOwnPolicy.has(resource.type) && isFilled(resource.inputs.policy)) {
      add(text(resource.outputs.arn), policyOf(resource, "policy", "resource"));
    } else if (resource.type === "aws:lambda/permission:Permission") {
      const arn = arnOf(resources, resource, resource.inputs.function);
      add(arn, permissionStatements(resource, arn));
    }
  }
  return byArn;
}

/** A permission as Lambda stores it: a statement in the function's policy. */
function permissionStatements(resource: Registered, functionArn: string): Statement[] {
  const { action, principal, sourceArn, sourceAccount, qualifier, ...rest } = resource.inputs;
  for (const property of ["eventSourceToken", "principalOrgId", "functionUrlAuthType", "invokedViaFunctionUrl"]) {
    if (isFilled(rest[property])) throw new Error(`${at(resource)}: ${property} is not evaluated by the local run`);
  }
  const statement = {
    Effect: "Allow",
    Principal: String(principal).endsWith(".amazonaws.com") ? { Service: principal } : { AWS: principal },
    Action: action,
    Resource: isFilled(qualifier) ? `${functionArn}:${qualifier}` : functionArn,
    Condition: {
      ...(isFilled(sourceArn) && { ArnLike: { "aws:SourceArn": sourceArn } }),
      ...(isFilled(sourceAccount) && { StringEquals: { "aws:SourceAccount": sourceAccount } }),
    },
  };
  return readPolicy({ Version: "2012-10-17", Statement: [statement] }, "resource", at(resource));
}

/** The ARN of the resource that `reference` (a name, an id, a URL or an ARN) stands for. */
function arnOf(resources: readonly Registered[], from: Registered, reference: unknown): string {
  if (typeof reference === "string" && reference.startsWith("arn:")) return reference;
  const service = from.type.slice(0, from.type.indexOf("/"));
  const found = resources.find(
    ({ type, outputs }) =>
      type.startsWith(`${service}/`) &&
      typeof outputs.arn === "string" &&
      [outputs.id, outputs.name, outputs.bucket, outputs.url].includes(reference),
  );
  if (found !== undefined) return text(found.outputs.arn);
  // An existing bucket that the program only names is not among its resources.
  if (from.type.startsWith("aws:s3/")) return `arn:${localPartition}:s3:::${text(reference)}`;
  throw new Error(`${at(from)}: nothing is named ${JSON.stringify(reference)}`);
}

function policyOf(resource: Registered, property: string, kind: PolicyKind): Statement[] {
  return readPolicy(resource.inputs[property], kind, at(resource));
}

function at({ type, name }: Registered): string {
  return `${type} "${name}"`;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error(`expected a name or an ARN, got ${JSON.stringify(value)}`);
  return value;
}
