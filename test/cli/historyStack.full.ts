import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lakeKey } from "../../transforms/keys";
import { tableNames } from "../../transforms/schema";
import { type DeployedStack, deployStack } from "../support/deployedStack";
import { lakeFiles } from "../support/lakes";
import { withoutTimes } from "../support/terminal";

const test = suite("cli/historyStack");
const gone = "7osf69rrOvLodTvBABtqDC";
const stays = "lOUUoN40zPOD8vzmNIrgHj";

let stack: DeployedStack;
let home: string;
test.before(async () => {
  stack = await deployStack();
  home = path.dirname(stack.stateDir);
  const { exitCode, err } = await stack.playlake(["run", "--stack", "dev", "--quiet"]);
  assert.is(exitCode, 0, err);
});
test.after(() => stack.close());

async function ok(...words: string[]) {
  const executed = await stack.playlake([...words, "--stack", "dev"]);
  await stack.pipeline.cloud.settle();
  assert.is(executed.exitCode, 0, executed.err);
  return { ...executed, err: withoutTimes(executed.err) };
}

function tables() {
  return stack.pipeline.cloud.glue.catalog.databases[stack.outputs.database] ?? {};
}

test("replay: tables are identical, and partitions get a table's new columns", async () => {
  const before = lakeFiles(stack.stateDir);
  const [partition] = Object.values(tables().csv_tracks?.partitions ?? {});
  const columns = tables().csv_tracks?.columns ?? [];
  if (partition !== undefined) partition.columns = columns.slice(0, -2);
  stack.faults.throttled = 3;

  const { out, err } = await ok("replay");

  assert.match(out, /^3 objects replayed: 27 CSV files, \d+ rows\.\n$/);
  assert.match(err, "catalog      1 partition updated to the table's columns\n");
  assert.is(stack.faults.throttled, 0);
  assert.equal(partition?.columns, columns);
  assert.equal(lakeFiles(stack.stateDir), before);
});

test("replay: a day missing from the catalog is registered again", async () => {
  const { partitions = {} } = tables().csv_albums ?? {};
  for (const key of Object.keys(partitions)) delete partitions[key];
  const { err } = await ok("replay", "--playlist", stays);
  assert.match(err, "catalog      nothing to do\n");
  assert.is(Object.keys(tables().csv_albums?.partitions ?? {}).length, 1);
});

test("import: a file becomes the raw object of its day, and can be queried", async () => {
  const file = path.join(home, "list.json");
  writeFileSync(file, '{"name":"Of 2020","tracks":{"items":[]}}');

  const first = await ok("import", "list.json", "--date", "2020-02-29");
  const again = await ok("import", "list.json", "--date", "2020-02-29");
  writeFileSync(file, '{"name":"Other","tracks":{"items":[]}}');
  const replaced = await ok("import", "list.json", "--date", "2020-02-29", "--replace", "--quiet");

  assert.is(first.out, "1 raw object written.\n");
  assert.is(again.out, "0 raw objects written, 1 kept (--replace overwrites).\n");
  assert.is(replaced.out, "");
  const files = lakeFiles(stack.stateDir);
  assert.is(tableNames.filter((table) => lakeKey(table, "2020-02-29", "list") in files).length, 9);
  const { out } = await ok("sql", "SELECT name, extracted_at FROM playlists WHERE playlist_id = 'list'", "--json");
  assert.equal(JSON.parse(out), [{ name: "Other", extracted_at: null }]);
});

test("export: Athena exports CSV, and other formats are refused", async () => {
  await ok("export", "playlists", "--format", "csv", "--out", "out");
  const local = await ok("sql", "SELECT * FROM playlists", "--format", "csv");
  const lines = (csv: string) => csv.trimEnd().split("\n").sort();
  assert.equal(lines(readFileSync(path.join(home, "out", "playlists.csv"), "utf8")), lines(local.out));
  const parquet = await stack.playlake(["export", "--format", "parquet", "--out", "out", "--stack", "dev"]);
  assert.is(parquet.exitCode, 2);
  const message = "export: parquet is not supported with --stack; export csv, or UNLOAD with Athena itself";
  assert.is(parquet.err.split("\n").at(-3), `playlake: ${message}`);
});

