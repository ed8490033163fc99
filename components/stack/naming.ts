import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { maxComponentName } from "../arguments/rules";

/** The stack that runs locally. It shares its emulator with no other stack, so its resources' names leave it out. */
export const localStack = "local";

/**
 * The name of the program's components, and the prefix of all resource names. It holds project and stack, so that two stacks
 * in one account can be distinguished. A change of this rule would replace the buckets of every deployed stack.
 */
export function stackPrefix(project = pulumi.getProject(), stack = pulumi.getStack()): string {
  const plain = stack === localStack ? project : `${project}-${stack}`;
  const name = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-$/g, "");
  if (name === plain && name.length <= maxComponentName) return name;
  // A changed name gets a suffix: `a.b` and `a-b` are two stacks.
  const mark = createHash("sha256").update(plain).digest("hex").slice(0, 6);
  return `${name.slice(0, maxComponentName - mark.length - 1).replace(/-$/, "")}-${mark}`.replace(/^-/, "s");
}

/** Tags every taggable resource with project and stack. The provider's tags (`aws:defaultTags`) stay. */
export function tagResources(): void {
  const tags = stackTags();
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    taggable.has(type) ? { props: { ...props, tags: { ...tags, ...props.tags } }, opts } : undefined,
  );
}

/** The tags of everything in this stack. */
export function stackTags(): Record<string, string> {
  return { "pulumi:project": pulumi.getProject(), "pulumi:stack": pulumi.getStack() };
}

/** The program's resource types that support tags. */
const taggable = new Set([
  "aws:athena/workgroup:Workgroup",
  "aws:budgets/budget:Budget",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:glue/catalogDatabase:CatalogDatabase",
  "aws:glue/crawler:Crawler",
  "aws:iam/role:Role",
  "aws:lambda/function:Function",
  "aws:s3/bucket:Bucket",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
  "aws:ssm/parameter:Parameter",
  "awsx:cloudtrail:Trail",
]);
