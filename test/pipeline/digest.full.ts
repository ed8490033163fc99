// The digest's function as it would be deployed: serialized, in a separate process, over the real SDK.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Registered } from "../../emulator/resources";
import type { Pipeline } from "../../lake/local/pipeline";
import { localSql } from "../../lake/local/sql";
import type { Report } from "../../lake/runReport";
import { digestOf } from "../../operations/digest";
import { grantsOf, nameOf, rolePolicy, withPolicy } from "../support/pipeline/grants";
import { openTestPipeline, sampleSource, stateFolder } from "../support/pipeline/pipelines";

const test = suite("pipeline/digest");

const topicArn = "arn:aws:sns:us-east-1:123456789012:theirs";
/** Each day, after the run. */
const config = { "playlake:digestTopicArn": topicArn, "playlake:digestSchedule": "cron(0 9 * * ? *)" };

let state: ReturnType<typeof stateFolder>;
test.before.each(() => {
  state = stateFolder();
});
test.after.each(() => state.remove());

async function withDigest<T>(
  work: (pipeline: Pipeline) => Promise<T>,
  adjust = (all: Registered[]) => all,
): Promise<T> {
  const pipeline = await openTestPipeline({ source: await sampleSource(), stateDir: state.stateDir, config, adjust });
  return work(pipeline).finally(() => pipeline.close());
}

async function simulate(pipeline: Pipeline, days: number): Promise<Report[]> {
  const reports: Report[] = [];
  for (const instant of pipeline.runsAfter(undefined, days)) reports.push(await pipeline.simulate(instant));
  return reports;
}

/** The lines of songs in a message. */
function songsIn(message: string): string[] {
  return message.split("\n").filter((line) => /^ {2}[x+=-] /.test(line));
}

/** What `playlake digest` finds over all days. */
async function allChanges(): Promise<string[]> {
  const lake = localSql(state.stateDir);
  const { changes } = await digestOf(lake, "2026-11-01");
  lake.close();
  return changes.map(({ snapshot_date, name }) => `${snapshot_date} ${name}`);
}

test("each day's changes are sent once, and the first day brings none", async () => {
  await withDigest(async (pipeline) => {
    const { cloud } = pipeline;
    const reports = await simulate(pipeline, 3);
    await cloud.scheduler.fire("playlake-digest");
    await cloud.settle();

    assert.equal(
      reports.map((report) => report.failures),
      [[], [], []],
    );
    const sent = cloud.sns.messages(topicArn);
    assert.equal(
      sent.map(({ sentAt }) => sentAt),
      ["2026-11-02T09:00:00.000Z", "2026-11-03T09:00:00.000Z"],
    );
    const changes = await allChanges();
    assert.ok(changes.length > 4, `${changes.length} changes`);
    assert.is(sent.flatMap(({ message }) => songsIn(message)).length, changes.length);
    assert.equal(cloud.iam.denied, []);
  });
});

/** Calls that Athena may make of Glue, and that the local Athena does not. */
const notAsked = /^glue:(GetDatabases|GetTables|GetPartition|BatchGetPartition) /;
/** Of one statement's actions and resources, the pairs that do not go together. */
const meaningless = /^glue:(GetDatabase .*:table\/|GetPartitions .*:table\/playlake_local\/(?!csv_))/;

test("the function's role grants what a digest needs and nothing else", async () => {
  await withDigest(async (pipeline) => {
    const { iam } = pipeline.cloud;
    const asked: string[] = [];
    const { authorize, allows } = iam;
    const note = (...[principal, action, resource, context = {}]: Parameters<typeof authorize>) => {
      if (principal.kind === "role" && principal.arn.endsWith("/playlake-digest")) {
        asked.push(`${action} ${resource} ${context["s3:prefix"] ?? ""}`.trim());
      }
    };
    iam.authorize = (...call) => {
      authorize(...call);
      note(...call);
    };
    iam.allows = (...call) => {
      const isAllowed = allows(...call);
      if (isAllowed) note(...call);
      return isAllowed;
    };
    await simulate(pipeline, 2);

    const { resources } = pipeline.program;
    const granted = grantsOf(rolePolicy(resources, "playlake-digest")).map(nameOf);
    const isUsed = (grant: string) => {
      const pattern = grant.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
      return asked.some((call) => new RegExp(`^${pattern.join(".*")}$`).test(call));
    };
    const unused = granted.filter((grant) => !isUsed(grant) && !notAsked.test(grant) && !meaningless.test(grant));
    assert.equal(unused, [`sqs:SendMessage arn:aws:sqs:us-east-1:123456789012:playlake-digest-failures`]);
    assert.equal(iam.denied, []);
    assert.is(new Set(granted).size, granted.length);
  });
});

test("what failed digests could not send is sent once when they are redriven", async () => {
  const withoutPublish = (resources: Registered[]) => {
    const grants = grantsOf(rolePolicy(resources, "playlake-digest"));
    const others = grants.filter(({ action }) => action !== "sns:Publish");
    return withPolicy(resources, "playlake-digest", others);
  };
  await withDigest(async (pipeline) => {
    const reports = await simulate(pipeline, 3);
    const failed = reports.map(({ failures }) => failures.filter((line) => line.startsWith("playlake-digest:")).length);
    assert.equal(failed, [0, 1, 1]);
    assert.equal(pipeline.cloud.sns.messages(topicArn), []);
    const alarm = pipeline.cloud.cloudWatch.alarms().find(({ name }) => name === "playlake-alarm-digest-failures");
    assert.is(alarm?.state, "ALARM");
  }, withoutPublish);

  await withDigest(async (pipeline) => {
    const queue = pipeline.failureQueues.find(({ name }) => name === "digest");
    const messages = [];
    for await (const message of queue!.messages()) messages.push(message);
    const requests = messages.map(({ body }) => (JSON.parse(body) as { requestPayload: unknown }).requestPayload);
    assert.equal(requests, [{ source: "digest" }, { source: "digest" }]);
    for (const message of messages) await queue!.again({ source: "digest" }, message);

    const sent = pipeline.cloud.sns.messages(topicArn);
    assert.is(sent.length, 1);
    assert.is(songsIn(sent[0]?.message ?? "").length, (await allChanges()).length);
  });
});

test.run();
