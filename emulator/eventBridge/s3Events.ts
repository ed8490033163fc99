import { createHash } from "node:crypto";
import type { Iam, Principal } from "../iam";
import type { Registered } from "../resources";
import type { CreatedObject } from "../s3/context";
import { type EventOrigin, eventBridgeDocument, notificationDocument } from "./documents";
import { matchesPattern, readPattern } from "./pattern";

/** An event on its way to a target. */
export interface Delivery {
  /** The target's ARN: a function's, or a queue's. */
  arn: string;
  kind: "lambda" | "sqs";
  /** Who hands it over; what the target's policy is asked about. */
  principal: Principal;
  /** The document that the target gets. */
  event: unknown;
  /** Names this delivery and no other, in characters that a file name takes. */
  id: string;
}

/** Where the events of objects go. */
export interface S3Events {
  /** What has to be delivered when this object is there, in the order of the declarations. */
  deliveries(object: CreatedObject): Delivery[];
}

interface Subscription {
  readonly arn: string;
  readonly kind: Delivery["kind"];
  readonly principal: Principal;
  readonly name: string;
  wants(object: CreatedObject, origin: EventOrigin): boolean;
  document(object: CreatedObject, origin: EventOrigin): unknown;
}

/**
 * Reads the program's bucket notifications, and the EventBridge rules that hear of buckets.
 * @param options.iam if given, each target is checked at once to let the sender in, as S3 does when it stores a notification.
 * @throws one line, for what AWS would refuse and for what is not modelled.
 */
export function createS3Events(options: { resources: Registered[]; iam?: Iam }): S3Events {
  const { resources, iam } = options;
  const notifications = resources.filter(({ type }) => type === "aws:s3/bucketNotification:BucketNotification");
  const subscriptions = [
    ...notifications.flatMap((notification) => notificationSubscriptions(notification)),
    ...ruleSubscriptions(resources, notifications),
  ];
  for (const { principal, arn, kind } of subscriptions) iam?.authorize(principal, actions[kind], arn);
  return {
    deliveries: (object) =>
      subscriptions
        .map((subscription) => ({ subscription, origin: originOf(subscription) }))
        .filter(({ subscription, origin }) => subscription.wants(object, origin))
        .map(({ subscription, origin }) => ({
          arn: subscription.arn,
          kind: subscription.kind,
          principal: subscription.principal,
          event: subscription.document(object, origin),
          id: deliveryId(subscription, object),
        })),
  };
}

const actions = { lambda: "lambda:InvokeFunction", sqs: "sqs:SendMessage" } as const;

/** A bucket's ARN tells neither account nor region: they are those of the target. */
function originOf({ arn, name }: Subscription): EventOrigin {
  const [, partition = "", , region = "", account = ""] = arn.split(":");
  return { partition, region, account, configurationId: name };
}

function deliveryId({ arn, name }: Subscription, { bucket, key, sequencer }: CreatedObject): string {
  const hash = createHash("sha256").update([arn, name, bucket, key].join("\n")).digest("hex");
  return `${sequencer}-${hash.slice(0, 16)}`;
}

/** Events of S3 that a notification can name; only those of `ObjectCreated` come up here. */
const knownEvent =
  /^s3:(?:ObjectCreated:(?:\*|Put|Post|Copy|CompleteMultipartUpload)|ObjectRemoved:(?:\*|Delete|DeleteMarkerCreated)|ObjectRestore:(?:\*|Post|Completed|Delete)|ObjectTagging:(?:\*|Put|Delete)|ObjectAcl:Put|Replication:.+|LifecycleTransition|LifecycleExpiration:.+|IntelligentTiering|ReducedRedundancyLostObject|TestEvent)$/;

function notificationSubscriptions(notification: Registered): Subscription[] {
  const { inputs } = notification;
  const at = `${notification.type} "${notification.name}"`;
  if (listOf(inputs.topics).length > 0) throw new Error(`${at}: topics are not modelled by the local run`);
  const bucket = String(inputs.bucket);
  return [
    ...listOf(inputs.lambdaFunctions).map((entry) => ({
      entry,
      kind: "lambda" as const,
      arn: entry.lambdaFunctionArn,
    })),
    ...listOf(inputs.queues).map((entry) => ({ entry, kind: "sqs" as const, arn: entry.queueArn })),
  ].map(({ entry, kind, arn }, index): Subscription => {
    const { events, filterPrefix = "", filterSuffix = "", id } = entry;
    const names = Array.isArray(events) ? events.map(String) : [];
    const wrong = names.find((name) => !knownEvent.test(name));
    if (wrong !== undefined || names.length === 0) {
      throw new Error(`${at}: the event '${wrong ?? ""}' is not supported, expected e.g. 's3:ObjectCreated:*'`);
    }
    return {
      arn: String(arn),
      kind,
      principal: serviceFor("s3.amazonaws.com", `arn:${partitionOf(arn)}:s3:::${bucket}`, String(arn)),
      name: typeof id === "string" ? id : `${notification.name}-${index}`,
      wants: (object) =>
        object.bucket === bucket &&
        names.some((name) => name === `s3:${object.eventName}` || name === "s3:ObjectCreated:*") &&
        object.key.startsWith(String(filterPrefix)) &&
        object.key.endsWith(String(filterSuffix)),
      document: notificationDocument,
    };
  });
}

function ruleSubscriptions(resources: Registered[], notifications: Registered[]): Subscription[] {
  const heard = new Set(
    notifications.filter(({ inputs }) => inputs.eventbridge === true).map(({ inputs }) => inputs.bucket),
  );
  const declared = new Set(notifications.map(({ inputs }) => inputs.bucket));
  return resources
    .filter(({ type }) => type === "aws:cloudwatch/eventTarget:EventTarget")
    .flatMap((target) => {
      const rule = resources.find(
        ({ type, outputs }) => type === "aws:cloudwatch/eventRule:EventRule" && outputs.name === target.inputs.rule,
      );
      const isOff = rule?.inputs.state === "DISABLED" || rule?.inputs.isEnabled === false;
      if (rule === undefined || isOff || rule.inputs.eventPattern == null) return [];
      return [ruleSubscription(rule, target, (bucket) => heard.has(bucket) || !declared.has(bucket))];
    });
}

/** @param isHeard whether a bucket sends to EventBridge; one whose notifications are someone else's is taken to. */
function ruleSubscription(rule: Registered, target: Registered, isHeard: (bucket: string) => boolean): Subscription {
  const at = `${target.type} "${target.name}"`;
  for (const property of ["input", "inputPath", "inputTransformer", "roleArn"]) {
    if (target.inputs[property] != null) throw new Error(`${at}: ${property} is not modelled by the local run`);
  }
  const arn = String(target.inputs.arn);
  const kind = arn.split(":")[2];
  if (kind !== "lambda" && kind !== "sqs") throw new Error(`${at}: target ${arn} is not modelled by the local run`);
  const pattern = readPattern(rule.inputs.eventPattern, `${rule.type} "${rule.name}"`);
  return {
    arn,
    kind,
    principal: serviceFor("events.amazonaws.com", String(rule.outputs.arn), arn),
    name: String(rule.outputs.name),
    wants: (object, origin) => isHeard(object.bucket) && matchesPattern(pattern, eventBridgeDocument(object, origin)),
    document: eventBridgeDocument,
  };
}

function serviceFor(service: string, sourceArn: string, targetArn: string): Principal {
  return { kind: "service", service, sourceArn, sourceAccount: targetArn.split(":")[4] ?? "" };
}

function partitionOf(arn: unknown): string {
  return String(arn).split(":")[1] ?? "";
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value : [];
}
