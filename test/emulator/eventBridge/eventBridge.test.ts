import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEventBridge } from "../../../emulator/eventBridge";
import { crawlEnded, objectCreated, queryEnded } from "../../../emulator/eventBridge/events";
import type { CrawlResult } from "../../../emulator/glue";
import { createIam } from "../../../emulator/iam";
import type { Registered } from "../../../emulator/resources";
import { functionArn, object, permissions, transformFunction } from "../../support/emulator/createdObject";
import { account, document, failureOf, resource } from "../../support/emulator/resources";

const test = suite("emulator/eventBridge/eventBridge");

const ruleArn = (name: string) => `arn:aws:events:us-east-1:${account}:rule/${name}`;
const rule = (eventPattern: unknown, more: object = {}, name = "new-raw") =>
  resource("aws:cloudwatch/eventRule:EventRule", name, {
    eventPattern: typeof eventPattern === "string" ? eventPattern : JSON.stringify(eventPattern),
    ...more,
  });
const target = (more: object = {}, name = "new-raw") =>
  resource("aws:cloudwatch/eventTarget:EventTarget", name, { rule: name, arn: functionArn, ...more });
const newRaw = rule({
  source: ["aws.s3"],
  "detail-type": ["Object Created"],
  detail: { bucket: { name: ["raw"] }, object: { key: [{ prefix: "playlists/" }] } },
});

function open(...declared: Registered[]) {
  const resources = [...transformFunction, ...permissions, ...declared];
  return createEventBridge(resources, createIam(resources));
}

test("a rule's target gets S3's event for a new object", () => {
  const [met, ...more] = open(newRaw, target()).meet(objectCreated(object), object.time);

  assert.equal(more, []);
  const { id } = met!.deliveries[0]!.event as { id: string };
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  assert.equal(met, {
    rule: "new-raw",
    deliveries: [
      {
        arn: functionArn,
        service: "lambda",
        principal: {
          kind: "service",
          service: "events.amazonaws.com",
          sourceArn: ruleArn("new-raw"),
          sourceAccount: account,
        },
        id: `${id} new-raw`,
        event: {
          version: "0",
          id,
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
            reason: "PutObject",
          },
        },
      },
    ],
  });
});

const patterns: { name: string; pattern: unknown; matches: boolean }[] = [
  { name: "exact", pattern: { detail: { object: { size: [1234] } } }, matches: true },
  { name: "another value", pattern: { source: ["aws.ec2"] }, matches: false },
  { name: "a field that is not there", pattern: { detail: { nothing: ["x"] } }, matches: false },
  { name: "below a plain value", pattern: { source: { deeper: ["x"] } }, matches: false },
  { name: "a list's entry", pattern: { resources: ["arn:aws:s3:::raw"] }, matches: true },
  { name: "a prefix", pattern: { detail: { object: { key: [{ prefix: "play" }] } } }, matches: true },
  { name: "another prefix", pattern: { detail: { object: { key: [{ prefix: "state/" }] } } }, matches: false },
  { name: "a prefix of a number", pattern: { detail: { object: { size: [{ prefix: "1" }] } } }, matches: false },
  { name: "one of two", pattern: { source: ["aws.ec2", { prefix: "aws.s" }] }, matches: true },
];

for (const { name, pattern, matches } of patterns) {
  test(`a rule's pattern: ${name}`, () => {
    assert.is(open(rule(pattern)).meet(objectCreated(object), object.time).length, matches ? 1 : 0);
  });
}

const queueArn = `arn:aws:sqs:us-east-1:${account}:ends`;
function ends(sourceArn: string, sourceAccount: string): Registered[] {
  const condition = {
    StringEquals: { "aws:SourceAccount": sourceAccount },
    ArnEquals: { "aws:SourceArn": [sourceArn] },
  };
  const principal = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" } };
  const policy = document({ ...principal, Action: "sqs:SendMessage", Resource: queueArn, Condition: condition });
  const queueUrl = `https://sqs.us-east-1.amazonaws.com/${account}/ends`;
  const pattern = (state: string) => ({
    source: ["aws.glue"],
    "detail-type": ["Glue Crawler State Change"],
    detail: { crawlerName: ["ours"], state: [state] },
  });
  return [
    resource("aws:sqs/queue:Queue", "ends", {}),
    resource("aws:sqs/queuePolicy:QueuePolicy", "ends", { queueUrl, policy }),
    rule(pattern("Failed"), {}, "failed"),
    target({ arn: queueArn }, "failed"),
    rule(pattern("Succeeded"), {}, "succeeded"),
  ];
}

