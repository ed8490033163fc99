import { ListTopicsCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createClock } from "../../emulator/clock";
import { createIam, type Iam } from "../../emulator/iam";
import { createLoopbackServer } from "../../emulator/loopback";
import { createSns } from "../../emulator/sns";
import { account, allow, resource, role, roleArn, tempFolder } from "../support/emulator/resources";

const test = suite("emulator/sns");

const topicArn = `arn:aws:sns:us-east-1:${account}:news`;
const otherArn = `arn:aws:sns:us-east-1:${account}:other`;
const deny = {
  ...{ Effect: "Deny", Principal: "*", Action: "sns:Publish", Resource: topicArn },
  Condition: { StringEquals: { "aws:PrincipalArn": roleArn("banned") } },
};
const resources = [
  resource("aws:sns/topic:Topic", "news", {}),
  resource("aws:sns/topicPolicy:TopicPolicy", "news", {
    arn: topicArn,
    policy: { Version: "2012-10-17", Statement: [deny] },
  }),
  ...role("digest", allow("sns:Publish", topicArn)),
  ...role("banned", allow("sns:Publish", topicArn)),
];

let folder: Awaited<ReturnType<typeof tempFolder>>;
let iam: Iam;
let sns: ReturnType<typeof createSns>;
let server: ReturnType<typeof createLoopbackServer>;
let endpoint: string;

test.before(async () => {
  folder = await tempFolder();
  iam = createIam(resources);
  const clock = createClock();
  clock.set(new Date("2026-11-02T09:00:00Z"));
  sns = createSns({ iam, stateDir: folder.folder, clock });
  server = createLoopbackServer((request, response) => {
    if (sns.isFor(request)) sns.listener(request, response);
    else response.writeHead(400).end();
  });
  endpoint = await server.listen();
});
test.after(async () => {
  await server.close();
  await folder.remove();
});

/** Publishes as a role. @returns the message's id, or the error's name and message */
async function publish(as: string, TopicArn: string, Subject: string, Message: string): Promise<string> {
  const credentials = iam.assume(roleArn(as), "lambda.amazonaws.com", { session: as });
  const client = new SNSClient({ region: "us-east-1", endpoint, credentials, maxAttempts: 1 });
  try {
    return (await client.send(new PublishCommand({ TopicArn, Subject, Message }))).MessageId ?? "";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  } finally {
    client.destroy();
  }
}

test("messages of the real SDK are kept in order, with every character", async () => {
  assert.equal(sns.messages(topicArn), []);
  const texts = ["first", 'a & b = "c" + d\n<é>🎵 %20', "x".repeat(262_144)];

  const ids: string[] = [];
  for (const text of texts) ids.push(await publish("digest", topicArn, "A subject", text));

  assert.equal(
    sns.messages(topicArn),
    texts.map((message, i) => ({
      messageId: ids[i],
      subject: "A subject",
      message,
      sentAt: "2026-11-02T09:00:00.000Z",
    })),
  );
  assert.equal(sns.messages(otherArn), []);
});

test("what SNS refuses is refused with its error", async () => {
  const before = sns.messages(topicArn).length;
  const cases: [as: string, arn: string, subject: string, message: string, error: RegExp][] = [
    [
      "digest",
      otherArn,
      "Subject",
      "x",
      /^AuthorizationError.*: User: .*\/digest is not authorized to perform: sns:Publish on resource: .*:other because no identity-based policy/,
    ],
    ["banned", topicArn, "Subject", "x", /^AuthorizationError.*explicit deny in a resource-based policy/],
    ["digest", topicArn, "Subject", "", /^InvalidParameter.*: Invalid parameter: Empty message/],
    ["digest", topicArn, "Subject", "x".repeat(262_145), /^InvalidParameter.*: Invalid parameter: Message too long/],
    ["digest", topicArn, "é", "x", /^InvalidParameter.*: Invalid parameter: Subject/],
    ["digest", topicArn, "a\nb", "x", /^InvalidParameter.*: Invalid parameter: Subject/],
    ["digest", topicArn, "s".repeat(100), "x", /^InvalidParameter.*: Invalid parameter: Subject/],
    ["digest", "news", "Subject", "x", /^InvalidParameter.*: Invalid parameter: TopicArn/],
  ];
  for (const [as, arn, subject, message, error] of cases) assert.match(await publish(as, arn, subject, message), error);
  assert.is(sns.messages(topicArn).length, before);
});

test("another action is refused by name", async () => {
  const credentials = iam.assume(roleArn("digest"), "lambda.amazonaws.com", { session: "digest" });
  const client = new SNSClient({ region: "us-east-1", endpoint, credentials, maxAttempts: 1 });
  const error = await client.send(new ListTopicsCommand({})).catch((thrown: Error) => thrown);
  client.destroy();
  assert.is((error as Error).message, "SNS.ListTopics is not modelled by the local run");
});

test("an unsigned request is refused", async () => {
  const send = (body: string) =>
    fetch(endpoint, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body });
  const answer = await send("Action=Publish&Message=x");
  assert.is(answer.status, 400);
  assert.match(await answer.text(), "<Code>UnrecognizedClientException</Code>");
});

test.run();
