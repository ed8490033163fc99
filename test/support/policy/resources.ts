/** The program's resources as Pulumi shows them to a policy pack. */
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { trailBucketPolicy } from "../../../components/aws/resourcePolicies";
import type { Registered } from "../../../emulator/resources";
import type { ProgramResult } from "../../../lake/local/program";
import { rules } from "../../../policy/rules";

type Shown = Pick<Registered, "type" | "name"> & { props: Record<string, unknown>; urn?: string };

const never = () => {
  throw new Error("no rule asks for this");
};

function policyResource({ type, name, props, urn = `urn:${type}::${name}` }: Shown): PolicyResource {
  return {
    type,
    props,
    urn,
    name,
    opts: {
      protect: false,
      ignoreChanges: [],
      aliases: [],
      additionalSecretOutputs: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    },
    ignoreChanges: [],
    dependencies: [],
    propertyDependencies: {},
    isType: never,
    asType: never,
  } as PolicyResource;
}

/** The pack's messages about some resources: `rule: message`. */
export async function violations(shown: readonly Shown[]): Promise<string[]> {
  const found: string[] = [];
  const resources = shown.map(policyResource);
  for (const rule of rules) {
    const report = (message: string) => found.push(`${rule.name}: ${message}`);
    if ("validateStack" in rule)
      await rule.validateStack({ resources, getConfig: never, notApplicable: never } as never, report);
    else {
      for (const resource of resources) {
        const args = { ...resource, getConfig: never, notApplicable: never, stackTags: new Map() };
        for (const validate of [rule.validateResource].flat())
          await validate?.(args as unknown as ResourceValidationArgs, report);
      }
    }
  }
  return found;
}

/** A run's resources as they are once they exist, with the one policy that the trail's component declares inside. */
export function shownOf({ resources }: ProgramResult): Shown[] {
  const shown = resources
    .filter(({ type }) => type.startsWith("aws:"))
    .map(({ type, name, inputs, outputs, urn }) => ({ type, name, props: { ...inputs, ...outputs }, urn }));
  const trail = resources.find(({ type }) => type === "awsx:cloudtrail:Trail");
  if (trail === undefined) return shown;
  const { existing } = trail.inputs.s3Bucket as { existing: { name: string } };
  const policy = trailBucketPolicy(
    `arn:aws:s3:::${existing.name}`,
    "arn:aws:cloudtrail:us-east-1:123456789012:trail/t",
  );
  // Plain values except Outputs, which the rule does not read.
  return [
    ...shown,
    { type: "aws:s3/bucketPolicy:BucketPolicy", name: trail.name, props: { bucket: existing.name, policy } },
  ];
}
