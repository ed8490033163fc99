import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { alarmTopicPolicy } from "../aws/resourcePolicies";

/** The destination of alarms. At most one of the two is set. */
interface AlarmReceiver {
  /** The ARN of an existing SNS topic. */
  alarmTopicArn: string | undefined;
  /** An e-mail address, for which a topic is made. */
  alarmEmail: string | undefined;
}

/**
 * The topics that alarms notify: an existing one, one made for an address, or none. AWS first mails the address for consent,
 * and sends no alarm before it has it.
 */
export function alarmTopics(name: string, { alarmTopicArn, alarmEmail }: AlarmReceiver): pulumi.Input<string>[] {
  if (alarmTopicArn !== undefined) return [alarmTopicArn];
  if (alarmEmail === undefined) return [];
  // Not encrypted at rest: CloudWatch cannot use the key that AWS manages for SNS, and a customer-managed key costs $1 a
  // month. The content of an alarm (name, description, a number) is not secret.
  const topic = new aws.sns.Topic(`${name}-alarms`, { displayName: "Playlake" });
  new aws.sns.TopicPolicy(`${name}-alarms`, { arn: topic.arn, policy: alarmTopicPolicy(topic.arn) });
  new aws.sns.TopicSubscription(`${name}-alarms`, { topic: topic.arn, protocol: "email", endpoint: alarmEmail });
  return [topic.arn];
}
