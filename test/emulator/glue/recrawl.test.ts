// Crawls of files that this or another crawler has crawled before.
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CrawlResult } from "../../../emulator/glue";
import type { Registered } from "../../../emulator/resources";
import { type Bucket, openGlue } from "../../support/emulator/glue/glueBucket";
import {
  crawlActions,
  crawlerResources,
  declaredTable,
  headerClassifier,
} from "../../support/emulator/glue/glueResources";

const test = suite("emulator/glue/recrawl");

let stateDir: string;
test.before.each(() => {
  stateDir = mkdtempSync(join(tmpdir(), "playlake-glue-"));
});
test.after.each(() => {
  rmSync(stateDir, { recursive: true });
});

const s3Target = (more: Record<string, unknown> = {}) => ({
  s3Targets: [{ path: "s3://bucket" }],
  configuration:
    '{"Version":1,"Grouping":{"TableGroupingPolicy":"CombineCompatibleSchemas","TableLevelConfiguration":2}}',
  ...more,
});
const actions = [...crawlActions, "glue:BatchUpdatePartition"];

/** Crawls in a new process. */
async function crawl(resources: Registered[], bucket: Bucket) {
  const glue = openGlue(resources, bucket, stateDir);
  const result = await glue.startCrawler("crawl", { kind: "owner" });
  assert.is(result.error, undefined);
  return { result, tables: glue.catalog.databases.lake ?? {}, explanation: glue.explain("crawl") };
}

const numbers = "a,b\n1,x\n2,y\n";

test("only changed objects are read again", async () => {
  const resources = crawlerResources(s3Target());
  const bucket: Bucket = { "t/day=1/x.csv": numbers, "t/day=2/x.csv": numbers };
  const counts: number[] = [];
  const crawlOnce = async () => counts.push((await crawl(resources, bucket)).result.filesRead);
  await crawlOnce();
  await crawlOnce();
  bucket["t/day=2/x.csv"] = numbers.replace("2", "3");
  await crawlOnce();
  bucket["t/day=3/x.csv"] = numbers;
  await crawlOnce();
  assert.equal(counts, [2, 0, 1, 1]);
});

test("a changed classifier affects only new or changed objects", async () => {
  const bucket: Bucket = { "t/day=1/x.csv": '"a","b"\n"1","x"\n' };
  const before = headerClassifier("texts", ["a", "b"]);
  const target = s3Target({ classifiers: ["texts"] });
  const first = await crawl([...crawlerResources(target, actions), before], bucket);
  assert.equal(
    first.tables.t?.columns.map(({ type }) => type),
    ["string", "string"],
  );
  const after = headerClassifier("texts", ["a", "b", "c"]);
  bucket["t/day=2/x.csv"] = '"a","b","c"\n"1","x","y"\n';
  const { tables, result, explanation } = await crawl([...crawlerResources(target, actions), after], bucket);
  assert.equal(Object.keys(tables), ["t"]);
  assert.equal(
    tables.t?.columns.map(({ name }) => name),
    ["a", "b", "c"],
  );
  assert.equal(result.warnings, []);
  assert.equal(
    explanation?.tables[0]?.readings.map(({ files, remembered }) => [files, remembered]),
    [
      [1, 1],
      [1, 0],
    ],
  );
  assert.is(explanation?.tables[0]?.schema, "updated: + c string");
});

test("new targets clear the memory, new classifiers retry unrecognised files", async () => {
  const bucket: Bucket = { "t/day=1/x.csv": '"a","b"\n' };
  const plain = await crawl(crawlerResources(s3Target()), bucket);
  assert.equal([Object.keys(plain.tables), plain.result.unrecognised], [[], ["s3://bucket/t/day=1/x.csv"]]);
  const resources = [...crawlerResources(s3Target({ classifiers: ["texts"] })), headerClassifier("texts", ["a", "b"])];
  assert.equal(Object.keys((await crawl(resources, bucket)).tables), ["t"]);
  const deeper = s3Target({ classifiers: ["texts"], s3Targets: [{ path: "s3://bucket/t/" }] });
  const again = await crawl([...crawlerResources(deeper), headerClassifier("texts", ["a", "b"])], bucket);
  assert.is(again.result.filesRead, 1);
});

test("a memory cut by a kill is rebuilt", async () => {
  const bucket: Bucket = { "t/day=1/x.csv": numbers };
  await crawl(crawlerResources(s3Target()), bucket);
  appendFileSync(join(stateDir, "glue", "crawl.crawled.jsonl"), '["object","bu');
  assert.is((await crawl(crawlerResources(s3Target()), bucket)).result.filesRead, 1);
  assert.is((await crawl(crawlerResources(s3Target()), bucket)).result.filesRead, 0);
});

