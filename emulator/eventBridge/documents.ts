import { createHash } from "node:crypto";
import type { CreatedObject } from "../s3/context";

/** What an event says of its sender. */
export interface EventOrigin {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Of the notification, by which its receiver can tell which one it was. */
  readonly configurationId: string;
}

/** The document that S3 sends by a bucket's notification. */
export function notificationDocument(object: CreatedObject, origin: EventOrigin): unknown {
  const { bucket, key, size, eTag, sequencer, eventName, time, requestId } = object;
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: origin.region,
        eventTime: time.toISOString(),
        eventName,
        userIdentity: { principalId: `AWS:${idOf(origin.account)}` },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: { "x-amz-request-id": requestId, "x-amz-id-2": idOf(requestId) },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: origin.configurationId,
          bucket: {
            name: bucket,
            ownerIdentity: { principalId: idOf(origin.account) },
            arn: `arn:${origin.partition}:s3:::${bucket}`,
          },
          object: { key: formEncode(key), size, eTag, sequencer },
        },
      },
    ],
  };
}

/** The document that S3 sends to EventBridge; its key is as it is. */
export function eventBridgeDocument(object: CreatedObject, origin: EventOrigin): unknown {
  const { bucket, key, size, eTag, sequencer, eventName, time, requestId } = object;
  const reason = eventName === "ObjectCreated:Put" ? "PutObject" : "CompleteMultipartUpload";
  return {
    version: "0",
    id: uuidOf(`${bucket}/${key}/${sequencer}`),
    "detail-type": "Object Created",
    source: "aws.s3",
    account: origin.account,
    time: time.toISOString().replace(/\.\d+Z$/, "Z"),
    region: origin.region,
    resources: [`arn:${origin.partition}:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, size, etag: eTag, sequencer },
      "request-id": requestId,
      requester: origin.account,
      "source-ip-address": "127.0.0.1",
      reason,
    },
  };
}

/** As a form would send it, but for slashes: a blank is `+`, `=` is `%3D`. */
function formEncode(key: string): string {
  return encodeURIComponent(key)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/")
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** An id that means nothing, as those of accounts and requests, and is the same for the same seed. */
function idOf(seed: string): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, 20).toUpperCase();
}

/** The same event has the same id, however often it is delivered. */
function uuidOf(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}
