import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type QueueName, queueSources } from "../../lake/failures";
import { lakeKey, parseRawKey, playlistIdOfFile } from "../../transforms/keys";
import { type DeployedStack, deployStack } from "../support/deployedStack";
import { withoutTimes } from "../support/terminal";

const test = suite("cli/stack");
const sample = ["7osf69rrOvLodTvBABtqDC", "lOUUoN40zPOD8vzmNIrgHj", "mLoulRRVGs1FtZ59V4ZG5p"];

let stack: DeployedStack;
test.before(async () => {
  stack = await deployStack();
});
test.after(() => stack.close());

/** Runs a command line that must succeed, and returns what it printed. */
async function ok(...words: string[]): Promise<string> {
  const { exitCode, out, err } = await stack.playlake(words);
  assert.is(exitCode, 0, err);
  return out;
}

/** The labels and texts of the steps that were shown. */
function steps(err: string): string[] {
  return withoutTimes(err)
    .split("\n")
    .filter((line) => line.startsWith("  "))
    .map((line) => line.trim().replace(/\s{2,}/g, "  "));
}

test("run: shows the same answers as a local run", async () => {
  const first = await stack.playlake(["run", "--stack", "dev"]);

  assert.is(first.exitCode, 0, first.err);
  const [extract, tables, crawl, answers] = steps(first.err);
  assert.match(extract ?? "", /^extract {2}3 playlists stored: \d+ items, \d+ requests$/);
  assert.match(tables ?? "", /^tables {2}27 CSV files of \d{4}-\d\d-\d\d in the lake$/);
  assert.is(crawl, "crawl  nothing is new");
  assert.is(answers, "answers  SQL by Athena");
  const headings = first.out.split("\n").filter((line) => /^\S/.test(line));
  assert.equal(headings.slice(0, 4), [
    ...["What came and went since the day before", "Most frequent artists now"],
    ...["Items by type", "Rows by table, all days"],
  ]);

  const again = await stack.playlake(["run", "--stack", "dev", "--json", "--quiet"]);

  assert.is(again.err, "");
  const { days } = JSON.parse(again.out) as {
    days: { extracted: { alreadyStored: string[] }[]; crawls: { partitionsAdded: unknown[] }[]; failures: string[] }[];
  };
  assert.equal(days[0]?.extracted[0]?.alreadyStored.toSorted(), sample);
  assert.equal(days[0]?.crawls[0]?.partitionsAdded, []);
  assert.equal(days[0]?.failures, []);
});

test("sql: each format prints the same text as for a local lake", async () => {
  const queries = [
    "SELECT playlist_id, name, total_items, followers, is_public, extracted_at, snapshot_day FROM playlists ORDER BY 1",
    "SELECT 9007199254740993 AS big, CAST(7 AS integer) AS small, 1.5e0 AS half, CAST(1.10 AS decimal(5,2)) AS exact",
    "SELECT true AS yes, CAST(NULL AS varchar) AS nothing, '' AS empty, 'say \"hi\", you' AS quoted, date '2026-11-22' AS day",
    "SELECT name FROM playlists WHERE name = 'nobody''s'",
  ];
  for (const query of queries) {
    for (const format of ["table", "csv", "json"]) {
      const local = await ok("sql", query, "--format", format, "--state", stack.stateDir);
      assert.is(await ok("sql", query, "--format", format, "--stack", "dev"), local);
    }
  }
});

test("sql: every row of a paged answer is printed once, header lookalikes included", async () => {
  const csv = await ok("sql", "SELECT range AS n FROM range(2500) ORDER BY 1", "--format", "csv", "--stack", "dev");
  assert.equal(csv.trimEnd().split("\n"), ["n", ...Array.from({ length: 2500 }, (_, n) => String(n))]);
  assert.is(await ok("sql", "SELECT 'n' AS n", "--format", "csv", "--stack", "dev"), "n\nn\n");
});

test("sql: named queries come from the workgroup", async () => {
  const named = await ok("sql", "--named", "most-frequent-artists", "--json", "--stack", "dev");
  assert.is(named, await ok("sql", "--named", "most-frequent-artists", "--json", "--state", stack.stateDir));

  const unknown = await stack.playlake(["sql", "--named", "best-of", "--quiet", "--stack", "dev"]);
  assert.is(unknown.exitCode, 1);
  assert.match(unknown.err, /^playlake: there is no named query "best-of"; there are .*came-and-went, .*\n$/);
});

