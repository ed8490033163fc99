import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createIam } from "../../local/iam";
import type { Registered } from "../../local/program";
import type { CreatedObject } from "../../local/s3";
import { createS3Events } from "../../local/s3Events";
import { account, allow, failureOf, resource, role, roleArn } from "./resources";

const test = suite("local/s3Events");

const functionArn = `arn:aws:lambda:us-east-1:${account}:function:transform`;
const queueArn = `arn:aws:sqs:us-east-1:${account}:events`;
const object: CreatedObject = {
  bucket: "raw",
  key: "playlists/snapshot_date=2026-11-01/a b+ü(1).jsonl.gz",
  size: 1234,
  eTag: "0cc175b9c0f1b6a831c399e269772661",
  sequencer: "0065F1A2B3C4D5E6F7",
  eventName: "ObjectCreated:Put",
  time: new Date("2026-11-01T06:00:00.123Z"),
  requestId: "0123456789ABCDEF",
};

const toFunction = { lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:*"], filterPrefix: "playlists/" };
const notification = (inputs: Record<string, unknown>, name = "raw") =>
  resource("aws:s3/bucketNotification:BucketNotification", name, { bucket: "raw", ...inputs });
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

const pattern = (more: object = {}) => ({
  source: ["aws.s3"],
  "detail-type": ["Object Created"],
  detail: { bucket: { name: ["raw"] }, object: { key: [{ prefix: "playlists/" }] }, ...more },
});
const rule = (eventPattern: unknown, more: object = {}) =>
  resource("aws:cloudwatch/eventRule:EventRule", "new-raw", {
    eventPattern: typeof eventPattern === "string" ? eventPattern : JSON.stringify(eventPattern),
    ...more,
  });
const target = (more: object = {}) =>
  resource("aws:cloudwatch/eventTarget:EventTarget", "new-raw", { rule: "new-raw", arn: functionArn, ...more });

test("an EventBridge rule's target gets EventBridge's document", () => {
  const events = createS3Events({ resources: [notification({ eventbridge: true }), rule(pattern()), target()] });
  const [delivery, ...more] = events.deliveries(object);
  assert.equal(more, []);
  const event = delivery!.event as { id: string };
  assert.match(event.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(delivery, {
    arn: functionArn,
    kind: "lambda",
    principal: {
      kind: "service",
      service: "events.amazonaws.com",
      sourceArn: `arn:aws:events:us-east-1:${account}:rule/new-raw`,
      sourceAccount: account,
    },
    id: delivery!.id,
    event: {
      version: "0",
      id: event.id,
      "detail-type": "Object Created",
      source: "aws.s3",
      account,
      time: "2026-11-01T06:00:00Z",
      region: "us-east-1",
      resources: ["arn:aws:s3:::raw"],
      detail: {
        version: "0",
        bucket: { name: "raw" },
        object: { key: object.key, size: 1234, etag: object.eTag, sequencer: object.sequencer },
        "request-id": "0123456789ABCDEF",
        requester: account,
        "source-ip-address": "127.0.0.1",
        reason: "PutObject",
      },
    },
  });
});

const patterns: { name: string; pattern: unknown; matches: boolean }[] = [
  { name: "exact", pattern: { detail: { object: { size: [1234] } } }, matches: true },
  { name: "another value", pattern: { source: ["aws.ec2"] }, matches: false },
  { name: "a field that isn't there", pattern: { detail: { nothing: ["x"] } }, matches: false },
  { name: "below a plain value", pattern: { source: { deeper: ["x"] } }, matches: false },
  { name: "a list's entry", pattern: { resources: ["arn:aws:s3:::raw"] }, matches: true },
  { name: "suffix", pattern: { detail: { object: { key: [{ suffix: ".jsonl.gz" }] } } }, matches: true },
  { name: "wildcard", pattern: { detail: { object: { key: [{ wildcard: "playlists/*/*.gz" }] } } }, matches: true },
  { name: "? is no wildcard", pattern: { source: [{ wildcard: "aws.s?" }] }, matches: false },
  { name: "exists", pattern: { detail: { reason: [{ exists: true }] } }, matches: true },
  { name: "doesn't exist", pattern: { detail: { nothing: [{ exists: false }] } }, matches: true },
  { name: "anything but", pattern: { detail: { reason: [{ "anything-but": ["CopyObject"] }] } }, matches: true },
  { name: "not anything but", pattern: { detail: { reason: [{ "anything-but": "PutObject" }] } }, matches: false },
  { name: "without case", pattern: { detail: { reason: [{ "equals-ignore-case": "putobject" }] } }, matches: true },
  { name: "one of two", pattern: { source: ["aws.ec2", { prefix: "aws.s" }] }, matches: true },
];

for (const { name, pattern: eventPattern, matches } of patterns) {
  test(`a rule's pattern: ${name}`, () => {
    const events = createS3Events({ resources: [rule(eventPattern), target()] });
    assert.is(events.deliveries(object).length, matches ? 1 : 0);
  });
}

test("EventBridge hears of buckets that send to it, of no rule that is off", () => {
  const count = (...resources: Registered[]) => createS3Events({ resources }).deliveries(object).length;
  assert.is(count(notification({ lambdaFunctions: [] }), rule(pattern()), target()), 0);
  assert.is(count(rule(pattern()), target()), 1);
  assert.is(count(rule(pattern(), { state: "DISABLED" }), target()), 0);
  assert.is(
    count(
      rule(pattern()),
      resource("aws:cloudwatch/eventTarget:EventTarget", "x", { rule: "other", arn: functionArn }),
    ),
    0,
  );
});

const ruleRefusals: { name: string; resources: Registered[]; message: string }[] = [
  {
    name: "no JSON",
    resources: [rule("{"), target()],
    message: 'aws:cloudwatch/eventRule:EventRule "new-raw": eventPattern is not JSON: {',
  },
  {
    name: "an operator",
    resources: [rule({ detail: { object: { size: [{ numeric: [">", 0] }] } } }), target()],
    message:
      'aws:cloudwatch/eventRule:EventRule "new-raw": eventPattern: size {"numeric":[">",0]} is not evaluated; known: prefix, suffix, wildcard, exists, equals-ignore-case, anything-but',
  },
  {
    name: "no values",
    resources: [rule({ source: [] }), target()],
    message: 'aws:cloudwatch/eventRule:EventRule "new-raw": eventPattern: source has no values',
  },
  {
    name: "a plain value",
    resources: [rule({ source: "aws.s3" }), target()],
    message: 'aws:cloudwatch/eventRule:EventRule "new-raw": eventPattern: expected an object, got "aws.s3"',
  },
  {
    name: "an input of the target's own",
    resources: [rule(pattern()), target({ input: "{}" })],
    message: 'aws:cloudwatch/eventTarget:EventTarget "new-raw": input is not modelled by the local run',
  },
  {
    name: "another kind of target",
    resources: [rule(pattern()), target({ arn: "arn:aws:sns:us-east-1:1:x" })],
    message:
      'aws:cloudwatch/eventTarget:EventTarget "new-raw": target arn:aws:sns:us-east-1:1:x is not modelled by the local run',
  },
];

for (const { name, resources, message } of ruleRefusals) {
  test(`refuses a rule: ${name}`, async () => {
    assert.is(await failureOf(() => createS3Events({ resources })), `Error: ${message}`);
  });
}

test.run();
