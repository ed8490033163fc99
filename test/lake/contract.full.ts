import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { eventOf, type Host, type Lake, type RunReport } from "../../lake";
import { localLake } from "../../lake/local";
import { openState } from "../../lake/local/state";
import { withStackLake } from "../../lake/stack";
import { findHoldings, forgetPlaylist } from "../../operations/forget";
import { lakeKey, rawKey } from "../../transforms/keys";
import { tableNames, tables } from "../../transforms/schema";
import { type DeployedStack, deployStack } from "../support/deployedStack";
import { silent } from "../support/progress";

/** Works with the lake of a deployed program through one of the adapters. */
type WithLake = <T>(stack: DeployedStack, work: (lake: Lake) => Promise<T>) => Promise<T>;

const adapters: readonly [name: string, withLake: WithLake][] = [
  ["this machine", withLocal],
  ["a deployed stack", withStack],
];

/** The state folder that the local cloud keeps, as `playlake` opens it without `--stack`. */
async function withLocal<T>(stack: DeployedStack, work: (lake: Lake) => Promise<T>): Promise<T> {
  const state = await openState(stack.stateDir);
  const lake = localLake(stack.pipeline, {
    source: stack.source,
    state,
    host: { home: stack.home, start: () => "npm start" },
  });
  try {
    return await work(lake);
  } finally {
    state.unlock();
  }
}

/** The same cloud through Pulumi's outputs and AWS's SDK, as `playlake --stack dev` opens it. */
function withStack<T>(stack: DeployedStack, work: (lake: Lake) => Promise<T>): Promise<T> {
  const start = () => "npm start";
  const host: Host = { env: stack.env, directory: stack.home, home: stack.home, start, onStop: () => () => undefined };
  return withStackLake("dev", host, "sql", work);
}

const sample = ["7osf69rrOvLodTvBABtqDC", "lOUUoN40zPOD8vzmNIrgHj", "mLoulRRVGs1FtZ59V4ZG5p"];

