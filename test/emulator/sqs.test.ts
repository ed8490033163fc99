import { readdirSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createClock } from "../../emulator/clock";
import { createIam, type Principal } from "../../emulator/iam";
import type { Registered } from "../../emulator/resources";
import { createSqs } from "../../emulator/sqs";
import { account, allow, failureOf, resource, role, roleArn, tempFolder } from "../support/emulator/resources";

const test = suite("emulator/sqs");

const queueArn = `arn:aws:sqs:us-east-1:${account}:failures`;
const otherArn = `arn:aws:sqs:us-east-1:${account}:other`;
const resources = [
  resource("aws:sqs/queue:Queue", "failures", {}),
  resource("aws:sqs/queue:Queue", "other", {}),
  ...role("extract", allow("sqs:SendMessage", [queueArn, `${queueArn}-2`])),
];
const extract: Principal = { kind: "role", arn: roleArn("extract"), session: "extract" };
const owner: Principal = { kind: "owner" };

let state: Awaited<ReturnType<typeof tempFolder>>;
test.before(async () => {
  state = await tempFolder();
});
test.after(() => state.remove());

const start = (clock = createClock()) =>
  createSqs({ resources, iam: createIam(resources), stateDir: state.folder, clock });

test("messages keep their order across processes", async () => {
  const clock = createClock();
  clock.set(new Date("2026-11-01T06:00:00Z"));
  const sqs = start(clock);
  assert.equal(sqs.messages(queueArn), []);
  const first = sqs.send(extract, queueArn, "first");
  assert.equal(first, {
    messageId: first.messageId,
    md5OfBody: "8b04d5e3775d298e78455efc5ca404d5",
    sentAt: "2026-11-01T06:00:00.000Z",
    body: "first",
  });
  const more = [];
  for (let index = 0; index < 12; index++) more.push(sqs.send(extract, queueArn, `message ${index}`));
  assert.equal(start().messages(queueArn), [first, ...more]);
  assert.equal(sqs.messages(otherArn), []);
  assert.is(readdirSync(path.join(state.folder, "sqs", "failures")).length, 13);
});

test("a denied call and an unknown queue are refused", async () => {
  const sqs = start();
  const before = sqs.messages(queueArn);
  assert.is(
    await failureOf(() => sqs.send(extract, otherArn, "x")),
    `AccessDenied: User: arn:aws:sts::${account}:assumed-role/extract/extract is not authorized to perform: sqs:SendMessage on resource: ${otherArn} because no identity-based policy allows the sqs:SendMessage action`,
  );
  const missing = `QueueDoesNotExist: there is no queue ${queueArn}-2`;
  assert.is(await failureOf(() => sqs.send(extract, `${queueArn}-2`, "x")), missing);
  assert.is(await failureOf(() => sqs.messages(`${queueArn}-2`)), missing);
  assert.equal(sqs.messages(queueArn), before);
  assert.is(sqs.send(owner, otherArn, "x").body, "x");
});

test("remove deletes one message, and does nothing if it is gone", async () => {
  const sqs = start();
  const [first, second] = [sqs.send(owner, otherArn, "1"), sqs.send(owner, otherArn, "2")];
  const before = sqs.messages(otherArn);
  sqs.remove(otherArn, first.messageId);
  sqs.remove(otherArn, first.messageId);
  assert.equal(
    sqs.messages(otherArn),
    before.filter(({ messageId }) => messageId !== first.messageId),
  );
  sqs.remove(otherArn, second.messageId);
});

test("refuses a FIFO queue", async () => {
  const fifo: Registered[] = [resource("aws:sqs/queue:Queue", "f", { name: "f.fifo", fifoQueue: true })];
  assert.is(
    await failureOf(() =>
      createSqs({ resources: fifo, iam: createIam(fifo), stateDir: state.folder, clock: createClock() }),
    ),
    'Error: aws:sqs/queue:Queue "f": fifoQueue is not modelled by the local run',
  );
});

test.run();
