import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { eventsPolicy } from "./resourcePolicies";

/** One way in which work ends, and the rule that matches it. EventBridge counts a rule's matches; the service has no metric. */
export interface End {
  /** A suffix of the rule's name. It must be short, because a rule's name also holds the component's name. */
  suffix: "ok" | "bad";
  description: string;
  /** The event pattern, as a value. */
  pattern: pulumi.Input<object>;
}

/**
 * Sends events about how work ended to a queue.
 * @param name begins the rules' names, such as `playlake-crawl`
 * @param queueName names the queue's only policy
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
