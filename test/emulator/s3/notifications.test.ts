import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createIam } from "../../../emulator/iam";
import type { Registered } from "../../../emulator/resources";
import type { CreatedObject } from "../../../emulator/s3";
import { createNotifications, objectsOf } from "../../../emulator/s3/notifications";
import {
  functionArn,
  notification,
  object,
  permissions,
  transformFunction,
} from "../../support/emulator/createdObject";
import { account, failureOf } from "../../support/emulator/resources";

const test = suite("emulator/s3/notifications");

const toFunction = { lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:*"], filterPrefix: "playlists/" };
const at = 'aws:s3/bucketNotification:BucketNotification "raw"';

function open(inputs: Record<string, unknown>, allowed: readonly Registered[] = permissions) {
  const resources = [...transformFunction, ...allowed, notification(inputs)];
  return createNotifications(resources, createIam(resources));
}

test("a notification has S3's document", () => {
  const [delivery, ...more] = open({ lambdaFunctions: [{ ...toFunction, id: "new-raw" }] }).deliveries(object);

  assert.equal(more, []);
  assert.equal(delivery, {
    arn: functionArn,
    service: "lambda",
    principal: { kind: "service", service: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::raw", sourceAccount: account },
    id: `0065F1A2B3C4D5E6F7 new-raw raw ${object.key}`,
    event: {
      Records: [
        {
          eventVersion: "2.1",
          eventSource: "aws:s3",
          awsRegion: "us-east-1",
          eventTime: "2026-11-01T06:00:00.123Z",
          eventName: "ObjectCreated:Put",
          s3: {
            s3SchemaVersion: "1.0",
            configurationId: "new-raw",
            bucket: { name: "raw", arn: "arn:aws:s3:::raw" },
            object: {
              key: "playlists/snapshot_date%3D2026-11-01/a+b%2B%C3%BC%281%29.jsonl.gz",
              size: 1234,
              eTag: "0cc175b9c0f1b6a831c399e269772661",
              sequencer: "0065F1A2B3C4D5E6F7",
            },
          },
        },
      ],
    },
  });
});

test("keys can be decoded as AWS documents", () => {
  const notifications = open({ lambdaFunctions: [{ ...toFunction, filterPrefix: "" }] });
  for (const key of ["a b", "a+b", "a%20b", "ü/🎧", "!'()*~-_.", "a=b&c=d", "שלום", "x/y/z"]) {
    const { event } = notifications.deliveries({ ...object, key })[0]!;

    const encoded = (event as { Records: [{ s3: { object: { key: string } } }] }).Records[0].s3.object.key;

    assert.match(encoded, /^[A-Za-z0-9%+/*_.-]*$/);
    assert.is(decodeURIComponent(encoded.replace(/\+/g, " ")), key);
    assert.equal(objectsOf(event), [{ bucket: "raw", key }]);
  }
});

test("events of other services have no objects", () => {
  assert.equal(
    [undefined, {}, { source: "run" }, { Records: [{}] }, { detail: { state: "Failed" } }].map(objectsOf),
    Array(5).fill([]),
  );
});

const filters: { name: string; inputs: Record<string, unknown>; object?: Partial<CreatedObject>; delivered: number }[] =
  [
    { name: "the prefix fits", inputs: toFunction, delivered: 1 },
    { name: "another prefix", inputs: { ...toFunction, filterPrefix: "state/" }, delivered: 0 },
    { name: "no filter", inputs: { lambdaFunctionArn: functionArn, events: toFunction.events }, delivered: 1 },
    { name: "another bucket", inputs: toFunction, object: { bucket: "lake" }, delivered: 0 },
    { name: "by PUT alone", inputs: { ...toFunction, events: ["s3:ObjectCreated:Put"] }, delivered: 1 },
  ];

for (const { name, inputs, object: changes, delivered } of filters) {
  test(`a notification's filter: ${name}`, () => {
    const notifications = open({ lambdaFunctions: [inputs] });
    assert.is(notifications.deliveries({ ...object, ...changes }).length, delivered);
  });
}

test("each function has its own delivery with a stable id", () => {
  const notifications = open({ lambdaFunctions: [toFunction, { ...toFunction, filterPrefix: "play" }] });

  const ids = notifications.deliveries(object).map(({ id }) => id);

  assert.is(new Set(ids).size, 2);
  assert.equal(
    notifications.deliveries(object).map(({ id }) => id),
    ids,
  );
});

test("events go to EventBridge if the notification enables it or is not declared", () => {
  assert.is(open({ lambdaFunctions: [toFunction] }).reachEventBridge("raw"), false);
  assert.is(open({ eventbridge: true }).reachEventBridge("raw"), true);
  assert.is(open({ lambdaFunctions: [toFunction] }).reachEventBridge("adopted"), true);
});

const refusals: { name: string; inputs: Record<string, unknown>; message: string }[] = [
  {
    name: "an event that does not exist",
    inputs: { lambdaFunctions: [{ ...toFunction, events: ["s3:ObjectCreated"] }] },
    message: `${at}: s3:ObjectCreated is not modelled by the local run`,
  },
  {
    name: "events of removals",
    inputs: { lambdaFunctions: [{ ...toFunction, events: ["s3:ObjectRemoved:*"] }] },
    message: `${at}: s3:ObjectRemoved:* is not modelled by the local run`,
  },
  {
    name: "no event",
    inputs: { lambdaFunctions: [{ ...toFunction, events: [] }] },
    message: `${at}: a function without events is not modelled by the local run`,
  },
  {
    name: "a suffix",
    inputs: { lambdaFunctions: [{ ...toFunction, filterSuffix: ".gz" }] },
    message: `${at}: filterSuffix is not modelled by the local run`,
  },
  { name: "a queue", inputs: { queues: [] }, message: `${at}: queues is not modelled by the local run` },
  { name: "a topic", inputs: { topics: [] }, message: `${at}: topics is not modelled by the local run` },
];

for (const { name, inputs, message } of refusals) {
  test(`refuses a notification: ${name}`, async () => {
    assert.is(await failureOf(() => open(inputs)), `Error: ${message}`);
  });
}

test("S3 refuses a notification whose function does not allow it", async () => {
  assert.is(
    await failureOf(() => open({ lambdaFunctions: [toFunction] }, [])),
    `AccessDenied: User: s3.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} because no resource-based policy allows the lambda:InvokeFunction action`,
  );
});

test.run();
