// Crawls of files that this or another crawler has crawled before.
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Registered } from "../../../emulator/resources";
import { type Bucket, openGlue } from "../../support/emulator/glue/glueBucket";
import {
  catalogTarget,
  crawlerResources,
  csvClassifier,
  declaredTable,
  s3Target,
} from "../../support/emulator/glue/glueResources";

const test = suite("emulator/glue/recrawl");

let stateDir: string;
test.before.each(() => {
  stateDir = mkdtempSync(join(tmpdir(), "playlake-glue-"));
});
test.after.each(() => {
  rmSync(stateDir, { recursive: true });
});

const target = s3Target("s3://bucket");

/** Crawls in a new process. */
async function crawl(resources: Registered[], bucket: Bucket) {
  const glue = openGlue(resources, bucket, stateDir);
  const result = await glue.startCrawler("crawl", { kind: "owner" });
  assert.is(result.error, undefined);
  return { result, tables: glue.catalog.databases.lake ?? {} };
}

const numbers = "a,b\n1,x\n2,y\n";

test("only changed objects are read again", async () => {
  const resources = crawlerResources(target);
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
  const first = await crawl([...crawlerResources({ ...target, classifiers: ["old"] }), csvClassifier("old")], bucket);
  assert.equal(
    first.tables.t?.columns.map(({ type }) => type),
    ["string", "string"],
  );
  bucket["t/day=2/x.csv"] = '"a","b","c"\n"1","x","y"\n';
  const after = [...crawlerResources({ ...target, classifiers: ["new"] }), csvClassifier("new")];
  const { tables, result } = await crawl(after, bucket);
  assert.equal(Object.keys(tables), ["t"]);
  assert.equal(
    tables.t?.columns.map(({ name }) => name),
    ["a", "b", "c"],
  );
  assert.equal(result.warnings, []);
  assert.equal([result.filesRead, result.tablesUpdated], [1, ["t"]]);
});

test("new targets clear the memory, new classifiers retry unrecognised files", async () => {
  const bucket: Bucket = { "t/day=1/x.csv": '"a","b"\n' };
  const piped = [
    ...crawlerResources({ ...target, classifiers: ["piped"] }),
    csvClassifier("piped", { delimiter: "|" }),
  ];
  const plain = await crawl(piped, bucket);
  assert.equal(plain.tables, {});
  const resources = [...crawlerResources({ ...target, classifiers: ["texts"] }), csvClassifier("texts")];
  assert.equal(Object.keys((await crawl(resources, bucket)).tables), ["t"]);
  const deeper = { ...s3Target("s3://bucket/t/"), classifiers: ["texts"] };
  const again = await crawl([...crawlerResources(deeper), csvClassifier("texts")], bucket);
  assert.is(again.result.filesRead, 1);
});

test("a memory cut by a kill is rebuilt", async () => {
  const bucket: Bucket = { "t/day=1/x.csv": numbers };
  await crawl(crawlerResources(target), bucket);
  appendFileSync(join(stateDir, "glue", "crawl.crawled.json"), '["object","bu');
  assert.is((await crawl(crawlerResources(target), bucket)).result.filesRead, 1);
  assert.is((await crawl(crawlerResources(target), bucket)).result.filesRead, 0);
});

test("a crawler that was removed and added again remembers nothing", async () => {
  const bucket: Bucket = { "t/day=1/x.csv": numbers };
  const resources = crawlerResources(target);
  await crawl(resources, bucket);
  openGlue(
    resources.filter(({ type }) => type !== "aws:glue/crawler:Crawler"),
    bucket,
    stateDir,
  );
  assert.is((await crawl(resources, bucket)).result.filesRead, 1);
});

test("a grown file updates its table, whose partitions inherit the columns", async () => {
  const resources = crawlerResources(target);
  const bucket: Bucket = { "t/day=1/x.csv": numbers, "t/day=2/x.csv": numbers };
  await crawl(resources, bucket);
  bucket["t/day=2/x.csv"] = "a,b,c\n1,x,y\n2,y,z\n";
  const { result, tables } = await crawl(resources, bucket);
  assert.equal([result.tablesUpdated, result.partitionsUpdated], [["t"], []]);
  assert.equal(
    tables.t?.columns.map(({ name }) => name),
    ["a", "b", "c"],
  );
  assert.is(tables.t?.partitions["2"]?.columns, undefined);
});

test("a catalog target never updates its table", async () => {
  const songs = declaredTable("songs", ["id", "name"]);
  const { result, tables } = await crawl([...crawlerResources(catalogTarget), songs], {
    "songs/day=1/x.csv": '"id","name"\n"1","a"\n"2","b"\n',
  });
  assert.is(tables.songs?.serde?.parameters.escapeChar, "\\");
  assert.equal(result.tablesUpdated, []);
});

test.run();
