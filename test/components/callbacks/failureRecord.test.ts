import * as sdk from "@aws-sdk/client-sqs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeKeepEvent } from "../../../components/callbacks/failureRecord";
import { readFailure } from "../../../lake/failures";

const test = suite("components/callbacks/failureRecord");

test("a kept event has the form of Lambda's own records, and can be redriven", async () => {
  const sent: sdk.SendMessageCommandInput[] = [];
  const client = { send: async ({ input }: sdk.SendMessageCommand) => void sent.push(input) };
  const keep = makeKeepEvent(sdk, client as unknown as sdk.SQSClient, {
    ...{ queueUrl: "https://sqs/q", functionName: "f", errorType: "INVALID_RAW" },
    now: () => Date.parse("2026-11-22T06:00:00Z"),
  });
  const key = "playlists/snapshot_date=2026-11-22/a.json";
  const event = { Records: [{ eventSource: "aws:s3", s3: { bucket: { name: "raw" }, object: { key } } }] };

  await keep(event, "a: found HTML");

  const [{ QueueUrl, MessageBody = "" } = {}] = sent;
  assert.is(QueueUrl, "https://sqs/q");
  assert.equal(JSON.parse(MessageBody), {
    version: "1.0",
    timestamp: "2026-11-22T06:00:00.000Z",
    requestContext: { functionName: "f", condition: "Refused", approximateInvokeCount: 1 },
    requestPayload: event,
    responsePayload: { errorType: "INVALID_RAW", errorMessage: "a: found HTML" },
  });
  assert.equal(readFailure({ body: MessageBody, sentAt: "", attributes: {} }), {
    payload: event,
    what: key,
    reason: "a: found HTML",
  });
});

test.run();
