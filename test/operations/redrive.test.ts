import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type FailedMessage, type FailureQueue, readFailure } from "../../lake/failures";
import { listFailures, redrive } from "../../operations/redrive";

const test = suite("operations/redrive");

const key = "playlists/snapshot_date=2026-11-01/a b.jsonl.gz";
const s3Event = { Records: [{ s3: { bucket: { name: "raw" }, object: { key: key.replace(" ", "+") } } }] };
const bridgeEvent = { "detail-type": "Object Created", detail: { bucket: { name: "raw" }, object: { key } } };

const message = (body: unknown, attributes: Record<string, string> = {}): FailedMessage => ({
  body: typeof body === "string" ? body : JSON.stringify(body),
  sentAt: "2026-11-01T06:00:00.000Z",
  attributes,
});

/** The record that Lambda's on-failure destination receives. */
const record = (requestPayload: unknown, responsePayload: unknown) => ({
  version: "1.0",
  requestContext: { functionArn: "arn:aws:lambda:eu-west-1:1:function:f:$LATEST", condition: "RetriesExhausted" },
  requestPayload,
  responsePayload,
});

const cases: readonly [what: string, message: FailedMessage, read: ReturnType<typeof readFailure>][] = [
  [
    "Lambda's record of a failed event",
    message(record(s3Event, { errorMessage: "no such key", errorType: "NoSuchKey" })),
    { payload: s3Event, what: key, reason: "no such key" },
  ],
  [
    "Lambda's record of an event that grew too old, without an answer",
    message(record({ source: "run" }, null)),
    { payload: { source: "run" }, what: '{"source":"run"}', reason: "RetriesExhausted" },
  ],
  [
    "Scheduler's input, with what it noted",
    message({ source: "run" }, { ERROR_CODE: "AWS.Scheduler.InternalServerError", ERROR_MESSAGE: "throttled" }),
    { payload: { source: "run" }, what: '{"source":"run"}', reason: "throttled" },
  ],
  [
    "EventBridge's event, with its code alone",
    message(bridgeEvent, { ERROR_CODE: "NO_PERMISSIONS", RULE_ARN: "arn" }),
    { payload: bridgeEvent, what: key, reason: "NO_PERMISSIONS" },
  ],
  [
    "an event without a reason",
    message(bridgeEvent),
    { payload: bridgeEvent, what: key, reason: "could not be delivered" },
  ],
  [
    "an input that Scheduler cut",
    message('{"a', { IS_PAYLOAD_TRUNCATED: "true" }),
    { problem: "Scheduler has cut its payload" },
  ],
  ["a body that is not JSON", message("soup"), { problem: "its body is not JSON" }],
  ["JSON that is not an object", message("7"), { problem: "its body is not a JSON object" }],
];
for (const [what, given, read] of cases) {
  test(`reads ${what}`, () => assert.equal(readFailure(given), read));
}

/** A queue in memory that records every call. */
function queueOf(messages: readonly FailedMessage[], fail: (payload: unknown) => string | undefined) {
  const done: string[] = [];
  const queue: FailureQueue = {
    name: "transform",
    async *messages() {
      for (const one of messages) {
        const remove = async () => void done.push(`remove ${one.body}`);
        yield { ...one, remove, putBack: async () => void done.push(`put back ${one.body}`) };
      }
      done.push("empty");
    },
    again: async (payload) => {
      const error = fail(payload);
      done.push(`again ${JSON.stringify(payload)}`);
      if (error !== undefined) throw Object.assign(new Error(error), { name: "TooManyRequestsException" });
    },
  };
  return { queue, done };
}

test("accepted messages are removed, the others are put back at the end", async () => {
  const { queue, done } = queueOf(
    [message({ n: 1 }), message("soup"), message({ n: 2 }), message({ n: 3 })],
    (payload) => ((payload as { n: number }).n === 2 ? "Rate Exceeded" : undefined),
  );
  const watched: string[] = [];

  const warned: string[] = [];
  const redriven = await redrive(
    { failureQueues: [queue] },
    {
      step: async (name, work, describe) => {
        const result = await work(() => undefined);
        watched.push(`${name} ${describe(result)}`);
        return result;
      },
      warn: (line) => warned.push(line),
    },
  );

  const left = "transform: a message of 2026-11-01T06:00:00.000Z was left in the queue";
  const failures = [`${left}: its body is not JSON`, `${left}: TooManyRequestsException: Rate Exceeded`];
  assert.equal(redriven, {
    queues: [{ queue: "transform", again: 2, left: failures }],
    ended: undefined,
    failures,
  });
  assert.equal(warned, failures);
  assert.equal(watched, ['transform called again: {"n":1}', 'transform called again: {"n":3}']);
  assert.equal(done, [
    ...['again {"n":1}', 'remove {"n":1}', 'again {"n":2}', 'again {"n":3}', 'remove {"n":3}', "empty"],
    ...["put back soup", 'put back {"n":2}'],
  ]);
});

test("listing repeats no call and leaves every message", async () => {
  const { queue, done } = queueOf([message(record(s3Event, { errorMessage: "x" })), message("soup")], () => "no");
  const sentAt = "2026-11-01T06:00:00.000Z";

  assert.equal(await listFailures([queue]), [
    { queue: "transform", sentAt, what: key, reason: "x" },
    { queue: "transform", sentAt, what: "soup", reason: "its body is not JSON" },
  ]);
  assert.equal(
    done.map((line) => line.split(" ")[0]),
    ["empty", "put", "put"],
  );
});

test.run();
