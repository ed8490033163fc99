/** A raw object that was written. */
export interface RawObject {
  bucket: string;
  key: string;
}

/** What S3 sends to a function, as far as it is read. The key is form-encoded. */
export interface S3Event {
  Records: { s3: { bucket: { name: string }; object: { key: string } } }[];
}

/** What EventBridge sends of an object, as far as it is read. The key is as it is. */
export interface ObjectCreatedEvent {
  "detail-type": "Object Created";
  detail: { bucket: { name: string }; object: { key: string } };
}

/** What S3 sends once, when a notification is set up. */
export interface S3TestEvent {
  Event: "s3:TestEvent";
}

/** All that the transformer may be invoked with. */
export type RawEvent = S3Event | ObjectCreatedEvent | S3TestEvent;

/**
 * The objects that an event names. A folder that somebody made in the console is none.
 * @throws one line, for an event of another kind
 */
export function rawObjectsOf(event: RawEvent): RawObject[] {
  return namedObjects(event).filter(({ key }) => !key.endsWith("/"));
}

/** An object's key, from the form in which S3's events have it. */
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
