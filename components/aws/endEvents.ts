import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { failureQueue } from "./failureQueue";
import { eventsPolicy } from "./resourcePolicies";

/** The rules that the end of some work meets. EventBridge counts what a rule met, where the service keeps no such metric. */
export interface EndEvents {
  succeeded: aws.cloudwatch.EventRule;
  failed: aws.cloudwatch.EventRule;
}

/** An end, as a rule looks for it. */
export interface End {
  description: string;
  /** An event's pattern, as a value. */
  pattern: pulumi.Input<object>;
}

/**
 * Records how some work ended in a queue, for as long as SQS keeps messages.
 *
 * @param what begins the names: `NAME-WHAT-events`, `NAME-WHAT-ok`, `NAME-WHAT-bad`
 */
export function createEndEvents(
  name: string,
  what: "crawl" | "copy",
  ends: { succeeded: End; failed: End },
  parent: pulumi.Resource,
): EndEvents {
  const queue = failureQueue(`${name}-${what}-events`, parent);
  // Short: a rule's name takes no longer ones after the longest name of a component.
  const rule = (suffix: "ok" | "bad", { description, pattern }: End) =>
    new aws.cloudwatch.EventRule(
      `${name}-${what}-${suffix}`,
      { description, eventPattern: pulumi.jsonStringify(pattern) },
      { parent },
    );
  const rules = { succeeded: rule("ok", ends.succeeded), failed: rule("bad", ends.failed) };
  const sid = what === "crawl" ? "CrawlEvents" : "CopyEvents";
  const policy = new aws.sqs.QueuePolicy(
    `${name}-${what}-events`,
    { queueUrl: queue.url, policy: eventsPolicy(sid, queue.arn, [rules.succeeded.arn, rules.failed.arn]) },
    { parent },
  );
  for (const [suffix, { name: ruleName }] of [
    ["ok", rules.succeeded],
    ["bad", rules.failed],
  ] as const) {
    const args = { rule: ruleName, arn: queue.arn };
    new aws.cloudwatch.EventTarget(`${name}-${what}-${suffix}`, args, { parent, dependsOn: policy });
  }
  return rules;
}
