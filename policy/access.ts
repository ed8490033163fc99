/** Rules about access. */
import type { Policies } from "@pulumi/policy";
import { documentOf, type Statement } from "./documents";
import { at, list, type Props, resourceRule } from "./rule";

const withPolicy = ["RolePolicy", "Policy", "UserPolicy", "GroupPolicy", "BucketPolicy", "QueuePolicy", "TopicPolicy"];

/** Services that name the source when they assume a role. */
const namesItsSource = ["scheduler.amazonaws.com", "events.amazonaws.com", "cloudtrail.amazonaws.com"];

/** Actions without a resource, so a policy cannot name one either. */
const withoutResource = [
  ...["athena:ListEngineVersions", "athena:ListWorkGroups", "athena:ListDataCatalogs"],
  ...["cloudwatch:PutMetricData", "lakeformation:GetDataAccess"],
];

function allowing(props: Props): readonly Statement[] {
  return (documentOf(props.policy) ?? []).filter(({ Effect }) => Effect === "Allow");
}

function principalsOf({ Principal }: Statement): readonly string[] {
  if (typeof Principal === "string") return [Principal];
  return Object.values((Principal ?? {}) as Record<string, string | string[]>).flatMap((one) => list(one));
}

export const accessRules: Policies = [
  resourceRule("no-wildcard-actions", "forbids", "Allowed actions are named.", withPolicy, (props) => {
    const wild = allowing(props).flatMap(({ Action, NotAction }) => [
      ...list(Action).filter((action) => action.includes("*")),
      ...(NotAction === undefined ? [] : ["NotAction"]),
    ]);
    return wild.length === 0 ? undefined : `name the actions instead of ${wild.join(", ")}`;
  }),
  resourceRule("no-wildcard-resources", "forbids", "Allowed resources are named.", withPolicy, (props) => {
    const wild = allowing(props)
      .filter(({ Action }) => !list(Action).every((action) => withoutResource.includes(action)))
      .flatMap(({ Resource }) => list(Resource).filter((arn) => /^(\*|arn:[^:]*:[^:]*:.*:\*$)/.test(arn)));
    const named = wild.filter((arn) => !/:log-group:[^:]+:\*$/.test(arn));
    return named.length === 0 ? undefined : `name the resources instead of ${named.join(", ")}`;
  }),
  resourceRule("nobody-and-everybody", "forbids", "Nothing is allowed to everyone.", withPolicy, (props) => {
    const open = allowing(props).some((statement) => principalsOf(statement).includes("*"));
    return open ? "name who is allowed" : undefined;
  }),
  resourceRule(
    "no-managed-full-access",
    "forbids",
    "No AWS managed policy gives full access.",
    ["Role", "RolePolicyAttachment", "PolicyAttachment"],
    (props) => {
      const arns = [
        ...list(props.managedPolicyArns as string[] | undefined),
        ...list(props.policyArn as string | undefined),
      ];
      const wide = arns.filter((arn) =>
        /(FullAccess|AdministratorAccess|PowerUserAccess|AWSGlueServiceRole)$/.test(`${arn}`),
      );
      return wide.length === 0 ? undefined : `write your own policy instead of ${wide.join(", ")}`;
    },
  ),
  resourceRule(
    "trust-names-source",
    "forbids",
    "A service assumes a role for one source.",
    ["Role"],
    ({ assumeRolePolicy }) => {
      const loose = (documentOf(assumeRolePolicy) ?? []).filter(
        (statement) =>
          principalsOf(statement).some((service) => namesItsSource.includes(service)) &&
          !["aws:SourceAccount", "aws:SourceArn"].every((key) =>
            ["StringEquals", "StringLike", "ArnEquals", "ArnLike"].some(
              (operator) =>
                at(statement.Condition, operator) !== undefined && key in (at(statement.Condition, operator) as object),
            ),
          ),
      );
      return loose.length === 0 ? undefined : "require aws:SourceAccount and aws:SourceArn";
    },
  ),
  resourceRule(
    "permission-names-source",
    "requires",
    "A service invokes a function for one source.",
    ["Permission"],
    (props) => {
      const { principal } = props;
      if (!`${principal}`.endsWith(".amazonaws.com")) return undefined;
      // A rule's ARN contains the account; with a sourceAccount as well, EventBridge could not invoke the function.
      const isRule = principal === "events.amazonaws.com";
      const needed = isRule ? ["sourceArn"] : ["sourceAccount", "sourceArn"];
      // Missing properties first: the values of the others may be unknown in a preview.
      const isLoose = needed.some((key) => !(key in props)) || needed.some((key) => props[key] === "");
      if (isRule) return isLoose || "sourceAccount" in props ? "set only sourceArn" : undefined;
      return isLoose ? "set sourceAccount and sourceArn" : undefined;
    },
  ),
];
