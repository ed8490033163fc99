/** Who may do what. */
import type { Policies } from "@pulumi/policy";
import { documentOf, type Statement } from "./documents";
import { at, list, type Props, resourceRule } from "./rule";

const withPolicy = ["RolePolicy", "Policy", "UserPolicy", "GroupPolicy", "BucketPolicy", "QueuePolicy", "TopicPolicy"];

/** Services that name the source when they take a role. */
const namesItsSource = ["scheduler.amazonaws.com", "events.amazonaws.com", "cloudtrail.amazonaws.com"];

function allowing(props: Props): readonly Statement[] {
  return (documentOf(props.policy) ?? []).filter(({ Effect }) => Effect === "Allow");
}

function principalsOf({ Principal }: Statement): readonly string[] {
  if (typeof Principal === "string") return [Principal];
  return Object.values((Principal ?? {}) as Record<string, string | string[]>).flatMap((one) => list(one));
}

export const accessRules: Policies = [
  resourceRule("no-wildcard-actions", "Allowed actions are named.", withPolicy, (props) => {
    const wild = allowing(props).flatMap(({ Action, NotAction }) => [
      ...list(Action).filter((action) => action.includes("*")),
      ...(NotAction === undefined ? [] : ["NotAction"]),
    ]);
    return wild.length === 0 ? undefined : `name the actions in the place of ${wild.join(", ")}`;
  }),
  resourceRule("no-wildcard-resources", "Allowed resources are named.", withPolicy, (props) => {
    const wild = allowing(props).flatMap(({ Resource }) =>
      list(Resource).filter((arn) => /^(\*|arn:[^:]*:[^:]*:.*:\*$)/.test(arn)),
    );
    const named = wild.filter((arn) => !/:log-group:[^:]+:\*$/.test(arn));
    return named.length === 0 ? undefined : `name the resources in the place of ${named.join(", ")}`;
  }),
  resourceRule("nobody-and-everybody", "Nothing is allowed to everybody.", withPolicy, (props) => {
    const open = allowing(props).some((statement) => principalsOf(statement).includes("*"));
    return open ? "name who is allowed" : undefined;
  }),
  resourceRule(
    "no-managed-full-access",
    "No full access by AWS's own policies.",
    ["Role", "RolePolicyAttachment", "PolicyAttachment"],
    (props) => {
      const arns = [
        ...list(props.managedPolicyArns as string[] | undefined),
        ...list(props.policyArn as string | undefined),
      ];
      const wide = arns.filter((arn) =>
        /(FullAccess|AdministratorAccess|PowerUserAccess|AWSGlueServiceRole)$/.test(`${arn}`),
      );
      return wide.length === 0 ? undefined : `write a policy of its own in the place of ${wide.join(", ")}`;
    },
  ),
  resourceRule(
    "trust-names-source",
    "A service takes a role for one source of ours.",
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
      return loose.length === 0 ? undefined : "ask for aws:SourceAccount and aws:SourceArn";
    },
  ),
  resourceRule(
    "permission-names-source",
    "A service calls a function for one source of ours.",
    ["Permission"],
    (props) => {
      const { principal, sourceAccount, sourceArn } = props;
      if (!`${principal}`.endsWith(".amazonaws.com")) return undefined;
      // A rule's ARN holds the account; with a sourceAccount besides, EventBridge could not invoke the function.
      if (principal === "events.amazonaws.com") {
        return "sourceArn" in props && sourceArn !== "" && !("sourceAccount" in props)
          ? undefined
          : "set sourceArn alone";
      }
      return "sourceAccount" in props && "sourceArn" in props && sourceAccount !== "" && sourceArn !== ""
        ? undefined
        : "set sourceAccount and sourceArn";
    },
  ),
];