test("sql: a failed query is explained in one line", async () => {
  const failed = await stack.playlake(["sql", "SELECT nope FROM playlists", "--stack", "dev"]);
  const message = 'Binder Error: Referenced column "nope" not found in FROM clause!';
  assert.equal(failed, { exitCode: 1, out: "", err: `from stack dev\nplaylake: ${message}\n` });
});

test("crawl: waits for another crawl to end, and shows what is new", async () => {
  const { DatabaseName, table, partition } = takePartition();
  stack.faults.crawling = 2;

  const out = await ok("crawl", "--stack", "dev");

  assert.is(out, `${table}  + ${partition}\n`);
  assert.is(stack.faults.crawling, 0);
  assert.is(await ok("crawl", "--stack", "dev"), "Nothing is new: the catalog has all that is in the lake.\n");
  assert.is(
    Object.keys(stack.pipeline.cloud.glue.catalog.databases[DatabaseName]?.[table]?.partitions ?? {}).length,
    1,
  );
});

/** Takes a partition out of the catalog, as if its day had never been crawled. */
function takePartition() {
  const { catalog } = stack.pipeline.cloud.glue;
  const DatabaseName = stack.outputs.database;
  const { partitions } = catalog.databases[DatabaseName]!.csv_tracks!;
  const [partition = ""] = Object.keys(partitions);
  delete partitions[partition];
  return { DatabaseName, table: "csv_tracks", partition };
}

/** Leaves a transform that could not read its raw object in the failure queue. Returns the object's key and a lost file. */
async function failTransform(): Promise<{ key: string; lost: string }> {
  const { pipeline, outputs, stateDir } = stack;
  const { cloud } = pipeline;
  const [key = ""] = cloud.objects.list(outputs.rawBucket, "playlists/").map((object) => object.key);
  const { snapshotDate = "", fileName = "" } = parseRawKey(key) ?? {};
  const lost = cloud.objects.pathOf(outputs.lakeBucket, lakeKey("tracks", snapshotDate, playlistIdOfFile(fileName)));
  const [raw, aside] = [cloud.objects.pathOf(outputs.rawBucket, key), path.join(stateDir, "aside")];
  rmSync(lost);
  renameSync(raw, aside);
  writeFileSync(raw, "no gzip");
  const event = { Records: [{ s3: { bucket: { name: outputs.rawBucket }, object: { key } } }] };
  cloud.lambda.enqueue(outputs.transformFunction, event, { kind: "owner" });
  await cloud.settle();
  renameSync(aside, raw);
  return { key, lost };
}

/** The bodies of a failure queue's messages. */
async function bodiesOf(queue: QueueName): Promise<string[]> {
  return stack.pipeline.cloud.sqs.messages(queueArn(queue)).map(({ body }) => body);
}

function queueArn(queue: QueueName): string {
  const url = queueSources(stack.outputs).find(({ name }) => name === queue)?.url;
  return String(stack.pipeline.program.resources.find(({ outputs }) => outputs.url === url)?.outputs.arn);
}

test("redrive: recoverable calls are made again, and unreadable ones are named", async () => {
  const { sqs } = stack.pipeline.cloud;
  const { key, lost } = await failTransform();
  sqs.send({ kind: "owner" }, queueArn("transform"), "no JSON");
  sqs.send({ kind: "owner" }, queueArn("extract"), '{"source":"run"}');
  for (let i = 0; i < 12; i++) {
    sqs.send({ kind: "owner" }, queueArn("crawlSchedule"), JSON.stringify({ Name: stack.outputs.crawler }));
  }
  stack.pipeline.report();

  const listed = JSON.parse(await ok("redrive", "--stack", "dev", "--list", "--json")) as { what: string }[];
  const redriven = await stack.playlake(["redrive", "--stack", "dev"]);
  await stack.pipeline.cloud.settle();

  const crawls = Array.from({ length: 12 }, () => `{"Name":"${stack.outputs.crawler}"}`);
  assert.equal(
    listed.map(({ what }) => what),
    ['{"source":"run"}', key, "no JSON", ...crawls],
  );
  assert.is(redriven.exitCode, 1);
  const counts = "14 calls made again (extract 1, transform 1, crawlSchedule 12), 1 left in the queues.\n";
  assert.is(redriven.out, counts);
  assert.equal(steps(redriven.err), [
    'extract  called again: {"source":"run"}',
    `transform  called again: ${key}`,
    ...crawls.map((what) => `crawlSchedule called again: ${what}`),
  ]);
  const left =
    /^playlake: 1 call not repaired: transform: a message of \S+ was left in the queue: its body is not JSON$/m;
  assert.match(redriven.err, left);
  assert.is(existsSync(lost), true, "the transform wrote its file again");
  const report = stack.pipeline.report();
  assert.equal([report.extracted.length, report.transformed.length, report.failures], [1, 1, []]);
  assert.equal(await Promise.all((["extract", "transform", "crawlSchedule"] as const).map(bodiesOf)), [
    [],
    ["no JSON"],
    [],
  ]);
});

