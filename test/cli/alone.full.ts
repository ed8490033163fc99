// The commands that alarms name, in programs with one component.
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { StackOutputs } from "../../components/stack/outputs";
import { lakeKey, parseRawKey, playlistIdOfFile } from "../../transforms/keys";
import { type DeployedStack, deployStack, fakePulumi } from "../support/deployedStack";
import { filesOf } from "../support/lakes";
import { type Executed, run, withoutTimes } from "../support/terminal";

const test = suite("cli/alone");

let stack: DeployedStack;
test.before(async () => {
  stack = await deployStack();
});
test.after(() => stack.close());

/** Returns what runs a command in a program that exports only this. */
function programWith(name: string, outputs: object): (...words: string[]) => Promise<Executed> {
  const home = path.join(stack.home, name);
  mkdirSync(home);
  const env = { PATH: `${fakePulumi(home, outputs)}:${process.env.PATH}` };
  return (...words) => run([...words, "--stack", "dev"], { home, env });
}

/** Leaves a message in a failure queue. */
function leave(queue: keyof StackOutputs["failureQueues"], message: object): void {
  const url = stack.outputs.failureQueues[queue];
  const arn = stack.pipeline.program.resources.find(({ outputs }) => outputs.url === url)?.outputs.arn;
  stack.pipeline.cloud.sqs.send({ kind: "owner" }, String(arn), JSON.stringify(message));
}

/** The steps that were shown, without their times. */
function steps({ err }: Executed): string[] {
  const lines = withoutTimes(err).split("\n");
  return lines.filter((line) => line.startsWith("  ")).map((line) => line.trim().split(/\s{2,}/)[0] ?? "");
}

test("an extractor: run reads the playlists, redrive repeats a run", async () => {
  const { extractFunction, failureQueues } = stack.outputs;
  const { extract } = failureQueues;
  const playlake = programWith("extractor", { extractFunction, failureQueues: { extract } });

  const ran = await playlake("run");
  await stack.pipeline.cloud.settle();
  stack.pipeline.report();
  leave("extract", { source: "run" });
  const redriven = await playlake("redrive");
  await stack.pipeline.cloud.settle();

  assert.equal([ran.exitCode, ran.out, steps(ran)], [0, "", ["extract"]], ran.err);
  assert.is(redriven.exitCode, 0, redriven.err);
  assert.is(redriven.out, "1 call made again (extract 1), 0 left in the queues.\n");
  assert.is(stack.pipeline.report().extracted.length, 1);
});

test("a transformer: replay writes lost tables, redrive repeats a transform", async () => {
  const { rawBucket, lakeBucket, transformFunction, failureQueues } = stack.outputs;
  const { objects } = stack.pipeline.cloud;
  const { transform } = failureQueues;
  const playlake = programWith("transformer", { rawBucket, transformFunction, failureQueues: { transform } });
  const [key = ""] = objects.list(rawBucket, "playlists/").map((object) => object.key);
  const { snapshotDate = "", fileName = "" } = parseRawKey(key) ?? {};
  const lost = objects.pathOf(lakeBucket, lakeKey("tracks", snapshotDate, playlistIdOfFile(fileName)));
  const lake = path.join(stack.stateDir, "buckets", lakeBucket);
  const whole = filesOf(lake);
  rmSync(lost);

  const replayed = await playlake("replay");
  const afterReplay = filesOf(lake);
  rmSync(lost);
  leave("transform", { Records: [{ s3: { bucket: { name: rawBucket }, object: { key } } }] });
  const redriven = await playlake("redrive");
  await stack.pipeline.cloud.settle();

  assert.is(replayed.exitCode, 0, replayed.err);
  assert.match(replayed.out, /^3 objects replayed: 27 CSV files, \d+ rows\.\n$/);
  assert.equal(afterReplay, whole);
  assert.is(redriven.exitCode, 0, redriven.err);
  assert.is(redriven.out, "1 call made again (transform 1), 0 left in the queues.\n");
  assert.equal(filesOf(lake), whole);
});

test("a catalog: crawl crawls, redrive repeats a crawl", async () => {
  const { database, crawler, failureQueues } = stack.outputs;
  const { crawlSchedule } = failureQueues;
  const playlake = programWith("catalog", { database, crawler, failureQueues: { crawlSchedule } });

  const crawled = await playlake("crawl");
  leave("crawlSchedule", { Name: crawler });
  const redriven = await playlake("redrive");
  await stack.pipeline.cloud.settle();

  assert.is(crawled.exitCode, 0, crawled.err);
  assert.is(redriven.exitCode, 0, redriven.err);
  assert.is(redriven.out, "1 call made again (crawlSchedule 1), 0 left in the queues.\n");
});

test("outputs that do not give a region are refused in one line", async () => {
  const { transformFunction } = stack.outputs;
  const playlake = programWith("elsewhere", { transformFunction, failureQueues: { transform: "q" } });
  const { exitCode, err } = await playlake("redrive", "--quiet");
  const message = "playlake: stack dev: its output failureQueues has no queue's URL\n";
  assert.equal([exitCode, err], [1, message]);
});

test.run();
