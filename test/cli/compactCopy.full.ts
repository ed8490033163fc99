// What the commands do with the optional compact copy, locally and in a stack.
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openAthena } from "../../emulator/athena";
import { homeFolder } from "../support/commandLine";
import { type DeployedStack, deployStack } from "../support/deployedStack";
import { run } from "../support/terminal";

const test = suite("cli/compactCopy");
const gone = "7osf69rrOvLodTvBABtqDC";
const setting = "compactSchedule=cron(0 7 * * ? *)";
const copied = "rows of the compact copy";

/** Row counts by playlist, in the copy and in the tables. */
async function rowsIn(stateDir: string) {
  const athena = await openAthena({ stateDir });
  const byPlaylist = async (table: string) => {
    const { rows } = await athena.query(`select playlist_id, count(*) from ${table} group by 1`);
    return new Map(rows.map(([id, n]) => [String(id), Number(n)]));
  };
  try {
    return { copy: await byPlaylist("compact_items"), tables: await byPlaylist("playlist_items") };
  } finally {
    athena.close();
  }
}

/** How many rows of the copy `forget` reports as removed. */
function removedRows(out: string): number | undefined {
  const { removed } = JSON.parse(out) as { removed: { what: string; things: number }[] };
  return removed.find(({ what }) => what === copied)?.things;
}

function fileIn(stateDir: string): string {
  return path.join(stateDir, "buckets", "playlake-compact", "compact_items", "data", "rows.parquet");
}

/** Checks that only the playlist's rows are gone from the copy. */
async function checkForgotten(stateDir: string, before: Map<string, number>): Promise<void> {
  const { copy } = await rowsIn(stateDir);
  const others = new Map(before);
  others.delete(gone);
  assert.equal(copy, others);
  assert.is(readFileSync(fileIn(stateDir)).includes(gone), false);
}

test("forget, local: the copy's rows are counted and removed", async () => {
  const { folder: home, remove } = homeFolder();
  const ok = async (...words: string[]) => {
    const executed = await run([...words, "--config", setting, "--quiet"], { home });
    assert.is(executed.exitCode, 0, executed.err);
    return executed;
  };
  try {
    const state = path.join(home, ".playlake", "sample");
    await ok("run");
    const { copy, tables } = await rowsIn(state);
    assert.equal(copy, tables);
    const without = await run(["forget", gone, "--yes", "--quiet"], { home });
    const refusal = `${state} holds a compact copy: give the --config compactSchedule=... that run was given`;
    assert.equal([without.exitCode, without.err], [1, `playlake: ${refusal}\n`]);
    const { out, err } = await ok("forget", gone, "--yes", "--json");
    assert.is(removedRows(out), copy.get(gone));
    assert.is(err, `! ${gone} is still in the samples: the next run stores it again\n`);
    await checkForgotten(state, copy);
  } finally {
    remove();
  }
});

let stack: DeployedStack;
async function ok(...words: string[]) {
  const executed = await stack.playlake([...words, "--stack", "dev", "--quiet"]);
  await stack.pipeline.cloud.settle();
  assert.is(executed.exitCode, 0, executed.err);
  return executed;
}

/** The statements that have written tables of the stack, in order. */
function writes(): string[] {
  const statements = stack.pipeline.cloud.queries.executions.map(({ sql }) => sql);
  return statements.filter((sql) => /^(merge into|delete from) /.test(sql));
}

test("redrive, stack: a failed statement is started once for all messages", async () => {
  stack = await deployStack({ "playlake:compactSchedule": "cron(0 7 * * ? *)" });
  const { cloud, program } = stack.pipeline;
  await ok("run");
  assert.is((await rowsIn(stack.stateDir)).copy.size, 0);
  const named = (type: string, key: string, value: unknown) =>
    program.resources.find(({ type: one, outputs }) => one === type && outputs[key] === value);
  const arn = String(named("aws:sqs/queue:Queue", "url", stack.outputs.failureQueues.compactSchedule)?.outputs.arn);
  const schedule = named("aws:scheduler/schedule:Schedule", "name", stack.outputs.schedules.compact);
  const { input } = schedule!.inputs.target as { input: string };
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const body = input.replaceAll("<aws.scheduler.scheduled-time>", now);
  for (let i = 0; i < 2; i++) cloud.sqs.send({ kind: "owner" }, arn, body);

  const { out } = await ok("redrive", "--json");
  const { queues } = JSON.parse(out) as { queues: { queue: string; again: number }[] };

  assert.equal(queues.at(-1), { queue: "compactSchedule", again: 2, left: [] });
  assert.equal(cloud.sqs.messages(arn), []);
  assert.equal(
    cloud.queries.executions.flatMap(({ error }) => error ?? []),
    [],
  );
  assert.equal(writes(), [(JSON.parse(body) as { QueryString: string }).QueryString]);
});

test("forget in a stack deletes the copy's rows and prints the remaining step", async () => {
  const { copy, tables } = await rowsIn(stack.stateDir);
  assert.equal(copy, tables);
  const { out, err } = await ok("forget", gone, "--yes", "--json");
  assert.is(removedRows(out), copy.get(gone));
  assert.is(writes().at(-1), `delete from compact_items where playlist_id = '${gone}'`);
  const left = "until Glue's optimizers remove them, about two weeks later: see docs/scale.md";
  assert.match(err, `! older files of the compact copy hold it ${left}\n`);
  await checkForgotten(stack.stateDir, copy);
  assert.is((await stack.playlake(["forget", gone, "--stack", "dev"])).out, `Nothing is stored of ${gone}.\n`);
});

test("redrive, local: the schedule's call is made again", async () => {
  const { pipeline, stateDir } = stack;
  const { copy } = await rowsIn(stateDir);
  rmSync(fileIn(stateDir));
  const queue = pipeline.failureQueues.find(({ name }) => name === "compactSchedule");
  await queue?.again({}, { body: "{}", sentAt: new Date().toISOString(), attributes: {} });
  assert.equal((await rowsIn(stateDir)).copy, copy);
});
test.after(() => stack.close());

test.run();
