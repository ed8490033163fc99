import { suite } from "uvu";
import * as assert from "uvu/assert";
import { crawlEnded, createEndEvents } from "../../../emulator/eventBridge/endEvents";
import type { CrawlResult } from "../../../emulator/glue";
import { createIam } from "../../../emulator/iam";
import type { Registered } from "../../../emulator/resources";
import { document, resource } from "../resources";

const test = suite("emulator/eventBridge/endEvents");

const queueArn = "arn:aws:sqs:us-east-1:123456789012:ends";
const ruleArn = "arn:aws:events:us-east-1:123456789012:rule/failed";
const pattern = (state: string) =>
  JSON.stringify({
    source: ["aws.glue"],
    "detail-type": ["Glue Crawler State Change"],
    detail: { crawlerName: ["ours"], state: [state] },
  });

function declared(sourceArn: string, sourceAccount = "123456789012"): Registered[] {
  const statement = {
    ...{
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
    },
    Condition: { StringEquals: { "aws:SourceAccount": sourceAccount }, ArnEquals: { "aws:SourceArn": [sourceArn] } },
  };
  const queueUrl = "https://sqs.us-east-1.amazonaws.com/123456789012/ends";
  return [
    resource("aws:sqs/queue:Queue", "ends", {}),
    resource("aws:sqs/queuePolicy:QueuePolicy", "ends", { queueUrl, policy: document(statement) }),
    resource("aws:cloudwatch/eventRule:EventRule", "failed", { eventPattern: pattern("Failed") }),
    resource("aws:cloudwatch/eventTarget:EventTarget", "failed", { rule: "failed", arn: queueArn }),
    resource("aws:cloudwatch/eventRule:EventRule", "succeeded", { eventPattern: pattern("Succeeded") }),
  ];
}

function open(resources: Registered[]) {
  const sent: { arn: string; detail: object }[] = [];
  const send = async (_principal: unknown, arn: string, body: string) => {
    sent.push({ arn, detail: (JSON.parse(body) as { detail: object }).detail });
    return { messageId: "m", md5OfBody: "", sentAt: "", body };
  };
  const now = () => new Date("2026-11-22T06:30:00Z");
  return { sent, events: createEndEvents({ resources, iam: createIam(resources), sqs: { send }, now }) };
}

const crawl = (crawler: string, error?: string) =>
  ({ crawler, partitionsAdded: ["a", "b"], ...(error === undefined ? {} : { error }) }) as unknown as CrawlResult;

test("the end of a crawl meets the rules that are about it, and goes to their queues", async () => {
  const { events, sent } = open(declared(ruleArn));
  assert.equal(await events.deliver(crawlEnded(crawl("ours", "no such bucket"))), ["failed"]);
  assert.equal(await events.deliver(crawlEnded(crawl("ours"))), ["succeeded"]);
  assert.equal(await events.deliver(crawlEnded(crawl("other", "no such bucket"))), []);
  assert.equal(sent, [
    {
      arn: queueArn,
      detail: {
        ...{ crawlerName: "ours", accountId: "123456789012" },
        ...{ state: "Failed", message: "Crawler Failed", errorMessage: "no such bucket" },
      },
    },
  ]);
});

test("a queue that takes another rule's events, or another account's, takes none of these", () => {
  const denied = /AccessDenied|not authorized/;
  assert.throws(() => open(declared("arn:aws:events:us-east-1:123456789012:rule/other")), denied);
  assert.throws(() => open(declared(ruleArn, "210987654321")), denied);
});

test.run();
