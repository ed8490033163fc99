import { bucketArn } from "../awsOutputs";
import { notModelled, ofType, type Registered, type Resource, refuseOthers, titleOf } from "../resources";
import { readPolicy, type Statement } from "./policy";

export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly trust: readonly Statement[];
  readonly statements: Statement[];
}

/** Properties that give permissions and are not evaluated, by type. */
const notEvaluated: Readonly<Record<string, readonly string[]>> = {
  "aws:iam/role:Role": ["managedPolicyArns", "permissionsBoundary", "inlinePolicies"],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["policyArn"],
  "aws:iam/policyAttachment:PolicyAttachment": ["policyArn"],
  "aws:s3/bucket:Bucket": ["policy"],
  "aws:sqs/queue:Queue": ["policy"],
};

/** Resource types that hold another resource's policy, with the property that names that resource. */
const policyTargets: Readonly<Record<string, string>> = {
  "aws:s3/bucketPolicy:BucketPolicy": "bucket",
  "aws:sns/topicPolicy:TopicPolicy": "arn",
  "aws:sqs/queuePolicy:QueuePolicy": "queueUrl",
  "aws:lambda/permission:Permission": "function",
};

/**
 * Everything in the program that allows or denies: roles by their ARN, and the statements of resources' own policies by the
 * ARN of the resource.
 * @throws one line for a policy that AWS would refuse or that is not evaluated
 */
export function collectPolicies(resources: readonly Registered[]) {
  for (const resource of resources) refuseNotEvaluated(resource);
  return { roles: collectRoles(resources), resourcePolicies: collectResourcePolicies(resources) };
}

function refuseNotEvaluated(resource: Registered): void {
  const other = notEvaluated[resource.type]?.find((property) => isFilled(resource.inputs[property]));
  if (other === undefined) return;
  const { message } = notModelled(resource, other);
  throw new Error(`${message}, which knows aws.iam.RolePolicy, aws.s3.BucketPolicy and aws.sqs.QueuePolicy`);
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value != null;
}

function collectRoles(resources: readonly Registered[]): Map<string, Role> {
  const roles = ofType(resources, "aws:iam/role:Role").map(
    (resource): Role => ({
      arn: resource.outputs.arn,
      name: resource.outputs.name,
      trust: readPolicy(resource.inputs.assumeRolePolicy, titleOf(resource), ["*"]),
      statements: [],
    }),
  );
  for (const resource of ofType(resources, "aws:iam/rolePolicy:RolePolicy")) {
    const role = roles.find(({ name }) => name === resource.inputs.role);
    if (role === undefined) throw unknownName(resource, resource.inputs.role);
    role.statements.push(...readPolicy(resource.inputs.policy, titleOf(resource)));
  }
  return new Map(roles.map((role) => [role.arn, role]));
}

function collectResourcePolicies(resources: readonly Registered[]): Map<string, Statement[]> {
  const byArn = new Map<string, Statement[]>();
  for (const resource of resources) {
    const target = policyTargets[resource.type];
    if (target === undefined) continue;
    const arn = arnOf(resources, resource, resource.inputs[target]);
    const [permission] = ofType([resource], "aws:lambda/permission:Permission");
    const statements =
      permission === undefined
        ? readPolicy(resource.inputs.policy, titleOf(resource))
        : permissionStatements(permission, arn);
    byArn.set(arn, [...(byArn.get(arn) ?? []), ...statements]);
  }
  return byArn;
}

/** A permission as Lambda stores it: a statement in the function's policy. */
function permissionStatements(
  resource: Resource<"aws:lambda/permission:Permission">,
  functionArn: string,
): Statement[] {
  refuseOthers(resource, ["action", "function", "principal", "sourceArn", "sourceAccount", "statementId"]);
  const { action, principal, sourceArn, sourceAccount } = resource.inputs;
  const statement = {
    Effect: "Allow",
    Principal: principal === "*" ? "*" : { Service: principal },
    Action: action,
    Resource: functionArn,
    Condition: {
      ...(isFilled(sourceArn) && { ArnLike: { "aws:SourceArn": sourceArn } }),
      ...(isFilled(sourceAccount) && { StringEquals: { "aws:SourceAccount": sourceAccount } }),
    },
  };
  return readPolicy({ Statement: statement }, titleOf(resource));
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
  if (found !== undefined) return String(found.outputs.arn);
  // An existing bucket that the program only names is not among its resources.
  if (from.type.startsWith("aws:s3/")) return bucketArn(String(reference));
  throw unknownName(from, reference);
}

function unknownName(from: Registered, name: unknown): Error {
  return new Error(`${titleOf(from)}: nothing is named ${JSON.stringify(name)}`);
}
