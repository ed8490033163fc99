import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createS3Events } from "../../../emulator/eventBridge/s3Events";
import type { Registered } from "../../../emulator/resources";
import { account, failureOf, resource } from "../resources";
import { functionArn, notification, object } from "./s3EventResources";

const test = suite("emulator/eventBridge/s3Events EventBridge");

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