test("a crawler that was removed and added again remembers nothing", async () => {
  const bucket: Bucket = { "t/day=1/x.csv": numbers };
  const resources = crawlerResources(s3Target());
  await crawl(resources, bucket);
  openGlue(
    resources.filter(({ type }) => type !== "aws:glue/crawler:Crawler"),
    bucket,
    stateDir,
  );
  assert.is((await crawl(resources, bucket)).result.filesRead, 1);
});

test("CRAWL_NEW_FOLDERS_ONLY skips new objects in crawled folders", async () => {
  const schemaChangePolicy = { updateBehavior: "LOG", deleteBehavior: "LOG" };
  const recrawlPolicy = { recrawlBehavior: "CRAWL_NEW_FOLDERS_ONLY" };
  const resources = crawlerResources(s3Target({ schemaChangePolicy, recrawlPolicy }));
  const bucket: Bucket = { "t/day=1/x.csv": numbers };
  await crawl(resources, bucket);
  bucket["t/day=1/late.csv"] = "a|b\n1|2\n3|4\n";
  bucket["t/day=2/x.csv"] = numbers;
  const { result, explanation, tables } = await crawl(resources, bucket);
  assert.equal(Object.keys(tables), ["t"]);
  assert.equal([result.partitionsAdded, result.filesRead], [[{ table: "t", values: ["2"] }], 1]);
  assert.equal(explanation?.ignored, [
    {
      why: "its folder was crawled before, and CRAWL_NEW_FOLDERS_ONLY looks at new ones only",
      objects: 1,
      example: "s3://bucket/t/day=1/late.csv",
    },
  ]);
});

/** The same folder crawled with another column: the result of each policy. */
const updates: [policy: string, inherits: boolean, updated: string[][], columns: string[], own: boolean][] = [
  ["UPDATE_IN_DATABASE", false, [["t"], ["1"]], ["a", "b", "c"], false],
  ["UPDATE_IN_DATABASE", true, [["t"], []], ["a", "b", "c"], false],
  ["LOG", false, [[], []], ["a", "b"], false],
];

for (const [updateBehavior, inherits, [tablesUpdated, partitions], columns, own] of updates) {
  test(`a grown file with ${updateBehavior}${inherits ? ", InheritFromTable" : ""}`, async () => {
    const output = inherits ? ',"CrawlerOutput":{"Partitions":{"AddOrUpdateBehavior":"InheritFromTable"}}' : "";
    const grouping = '"Grouping":{"TableGroupingPolicy":"CombineCompatibleSchemas","TableLevelConfiguration":2}';
    const configuration = `{"Version":1,${grouping}${output}}`;
    const schemaChangePolicy = { updateBehavior, deleteBehavior: "LOG" };
    const resources = crawlerResources(s3Target({ schemaChangePolicy, configuration }), actions);
    const bucket: Bucket = { "t/day=1/x.csv": numbers, "t/day=2/x.csv": numbers };
    await crawl(resources, bucket);
    bucket["t/day=2/x.csv"] = "a,b,c\n1,x,y\n2,y,z\n";
    const { result, tables } = await crawl(resources, bucket);
    assert.equal(result.tablesUpdated, tablesUpdated);
    assert.equal(
      result.partitionsUpdated.map(({ values }) => values.join()),
      partitions,
    );
    assert.equal(
      tables.t?.columns.map(({ name }) => name),
      columns,
    );
    assert.is(tables.t?.partitions["2"]?.columns !== undefined, own);
  });
}

test("catalog target: a declared table is updated only if the policy allows it", async () => {
  const songs = declaredTable("songs", ["id", "name"]);
  const found: [string, CrawlResult["tablesUpdated"], string | undefined][] = [];
  for (const updateBehavior of ["LOG", "UPDATE_IN_DATABASE"]) {
    const target = {
      catalogTargets: [{ databaseName: "lake", tables: ["songs"] }],
      schemaChangePolicy: { updateBehavior, deleteBehavior: "LOG" },
    };
    const { result, tables, explanation } = await crawl([...crawlerResources(target), songs], {
      "songs/day=1/x.csv": '"id","name"\n"1","a"\n"2","b"\n',
    });
    assert.is(tables.songs?.serde?.parameters.escapeChar, updateBehavior === "LOG" ? "\\" : undefined);
    found.push([updateBehavior, result.tablesUpdated, explanation?.tables[0]?.schema]);
    rmSync(join(stateDir, "glue"), { recursive: true });
  }
  assert.equal(found, [
    ["LOG", [], "unchanged: updates are only logged, whatever the files are like"],
    [
      "UPDATE_IN_DATABASE",
      ["songs"],
      'updated: id string -> bigint, serde OpenCSVSerde (separatorChar ",", quoteChar "\\"", escapeChar "\\\\") -> LazySimpleSerDe (field.delim ",")',
    ],
  ]);
});

test.run();