/** Puts a failed event of a playlist's raw object into the transformer's queue. */
async function failEvent(key: string): Promise<string> {
  const queue = stack.pipeline.program.resources.find(
    ({ outputs }) => outputs.url === stack.outputs.failureQueues.transform,
  );
  const arn = String(queue?.outputs.arn);
  const event = { Records: [{ s3: { bucket: { name: "playlake-raw" }, object: { key: encodeURIComponent(key) } } }] };
  const body = { requestPayload: event, requestContext: { condition: "RetriesExhausted" } };
  stack.pipeline.cloud.sqs.send({ kind: "owner" }, arn, JSON.stringify(body));
  return arn;
}

test("forget: shows what is stored, and removes nothing without --yes", async () => {
  const before = lakeFiles(stack.stateDir);
  const { exitCode, out, err } = await stack.playlake(["forget", gone, "--stack", "dev"]);
  assert.is(exitCode, 2);
  assert.match(out, /^raw objects, with all versions +1 +\d+$/m);
  assert.match(out, /^files of tables +9 +\d+$/m);
  assert.match(err, `! ${gone} is still in the config of stack dev: the next run stores it again\n`);
  assert.match(err, "playlake: forget: give --yes to remove it; there is no terminal to ask on\n");
  assert.equal(lakeFiles(stack.stateDir), before);
});

test("forget: only that playlist is removed, and a late event changes nothing", async () => {
  const { cloud } = stack.pipeline;
  const keys = cloud.objects.list("playlake-raw", "playlists/").map(({ key }) => key);
  const key = keys.find((one) => one.includes(gone)) ?? "";
  const arn = await failEvent(key);
  await failEvent(keys.find((one) => one.includes(stays)) ?? "");
  const result = cloud.objects.pathOf("playlake-results", "a/b.csv");
  mkdirSync(path.dirname(result), { recursive: true });
  writeFileSync(result, "x");
  const others = Object.entries(lakeFiles(stack.stateDir)).filter(([name]) => !name.includes(gone));

  const { out } = await ok("forget", `https://open.spotify.com/playlist/${gone}`, "--yes", "--json");

  const { playlistId, removed } = JSON.parse(out) as {
    playlistId: string;
    removed: { what: string; things: number }[];
  };
  assert.is(playlistId, gone);
  assert.equal(
    removed.map(({ things }) => things),
    [1, 9, 1, 1, 1, 1, 0],
  );
  assert.equal(Object.entries(lakeFiles(stack.stateDir)), others);
  for (const bucket of ["playlake-raw", "playlake-lake", "playlake-results"]) {
    for (const object of cloud.objects.list(bucket)) {
      assert.is(object.key.includes(gone), false);
      assert.is(cloud.objects.read(bucket, object.key)?.bytes.includes(gone), false, object.key);
    }
  }
  assert.equal(cloud.objects.list("playlake-results").length, 0);
  const left = cloud.sqs.messages(arn);
  assert.equal(
    left.map(({ body }) => body.includes(stays)),
    [true],
  );
  stack.pipeline.report();
  const event = { Records: [{ s3: { bucket: { name: "playlake-raw" }, object: { key: encodeURIComponent(key) } } }] };
  const late = await cloud.lambda.invoke(stack.outputs.transformFunction, event, { kind: "owner" });
  assert.equal([late.functionError, late.payload], [undefined, []]);
  assert.equal(Object.entries(lakeFiles(stack.stateDir)), others);
  assert.is((await ok("forget", gone)).out, `Nothing is stored of ${gone}.\n`);
});

test("missing permission: AWS's code and message are printed in one line", async () => {
  for (const [words, code, action] of [
    [["replay", "--quiet"], "AccessDeniedException", "lambda:GetFunctionConfiguration"],
    [["import", "list.json", "--date", "2020-02-28", "--quiet"], "AccessDenied", "s3:PutObject"],
    [["forget", stays, "--yes", "--quiet"], "AccessDenied", "s3:ListBucketVersions"],
  ] as const) {
    const { exitCode, err } = await stack.as("stranger", () => stack.playlake([...words, "--stack", "dev"]));
    assert.is(exitCode, 1);
    const sentence = `${code}: User: \\S+/stranger/playlake is not authorized to perform: ${action} on`;
    assert.match(err, new RegExp(`^playlake: ${sentence} [^\n]*\n$`));
  }
});

test.run();
