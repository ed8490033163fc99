/** A raw object that was written. */
export interface RawObject {
  bucket: string;
  key: string;
}

/** S3's event, as far as it is read. The key is form-encoded. */
export interface S3Event {
  Records: { eventSource?: string; s3: { bucket: { name: string }; object: { key: string } } }[];
}

/** EventBridge's event of an object, as far as it is read. The key is not encoded. */
interface ObjectCreatedEvent {
  source?: string;
  "detail-type": "Object Created";
  detail: { bucket: { name: string }; object: { key: string } };
}

/** S3's test event, sent once when a notification is set up. */
interface S3TestEvent {
  Event: "s3:TestEvent";
}

/** Every event that the transformer accepts. */
export type RawEvent = S3Event | ObjectCreatedEvent | S3TestEvent;

/**
 * The objects that an event names, without folders that were created in the console.
 * @throws one line, for an event of another kind
 */
export function rawObjectsOf(event: RawEvent): RawObject[] {
  return namedObjects(event).filter(({ key }) => !key.endsWith("/"));
}

/** Whether S3 or EventBridge sent the event, so that nobody reads the invocation's answer. */
export function isDelivered(event: RawEvent): boolean {
  if ("Records" in event) return event.Records.every(({ eventSource }) => eventSource === "aws:s3");
  return "detail" in event && event.source === "aws.s3";
}

/** Decodes a key of an S3 event. */
export function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replace(/\+/g, " "));
}

function namedObjects(event: RawEvent): RawObject[] {
  if ("Records" in event) {
    return event.Records.map(({ s3 }) => ({
      bucket: s3.bucket.name,
      key: decodeKey(s3.object.key),
    }));
  }
  if ("detail" in event && event["detail-type"] === "Object Created") {
    return [{ bucket: event.detail.bucket.name, key: event.detail.object.key }];
  }
  if ("Event" in event && event.Event === "s3:TestEvent") return [];
  const properties = Object.keys(event).join(", ");
  throw new Error(`got an event with ${properties}; expected S3's event or EventBridge's "Object Created"`);
}