for (const [name, withLake] of adapters) {
  const test = suite(`lake/contract on ${name}`);
  let stack: DeployedStack;
  let ran: RunReport;
  const lake = <T>(work: (one: Lake) => Promise<T>) => withLake(stack, work);
  test.before(async () => {
    stack = await deployStack();
    ran = await lake((one) => one.run(silent));
  });
  test.after(() => stack.close());

  const firstDay = () => ran.days[0]?.day ?? "";

  test("a run stores, transforms and registers each playlist, and reports it", async () => {
    assert.equal([ran.failure, ran.days.flatMap(({ failures }) => failures)], [undefined, []]);
    const [first] = ran.days;
    assert.equal(first?.extracted.flatMap(({ stored }) => stored).sort(), sample);
    const count = "SELECT count(DISTINCT playlist_id) AS n FROM playlists WHERE snapshot_date = ";
    const answer = await lake((one) => one.query(`${count}'${firstDay()}'`));
    assert.equal(answer, { columns: [{ name: "n", type: answer.columns[0]?.type ?? "" }], rows: [[3n]] });
    assert.match(answer.columns[0]?.type ?? "", /^bigint$/i);
  });

  test("a query gives names and values with their types", async () => {
    const sql =
      "SELECT 9007199254740993 AS big, CAST(7 AS integer) AS small, 1.5e0 AS half, NULL AS nothing, '' AS empty";
    const { columns, rows } = await lake((one) => one.query(sql));
    assert.equal(
      columns.map((column) => column.name),
      ["big", "small", "half", "nothing", "empty"],
    );
    assert.equal(rows, [[9007199254740993n, 7, 1.5, null, ""]]);
  });

  test("a query that fails throws one line", async () => {
    const error = await lake((one) => one.query("SELECT nope FROM playlists")).catch((thrown: Error) => thrown);
    assert.match((error as Error).message, /"nope"/);
  });

  test("a named query is the stack's, and an unknown name lists the existing ones", async () => {
    assert.match(await lake((one) => one.namedQuery("came-and-went")), /select/i);
    const error = await lake((one) => one.namedQuery("best-of")).catch((thrown: Error) => thrown);
    assert.match((error as Error).message, /"best-of"; there are .*came-and-went/);
  });

  test("the transformer answers with its result for each object, or its failure", async () => {
    const key = rawKey(firstDay(), sample[0] ?? "");
    const done = await lake((one) => one.transform(eventOf(one.outputs.rawBucket, [key])));
    assert.equal("done" in done && done.done.map((made) => [made.key, made.playlistId]), [[key, sample[0]]]);
    const bad = rawKey(firstDay(), "bad");
    const failed = await lake(async (one) => {
      const { sdk, client } = one.s3;
      const Body = '{"no":"playlist"}';
      await client.send(new sdk.PutObjectCommand({ Bucket: one.outputs.rawBucket, Key: bad, Body }));
      return one.transform(eventOf(one.outputs.rawBucket, [bad]));
    });
    assert.match("failure" in failed ? failed.failure : "", /bad/);
  });

  test("the transformer's version stays the same between two looks", async () => {
    const version = () => lake((one) => one.transformerVersion());
    const first = await version();
    assert.is(first.length > 0, true);
    assert.is(await version(), first);
  });

  test("S3 lists the tables' files", async () => {
    const Prefix = `tracks/snapshot_date=${firstDay()}/`;
    const listed = await lake(async ({ s3: { sdk, client }, outputs }) => {
      const answer = await client.send(new sdk.ListObjectsV2Command({ Bucket: outputs.lakeBucket, Prefix }));
      return (answer.Contents ?? []).map(({ Key }) => Key);
    });
    assert.equal(
      listed,
      sample.map((id) => lakeKey("tracks", firstDay(), id)),
    );
  });

  test("the catalog lists each table with its columns and the days' partitions", async () => {
    const tables = await lake((one) => one.catalogTables());
    assert.equal(tables.map((table) => table.name).sort(), tableNames.map((table) => `csv_${table}`).sort());
    for (const { columns, partitions } of tables) {
      assert.is(columns.length > 0, true);
      assert.is(
        partitions.some(({ values }) => values[0] === firstDay()),
        true,
      );
      for (const partition of partitions) assert.equal(partition.columns, columns);
    }
  });

  test("a partition with fewer columns gets the table's", async () => {
    const { partitions = {}, columns = [] } =
      stack.pipeline.cloud.glue.catalog.databases[stack.outputs.database]?.csv_tracks ?? {};
    const [partition] = Object.values(partitions);
    assert.ok(partition);
    partition.columns = columns.slice(0, -2);
    await lake((one) => one.refreshPartitions("csv_tracks", partition.values));
    assert.equal(partition.columns ?? columns, columns);
  });

  test("dropped partitions leave the catalog, and dropping them again does nothing", async () => {
    const days = Array.from({ length: 30 }, (_, i) => `2020-01-${String(i + 1).padStart(2, "0")}`);
    const { partitions = {} } = stack.pipeline.cloud.glue.catalog.databases[stack.outputs.database]?.csv_tracks ?? {};
    const before = Object.keys(partitions);
    for (const day of days) partitions[day] = { values: [day], location: "s3://playlake-lake/tracks/x/" };
    const kept = Object.keys(partitions).filter((day) => before.includes(day) || day === "2020-01-30");

    await lake((one) => one.dropPartitions("csv_tracks", days.slice(0, -1)));
    assert.equal(Object.keys(partitions).sort(), kept.sort());
    await lake((one) => one.dropPartitions("csv_tracks", days));
    assert.equal(Object.keys(partitions), before);
  });

  test("a crawl adds a partition that is missing, and reports it", async () => {
    const { partitions = {} } = stack.pipeline.cloud.glue.catalog.databases[stack.outputs.database]?.csv_albums ?? {};
    const [key = ""] = Object.keys(partitions);
    delete partitions[key];
    const crawled = await lake((one) => one.crawl());
    assert.equal(crawled?.partitionsAdded, [{ table: "csv_albums", values: [key] }]);
    assert.equal([crawled?.status, crawled?.error, crawled?.warnings], ["SUCCEEDED", undefined, []]);
  });

  test("forget drops the days whose last files it removed, crawled ones too", async () => {
    const { objects } = stack.pipeline.cloud;
    const put = (day: string, playlistId: string) => {
      for (const table of tableNames) {
        const file = objects.pathOf(stack.outputs.lakeBucket, lakeKey(table, day, playlistId));
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, `"${tables[table].join('","')}"\n"${tables[table].map(() => "x").join('","')}"\n`);
      }
    };
    put("2020-02-01", "only");
    put("2020-02-02", "only");
    put("2020-02-02", "other");
    const daysIn = () =>
      tableNames.map((table) => {
        const { partitions = {} } =
          stack.pipeline.cloud.glue.catalog.databases[stack.outputs.database]?.[`csv_${table}`] ?? {};
        return Object.keys(partitions).filter((day) => day.startsWith("2020-02"));
      });
    await lake((one) => one.crawl());
    assert.equal(
      daysIn(),
      tableNames.map(() => ["2020-02-01", "2020-02-02"]),
    );

    await lake(async (one) => forgetPlaylist(one, "only", await findHoldings(one, "only"), () => undefined));

    assert.equal(
      daysIn(),
      tableNames.map(() => ["2020-02-02"]),
    );
    await lake(async (one) => forgetPlaylist(one, "other", await findHoldings(one, "other"), () => undefined));
    assert.equal(
      daysIn(),
      tableNames.map(() => []),
    );
  });

  test("a failure queue keeps a message until it is removed", async () => {
    const body = '{"source":"test"}';
    const url = stack.outputs.failureQueues.extract;
    const arn = stack.pipeline.program.resources.find(({ outputs }) => outputs.url === url)?.outputs.arn;
    stack.pipeline.cloud.sqs.send({ kind: "owner" }, String(arn), body);
    const seen: string[] = [];
    for (const how of ["putBack", "remove", "remove"] as const) {
      await lake(async ({ failureQueues }) => {
        const queue = failureQueues.find((one) => one.name === "extract");
        assert.ok(queue);
        for await (const message of queue.messages()) {
          seen.push(message.body);
          await message[how]();
        }
      });
    }
    assert.equal(seen, [body, body]);
  });

  test("the next run lists its playlists and where they are configured", async () => {
    const { where, playlists = [] } = await lake((one) => one.nextRun());
    assert.is(where.length > 0, true);
    assert.is(Array.isArray(playlists), true);
  });

  test("each view is exported as a CSV file with a header", async () => {
    const file = `${stack.home}/${name.replace(/ /g, "-")}.csv`;
    const begun: string[] = [];
    await lake((one) => one.exportTo("csv", new Map([["playlists", file]]), (view) => begun.push(view)));
    const [header, ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
    assert.equal([begun, header?.split(",")[0], lines.length], [["playlists"], "playlist_id", 3 * ran.days.length]);
  });

  test.run();
}
