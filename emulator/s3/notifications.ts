import { bucketArn, localAccount, localRegion } from "../awsOutputs";
import type { Delivery } from "../eventBridge";
import type { Iam } from "../iam";
import { notModelled, ofType, type Registered, refuseOthers } from "../resources";
import type { CreatedObject } from "./objects";

const events = ["s3:ObjectCreated:*", "s3:ObjectCreated:Put"];

/**
 * The notifications of new objects that the program declares.
 * @param iam checks at once that each function allows S3 to call it, as S3 does when it stores a notification
 * @throws one line, for a notification that AWS would refuse or that is not modelled
 */
export function createNotifications(resources: readonly Registered[], iam: Iam) {
  const declared = ofType(resources, "aws:s3/bucketNotification:BucketNotification");
  const subscriptions = declared.flatMap((notification) => {
    refuseOthers(notification, ["bucket", "eventbridge", "lambdaFunctions"]);
    const { name, inputs } = notification;
    return (inputs.lambdaFunctions ?? []).map((entry, index) => {
      const other = Object.keys(entry).find(
        (key) => !["lambdaFunctionArn", "events", "filterPrefix", "id"].includes(key),
      );
      const unknown = other ?? entry.events.find((event) => !events.includes(event));
      if (unknown !== undefined) throw notModelled(notification, unknown);
      if (entry.events.length === 0) throw notModelled(notification, "a function without events");
      const arn = entry.lambdaFunctionArn ?? "";
      const source = { service: "s3.amazonaws.com", sourceArn: bucketArn(inputs.bucket), sourceAccount: localAccount };
      const principal = { kind: "service", ...source } as const;
      iam.authorize(principal, "lambda:InvokeFunction", arn);
      const { filterPrefix = "", id = `${name}-${index}` } = entry;
      return { bucket: inputs.bucket, arn, principal, filterPrefix, id };
    });
  });
  return {
    /** The calls of functions, in order of declaration. */
    deliveries: (object: CreatedObject): Delivery[] =>
      subscriptions
        .filter(({ bucket, filterPrefix }) => object.bucket === bucket && object.key.startsWith(filterPrefix))
        .map((subscription) => ({
          arn: subscription.arn,
          service: "lambda",
          principal: subscription.principal,
          event: notificationOf(object, subscription.id),
          id: [object.sequencer, subscription.id, object.bucket, object.key].join(" "),
        })),
    /** Whether a bucket's events go to EventBridge. A bucket that the program does not configure is assumed to send them. */
    reachEventBridge: (bucket: string): boolean => {
      const own = declared.filter(({ inputs }) => inputs.bucket === bucket);
      return own.length === 0 || own.some(({ inputs }) => inputs.eventbridge === true);
    },
  };
}

/** What a function reads of the document that S3 sends. Ids of accounts and requests are left out. */
function notificationOf({ bucket, key, size, eTag, sequencer, time }: CreatedObject, configurationId: string): object {
  const record = {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: localRegion,
    eventTime: time.toISOString(),
    eventName: "ObjectCreated:Put",
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: { name: bucket, arn: bucketArn(bucket) },
      object: { key: formEncode(key), size, eTag, sequencer },
    },
  };
  return { Records: [record] };
}

/** Form encoding, except for slashes: a space is `+`, `=` is `%3D`. */
function formEncode(key: string): string {
  return new URLSearchParams({ key }).toString().slice("key=".length).replaceAll("%2F", "/");
}

/** The objects of an event from a notification or from EventBridge; empty if it is not an S3 event. */
export function objectsOf(event: unknown): { bucket: string; key: string }[] {
  const { Records = [], detail } = (event ?? {}) as {
    Records?: { s3?: { bucket: { name: string }; object: { key: string } } }[];
    detail?: { bucket?: { name: string }; object?: { key: string } };
  };
  const named = Records.flatMap(({ s3 }) =>
    s3 === undefined ? [] : { bucket: s3.bucket.name, key: decodeURIComponent(s3.object.key.replaceAll("+", " ")) },
  );
  const { bucket, object } = detail ?? {};
  return bucket && object ? [...named, { bucket: bucket.name, key: object.key }] : named;
}