const crawl = (crawler: string, error?: string) =>
  ({ crawler, partitionsAdded: ["a", "b"], ...(error === undefined ? {} : { error }) }) as unknown as CrawlResult;

test("the end of a crawl matches its rules and goes to their queues", () => {
  const bus = open(...ends(ruleArn("failed"), account));
  const meet = (result: CrawlResult) =>
    bus.meet(crawlEnded(result), new Date("2026-11-22T06:30:00Z")).map(({ rule: name, deliveries }) => ({
      name,
      sent: deliveries.map(({ service, arn, event }) => ({
        service,
        arn,
        detail: (event as { detail: object }).detail,
      })),
    }));

  const detail = { accountId: account, crawlerName: "ours", state: "Failed", message: "Crawler Failed" };
  const sent = [{ service: "sqs", arn: queueArn, detail: { ...detail, errorMessage: "no such bucket" } }];
  assert.equal(meet(crawl("ours", "no such bucket")), [{ name: "failed", sent }]);
  assert.equal(meet(crawl("ours")), [{ name: "succeeded", sent: [] }]);
  assert.equal(meet(crawl("other", "no such bucket")), []);
});

test("two events of one kind have different ids", () => {
  const bus = open(...ends(ruleArn("failed"), account));
  const idOf = () => bus.meet(crawlEnded(crawl("ours", "x")), new Date())[0]!.deliveries[0]!.id;
  assert.is.not(idOf(), idOf());
});

test("the event for the end of a query has its state and workgroup", () => {
  const ended = (error?: string) =>
    queryEnded({ id: "q", workgroup: { name: "w" }, ...(error && { error }) } as never).detail;
  const about = { queryExecutionId: "q", workgroupName: "w" };
  assert.equal(ended(), { currentState: "SUCCEEDED", ...about });
  assert.equal(ended("no such table"), { currentState: "FAILED", ...about });
});

test("a queue that allows only another rule or account is refused", () => {
  const denied = /AccessDenied|not authorized/;
  assert.throws(() => open(...ends(ruleArn("other"), account)), denied);
  assert.throws(() => open(...ends(ruleArn("failed"), "210987654321")), denied);
});

const ruleAt = 'aws:cloudwatch/eventRule:EventRule "new-raw"';
const targetAt = 'aws:cloudwatch/eventTarget:EventTarget "new-raw"';
const refusals: { name: string; resources: Registered[]; message: string }[] = [
  { name: "no JSON", resources: [rule("{")], message: `${ruleAt}: eventPattern: expected an object, got "{"` },
  {
    name: "an operator",
    resources: [rule({ detail: { object: { size: [{ numeric: [">", 0] }] } } })],
    message: `${ruleAt}: eventPattern: size {"numeric":[">",0]} is not evaluated by the local run, which knows values and "prefix"`,
  },
  {
    name: "$or",
    resources: [rule({ $or: [{ source: ["a"] }] })],
    message: `${ruleAt}: eventPattern: $or {"source":["a"]} is not evaluated by the local run, which knows values and "prefix"`,
  },
  {
    name: "a plain value",
    resources: [rule({ source: "aws.s3" })],
    message: `${ruleAt}: eventPattern: expected an object, got "aws.s3"`,
  },
  {
    name: "a state",
    resources: [rule({ source: ["aws.s3"] }, { state: "DISABLED" })],
    message: `${ruleAt}: state is not modelled by the local run`,
  },
  {
    name: "an input of the target's own",
    resources: [newRaw, target({ input: "{}" })],
    message: `${targetAt}: input is not modelled by the local run`,
  },
  {
    name: "another kind of target",
    resources: [newRaw, target({ arn: "arn:aws:sns:us-east-1:1:x" })],
    message: `${targetAt}: target arn:aws:sns:us-east-1:1:x is not modelled by the local run`,
  },
];

for (const { name, resources, message } of refusals) {
  test(`refuses a rule: ${name}`, async () => {
    assert.is(await failureOf(() => open(...resources)), `Error: ${message}`);
  });
}

test.run();