test("run: a transform that was given up is reported without a long wait", async () => {
  const { key, lost } = await failTransform();

  const lacking = await stack.playlake(["run", "--stack", "dev"]);

  assert.is(lacking.exitCode, 1);
  const { snapshotDate = "", fileName = "" } = parseRawKey(key) ?? {};
  const what = `tables of ${playlistIdOfFile(fileName)} of ${snapshotDate} are missing from the lake`;
  const message = `not complete: ${what}; see npx playlake redrive --stack dev --list`;
  assert.is(lacking.err.split("\n").at(-2), `playlake: ${message}`);

  await stack.playlake(["redrive", "--stack", "dev", "--quiet"]);
  await stack.pipeline.cloud.settle();
  assert.is(existsSync(lost), true);
  assert.is((await stack.playlake(["run", "--stack", "dev", "--quiet"])).exitCode, 0);
});

const refused: readonly [words: string[], exitCode: number, message: string | RegExp][] = [
  [["run", "--stack", "nope"], 1, "stack nope: pulumi stack output: no stack named 'nope' found"],
  [
    ["sql", "SELECT 1", "--stack", "new"],
    1,
    "stack new has no outputs: it is not deployed yet; run pulumi up --stack new",
  ],
  [["digest", "--stack", "old"], 1, /^stack old does not have the outputs lakeBucket, .*: update it with pulumi up/],
  [
    ["redrive", "--stack", "old"],
    1,
    /^stack old does not have the outputs that this command needs: export failureQueues, then/,
  ],
  [["crawl", "--stack", "uncrawled"], 1, /^stack uncrawled has no crawler: its crawlSchedule is "none"/],
  [["run", "--stack", "dev", "--from", "x"], 2, "run: --from does not go with --stack"],
  [["crawl", "--stack"], 2, "Option '--stack <value>' argument missing"],
  [["redrive", "--stack", "dev env"], 2, '--stack: got "dev env", expected a stack\'s name such as dev'],
  [["sql", "SELECT 1", "--stack", "dev", "--state", "x"], 2, "sql: --state does not go with --stack"],
];
for (const [words, exitCode, message] of refused) {
  test(`refused: playlake ${words.join(" ")}`, async () => {
    const executed = await stack.playlake([...words, ...(exitCode === 1 ? ["--quiet"] : [])]);

    assert.is(executed.exitCode, exitCode, executed.err);
    assert.is(executed.out, "");
    const [line = "", hint, ...rest] = executed.err.split("\n");
    assert.equal([hint, ...rest], exitCode === 2 ? [`See playlake ${words[0]} --help.`, ""] : [""]);
    const said = line.replace(/^playlake: /, "");
    if (typeof message === "string") assert.is(said, message);
    else assert.match(said, message);
  });
}

test("missing permission: AWS's code and message are printed in one line", async () => {
  for (const [words, action] of [
    [["run", "--quiet"], "sqs:GetQueueAttributes"],
    [["sql", "SELECT 1", "--quiet"], "athena:StartQueryExecution"],
    [["crawl", "--quiet"], "glue:GetTables"],
    [["redrive", "--quiet"], "sqs:ReceiveMessage"],
  ] as const) {
    const { exitCode, err } = await stack.as("stranger", () => stack.playlake([...words, "--stack", "dev"]));
    assert.is(exitCode, 1);
    const sentence = `AccessDeniedException: User: \\S+/stranger/playlake is not authorized to perform: ${action} on`;
    assert.match(err, new RegExp(`^playlake: ${sentence} [^\n]*\n$`));
  }
});

test.run();
