import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { alarmTopicPolicy } from "../aws/resourcePolicies";

/** Where alarms are to go. At most one of the two is given. */
export interface AlarmReceiver {
  /** The ARN of an SNS topic that exists already. */
  alarmTopicArn: string | undefined;
  /** An e-mail address: it gets a topic of its own. */
  alarmEmail: string | undefined;
}

/**
 * The topics that alarms go to: the one that is given, one made for an address, or none. AWS asks the address for its
 * consent by a mail, and sends nothing before.
 */
export function alarmTopics(name: string, { alarmTopicArn, alarmEmail }: AlarmReceiver): pulumi.Input<string>[] {
  if (alarmTopicArn !== undefined) return [alarmTopicArn];
  if (alarmEmail === undefined) return [];
  // Not encrypted at rest: CloudWatch can't use the key that AWS manages for SNS, a key of one's own costs $1 a month, and
  // what an alarm says (its name, its description, a number) is no secret.
  const topic = new aws.sns.Topic(`${name}-alarms`, { displayName: "Playlake" });
  new aws.sns.TopicPolicy(`${name}-alarms`, { arn: topic.arn, policy: alarmTopicPolicy(topic.arn) });
  new aws.sns.TopicSubscription(`${name}-alarms`, { topic: topic.arn, protocol: "email", endpoint: alarmEmail });
  return [topic.arn];
}
