import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createS3Events } from "../../../emulator/eventBridge/s3Events";
import { createIam } from "../../../emulator/iam";
import type { Registered } from "../../../emulator/resources";
import type { CreatedObject } from "../../../emulator/s3";
import { account, allow, failureOf, resource, role, roleArn } from "../resources";
import { functionArn, notification, object } from "./s3EventResources";

const test = suite("emulator/eventBridge/s3Events");

const queueArn = `arn:aws:sqs:us-east-1:${account}:events`;
const toFunction = { lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:*"], filterPrefix: "playlists/" };
const at = 'aws:s3/bucketNotification:BucketNotification "raw"';

test("a notification's document is S3's", () => {
  const events = createS3Events({ resources: [notification({ lambdaFunctions: [{ ...toFunction, id: "new-raw" }] })] });
  const [delivery, ...more] = events.deliveries(object);
  assert.equal(more, []);
  const text = JSON.stringify(delivery!.event);
  const [, ownerId] = /"ownerIdentity":\{"principalId":"([0-9A-F]{20})"\}/.exec(text) ?? [];
  const [, hostId] = /"x-amz-id-2":"([0-9A-F]{20})"/.exec(text) ?? [];
  assert.ok(ownerId !== undefined && hostId !== undefined);
  assert.equal(delivery, {
    arn: functionArn,
    kind: "lambda",
    principal: { kind: "service", service: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::raw", sourceAccount: account },
    id: delivery!.id,
    event: {
      Records: [
        {
          eventVersion: "2.1",
          eventSource: "aws:s3",
          awsRegion: "us-east-1",
          eventTime: "2026-11-01T06:00:00.123Z",
          eventName: "ObjectCreated:Put",
          userIdentity: { principalId: `AWS:${ownerId}` },
          requestParameters: { sourceIPAddress: "127.0.0.1" },
          responseElements: { "x-amz-request-id": "0123456789ABCDEF", "x-amz-id-2": hostId },
          s3: {
            s3SchemaVersion: "1.0",
            configurationId: "new-raw",
            bucket: { name: "raw", ownerIdentity: { principalId: ownerId }, arn: "arn:aws:s3:::raw" },
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
  assert.match(delivery!.id, /^0065F1A2B3C4D5E6F7-[0-9a-f]{16}$/);
});

test("keys can be read back as AWS says", () => {
  const events = createS3Events({
    resources: [notification({ lambdaFunctions: [{ ...toFunction, filterPrefix: "" }] })],
  });
  for (const key of ["a b", "a+b", "a%20b", "ü/🎧", "!'()*~-_.", "a=b&c=d", "שלום", "x/y/z"]) {
    const event = events.deliveries({ ...object, key })[0]!.event as { Records: [{ s3: { object: { key: string } } }] };
    const encoded = event.Records[0].s3.object.key;
    assert.match(encoded, /^[A-Za-z0-9%+/*_.-]*$/);
    assert.is(decodeURIComponent(encoded.replace(/\+/g, " ")), key);
  }
});

const filters: { name: string; inputs: Record<string, unknown>; object?: Partial<CreatedObject>; delivered: number }[] =
  [
    { name: "the prefix fits", inputs: toFunction, delivered: 1 },
    { name: "another prefix", inputs: { ...toFunction, filterPrefix: "state/" }, delivered: 0 },
    { name: "no filter", inputs: { ...toFunction, filterPrefix: undefined }, delivered: 1 },
    { name: "the suffix fits", inputs: { ...toFunction, filterSuffix: ".gz" }, delivered: 1 },
    { name: "another suffix", inputs: { ...toFunction, filterSuffix: ".csv" }, delivered: 0 },
    { name: "another bucket", inputs: toFunction, object: { bucket: "lake" }, delivered: 0 },
    { name: "by PUT alone", inputs: { ...toFunction, events: ["s3:ObjectCreated:Put"] }, delivered: 1 },
    {
      name: "by upload in parts alone",
      inputs: { ...toFunction, events: ["s3:ObjectCreated:CompleteMultipartUpload"] },
      delivered: 0,
    },
    {
      name: "an upload in parts",
      inputs: toFunction,
      object: { eventName: "ObjectCreated:CompleteMultipartUpload" },
      delivered: 1,
    },
    { name: "what was removed", inputs: { ...toFunction, events: ["s3:ObjectRemoved:*"] }, delivered: 0 },
  ];

for (const { name, inputs, object: changes, delivered } of filters) {
  test(`a notification's filter: ${name}`, () => {
    const events = createS3Events({ resources: [notification({ lambdaFunctions: [inputs] })] });
    assert.is(events.deliveries({ ...object, ...changes }).length, delivered);
  });
}

test("a queue gets the same document, and each target has a delivery of its own", () => {
  const queues = [{ queueArn, events: ["s3:ObjectCreated:*"], id: "q" }];
  const resources = [notification({ lambdaFunctions: [toFunction], queues })];
  const deliveries = createS3Events({ resources }).deliveries(object);
  assert.equal(
    deliveries.map(({ arn, kind }) => ({ arn, kind })),
    [
      { arn: functionArn, kind: "lambda" },
      { arn: queueArn, kind: "sqs" },
    ],
  );
  assert.is.not(deliveries[0]!.id, deliveries[1]!.id);
  assert.equal(createS3Events({ resources }).deliveries(object), deliveries);
});

const refusals: { name: string; inputs: Record<string, unknown>; message: string }[] = [
  {
    name: "no such event",
    inputs: { lambdaFunctions: [{ ...toFunction, events: ["s3:ObjectCreated"] }] },
    message: `${at}: the event 's3:ObjectCreated' is not supported, expected e.g. 's3:ObjectCreated:*'`,
  },
  {
    name: "no event",
    inputs: { lambdaFunctions: [{ ...toFunction, events: [] }] },
    message: `${at}: the event '' is not supported, expected e.g. 's3:ObjectCreated:*'`,
  },
  {
    name: "a topic",
    inputs: { topics: [{ topicArn: "arn:aws:sns:us-east-1:1:x", events: ["s3:ObjectCreated:*"] }] },
    message: `${at}: topics are not modelled by the local run`,
  },
];

for (const { name, inputs, message } of refusals) {
  test(`refuses a notification: ${name}`, async () => {
    assert.is(await failureOf(() => createS3Events({ resources: [notification(inputs)] })), `Error: ${message}`);
  });
}

test("S3 stores no notification whose target doesn't let it in", async () => {
  const lambda = resource("aws:lambda/function:Function", "transform", { role: roleArn("transform") });
  const permission = resource("aws:lambda/permission:Permission", "p", {
    action: "lambda:InvokeFunction",
    function: "transform",
    principal: "s3.amazonaws.com",
    sourceArn: "arn:aws:s3:::raw",
    sourceAccount: account,
  });
  const resources = [
    ...role("transform", allow("s3:GetObject", "*")),
    resource("aws:s3/bucket:Bucket", "raw", {}),
    lambda,
    notification({ lambdaFunctions: [toFunction] }),
  ];
  const failure = (all: Registered[]) => failureOf(() => createS3Events({ resources: all, iam: createIam(all) }));
  assert.is(await failure([...resources, permission]), undefined);
  assert.is(
    await failure(resources),
    `AccessDenied: User: s3.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} because no resource-based policy allows the lambda:InvokeFunction action`,
  );
});

test.run();
