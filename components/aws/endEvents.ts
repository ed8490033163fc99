import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { eventsPolicy } from "./resourcePolicies";

/** How some work ended, as a rule looks for it. EventBridge counts what a rule matches; the service keeps no such metric. */
export interface End {
  /** A short suffix of the rule's name: a rule's name takes no longer ones after the longest name of a component. */
  suffix: "ok" | "bad";
  description: string;
  /** An event's pattern, as a value. */
  pattern: pulumi.Input<object>;
}

/**
 * Puts the events of some ends into a queue.
 * @param name begins the rules' names, such as `playlake-crawl`
 * @param queueName names the queue's one policy
 * @returns the rules, in the order of the ends
 */
export function recordEnds(
  name: string,
  { queueName, queue }: { queueName: string; queue: aws.sqs.Queue },
  ends: readonly End[],
  parent: pulumi.Resource,
): aws.cloudwatch.EventRule[] {
  const rules = ends.map(({ suffix, description, pattern }) => {
    const args = { description, eventPattern: pulumi.jsonStringify(pattern) };
    return new aws.cloudwatch.EventRule(`${name}-${suffix}`, args, { parent });
  });
  const policy = new aws.sqs.QueuePolicy(
    queueName,
    {
      queueUrl: queue.url,
      policy: eventsPolicy(
        queue.arn,
        rules.map(({ arn }) => arn),
      ),
    },
    { parent },
  );
  for (const [i, { name: rule }] of rules.entries()) {
    const suffix = ends[i]?.suffix;
    new aws.cloudwatch.EventTarget(`${name}-${suffix}`, { rule, arn: queue.arn }, { parent, dependsOn: policy });
  }
  return rules;
}
