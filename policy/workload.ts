/** Functions, workgroups, parameters. */
import type { Policies } from "@pulumi/policy";
import { at, isA, type Props, refersTo, resourceRule, stackRule } from "./rule";

const secretName = /(SECRET|TOKEN|PASSWORD|API_?KEY|CREDENTIAL)/i;

function plainSecrets(props: Props): string[] {
  const variables = (at(props, "environment.variables") ?? {}) as Record<string, unknown>;
  return Object.entries(variables)
    .filter(([name, value]) => secretName.test(name) && typeof value === "string" && !/_(NAME|ARN)$/.test(name))
    .map(([name]) => name);
}

export const workloadRules: Policies = [
  resourceRule(
    "no-plaintext-secrets",
    "forbids",
    "Functions get secrets by the names of their parameters.",
    ["Function"],
    (props) => {
      const found = plainSecrets(props);
      return found.length === 0
        ? undefined
        : `put ${found.join(", ")} into an SSM SecureString parameter and only its name into the environment`;
    },
  ),
  resourceRule("own-log-group", "requires", "A function's log group is declared.", ["Function"], (props) =>
    (at(props, "loggingConfig") as object | undefined) !== undefined &&
    "logGroup" in (at(props, "loggingConfig") as object)
      ? undefined
      : "set loggingConfig.logGroup to a group with retention",
  ),
  resourceRule(
    "supported-runtime",
    "forbids",
    "Functions run on a runtime that AWS still updates.",
    ["Function"],
    ({ runtime }) => {
      // The pack does not know the versions of other languages.
      const version = /^nodejs(\d*)/.exec(`${runtime}`)?.[1];
      return version === undefined || Number(version) >= 22
        ? undefined
        : `${runtime} is no longer updated: use nodejs24.x`;
    },
  ),
  stackRule("failures-are-kept", "A function's failed events go to a destination.", ["Function"], (lambda, all) => {
    const kept = all.some(
      (resource) =>
        isA(resource.type, "FunctionEventInvokeConfig") &&
        refersTo(resource, "functionName", lambda, "name") &&
        (at(resource.props, "destinationConfig.onFailure") as object | undefined) !== undefined,
    );
    return kept || lambda.props.deadLetterConfig !== undefined
      ? undefined
      : "add an aws.lambda.FunctionEventInvokeConfig with onFailure";
  }),
  resourceRule("schedule-keeps-failures", "requires", "Failed calls are kept.", ["Schedule"], (props) =>
    (at(props, "target") as object | undefined) !== undefined && "deadLetterConfig" in (at(props, "target") as object)
      ? undefined
      : "set target.deadLetterConfig",
  ),
  resourceRule(
    "workgroup-enforced",
    "requires",
    "A workgroup's settings hold for every query, with a limit and encryption.",
    ["Workgroup"],
    ({ configuration }) => {
      if (at(configuration, "enforceWorkgroupConfiguration") !== true) return "set enforceWorkgroupConfiguration: true";
      if (typeof at(configuration, "bytesScannedCutoffPerQuery") !== "number") return "set bytesScannedCutoffPerQuery";
      const option = at(configuration, "resultConfiguration.encryptionConfiguration.encryptionOption");
      return typeof option === "string" ? undefined : "set resultConfiguration.encryptionConfiguration";
    },
  ),
  resourceRule("parameters-encrypted", "requires", "Parameters are encrypted.", ["Parameter"], ({ type }) =>
    type === "SecureString" ? undefined : "set type: SecureString",
  ),
];
