import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Principal } from "../../../emulator/iam";
import type { Registered } from "../../../emulator/resources";
import { type Bucket, openGlue } from "../../support/emulator/glue/glueBucket";
import {
  catalogTarget,
  crawlActions,
  crawlerResources,
  csvClassifier,
  declaredTable,
  resource,
  s3Target,
} from "../../support/emulator/glue/glueResources";
import { title } from "../../support/title";

const test = suite("emulator/glue/glue");

const owner: Principal = { kind: "owner" };
let stateDir: string;

test.before.each(() => {
  stateDir = mkdtempSync(join(tmpdir(), "playlake-glue-"));
});

test.after.each(() => {
  rmSync(stateDir, { recursive: true });
});

const open = (resources: Registered[], bucket: Bucket) => openGlue(resources, bucket, stateDir);

const songs = declaredTable("songs", ["id", "name"]);
const csv = '"id","name"\n"1","a"\n"2","b"\n';

test("catalog target: partitions are added, hidden objects are skipped", async () => {
  const bucket: Bucket = {
    "songs/day=2026-11-01/x.csv": csv,
    "songs/day=2026-11-01/y.csv": csv,
    "songs/day=2026-11-02/x.csv": '"id","name"\n"3"\n',
    "songs/_temporary/day=2026-11-03/x.csv": csv,
    "songs/day=2026-11-04/.x.csv": csv,
    "songs/other/x.csv": csv,
    "songs/x.csv": csv,
    "unheard/day=2026-11-01/x.csv": csv,
  };
  const glue = open([...crawlerResources(catalogTarget), songs], bucket);
  assert.equal(await glue.startCrawler("crawl", owner), {
    crawler: "crawl",
    status: "SUCCEEDED",
    tablesCreated: [],
    tablesUpdated: [],
    partitionsAdded: [
      { table: "songs", values: ["2026-11-01"] },
      { table: "songs", values: ["2026-11-02"] },
    ],
    partitionsUpdated: [],
    filesRead: 3,
    warnings: [
      "s3://bucket/songs/other/x.csv (songs): not below day=VALUE/, the partition keys of its table: Athena does not read it; move or remove what is there",
      "s3://bucket/songs/x.csv (songs): not below day=VALUE/, the partition keys of its table: Athena does not read it; move or remove what is there",
    ],
  });
  assert.equal(glue.catalog.databases.lake?.songs?.partitions, {
    "2026-11-01": { values: ["2026-11-01"], location: "s3://bucket/songs/day=2026-11-01/" },
    "2026-11-02": { values: ["2026-11-02"], location: "s3://bucket/songs/day=2026-11-02/" },
  });
  bucket["songs/day=2026-11-03/x.csv"] = csv;
  const second = await glue.startCrawler("crawl", owner);
  assert.equal(second.partitionsAdded, [{ table: "songs", values: ["2026-11-03"] }]);
  assert.is(second.filesRead, 1);
});

test("S3 target: tables are created and updated, and with LOG none is deleted", async () => {
  const target = { ...s3Target("s3://bucket"), tablePrefix: "csv_", classifiers: ["texts"] };
  const bucket: Bucket = {
    "plays/day=2026-11-01/x.csv.gz": gzipSync('"id","times"\n"1","2"\n'),
    "songs/day=2026-11-01/x.csv": csv,
  };
  const glue = open([...crawlerResources(target), csvClassifier("texts")], bucket);
  const first = await glue.startCrawler("crawl", owner);
  assert.equal(first.tablesCreated, ["csv_plays", "csv_songs"]);
  assert.equal(glue.catalog.databases.lake?.csv_plays, {
    name: "csv_plays",
    madeBy: { crawler: "crawl" },
    tableType: "EXTERNAL_TABLE",
    parameters: {
      UPDATED_BY_CRAWLER: "crawl",
      classification: "csv",
      columnsOrdered: "true",
      delimiter: ",",
      "skip.header.line.count": "1",
      typeOfData: "file",
    },
    columns: [
      { name: "id", type: "string" },
      { name: "times", type: "string" },
    ],
    partitionKeys: [{ name: "day", type: "string" }],
    location: "s3://bucket/plays/",
    serde: {
      library: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
      parameters: { separatorChar: ",", quoteChar: '"' },
    },
    partitions: { "2026-11-01": { values: ["2026-11-01"], location: "s3://bucket/plays/day=2026-11-01/" } },
  });
  delete bucket["plays/day=2026-11-01/x.csv.gz"];
  glue.catalog.databases.lake!.csv_songs!.serde!.parameters.escapeChar = "~";
  const second = await glue.startCrawler("crawl", owner);
  assert.equal([second.tablesCreated, second.tablesUpdated], [[], ["csv_songs"]]);
  assert.equal(Object.keys(glue.catalog.databases.lake ?? {}), ["csv_plays", "csv_songs"]);
});

test("a call that the role does not allow fails the crawl and is named", async () => {
  const needed = ["glue:GetDatabase", "glue:GetTable", "glue:BatchGetPartition", "glue:BatchCreatePartition"];
  for (const action of [...needed, "s3:ListBucket", "s3:GetObject"]) {
    const actions = crawlActions.filter((other) => other !== action);
    const glue = open([...crawlerResources(catalogTarget, actions), songs], { "songs/day=2026-11-01/x.csv": csv });
    const { status, error } = await glue.startCrawler("crawl", owner);
    assert.is(status, "FAILED", action);
    assert.match(error ?? "", `is not authorized to perform: ${action} on resource: `);
    assert.is(glue.iam.denied[0]?.action, action);
    assert.equal(glue.catalog.databases.lake?.songs?.partitions, {}, action);
    rmSync(join(stateDir, "glue"), { recursive: true });
  }
});

test("a crawl without permission to log still runs, and the refusal is recorded", async () => {
  const actions = crawlActions.filter((action) => action !== "logs:PutLogEvents");
  const glue = open([...crawlerResources(catalogTarget, actions), songs], { "songs/day=2026-11-01/x.csv": csv });
  assert.is((await glue.startCrawler("crawl", owner)).status, "SUCCEEDED");
  assert.equal(
    glue.iam.denied.map(({ action }) => action),
    ["logs:PutLogEvents"],
  );
});

test("starting a crawler needs a separate permission", async () => {
  const glue = open([...crawlerResources(catalogTarget), songs], {});
  const stranger: Principal = { kind: "role", arn: "arn:aws:iam::123456789012:role/stranger" };
  assert.match(
    await messageOf(glue.startCrawler("crawl", stranger)),
    "is not authorized to perform: glue:StartCrawler",
  );
  assert.is(
    await messageOf(glue.startCrawler("other", owner)),
    "EntityNotFoundException: Crawler with name other does not exist",
  );
});

test("crawled tables stay in the catalog, declared tables follow the program", async () => {
  const resources = [...crawlerResources(catalogTarget), songs];
  await open(resources, { "songs/day=2026-11-01/x.csv": csv }).startCrawler("crawl", owner);
  const wider = declaredTable("songs", ["id", "name", "more"]);
  const second = open([...crawlerResources(catalogTarget), wider], {});
  assert.equal(
    second.catalog.databases.lake?.songs?.columns.map(({ name }) => name),
    ["id", "name", "more"],
  );
  assert.equal(Object.keys(second.catalog.databases.lake?.songs?.partitions ?? {}), ["2026-11-01"]);
  assert.equal(JSON.parse(readFileSync(join(stateDir, "glue", "catalog.json"), "utf8")), second.catalog);
  const third = open(
    crawlerResources(s3Target("s3://bucket")).filter(({ type }) => !type.includes("crawler")),
    {},
  );
  assert.equal(third.catalog, { databases: { lake: {} }, namedQueries: [] });
});

test("a declared table replaces a crawled one of its name and keeps its partitions", async () => {
  const files = { "songs/day=2026-11-01/x.csv": "a,b\nx,1\ny,2\n", "songs/day=2026-11-02/x.csv": "a,b\nx,1\ny,2\n" };
  const crawlerOnly = crawlerResources(s3Target("s3://bucket/songs/"));
  const declared = [...crawlerResources(catalogTarget), songs];
  await open(crawlerOnly, files).startCrawler("crawl", owner);
  const back = open(declared, {}).catalog.databases.lake!;
  assert.equal(Object.keys(back), ["songs"]);
  assert.equal(
    [back.songs!.madeBy, back.songs!.columns.map(({ name }) => name), back.songs!.partitions],
    [
      "stack",
      ["id", "name"],
      {
        "2026-11-01": { values: ["2026-11-01"], location: "s3://bucket/songs/day=2026-11-01/" },
        "2026-11-02": { values: ["2026-11-02"], location: "s3://bucket/songs/day=2026-11-02/" },
      },
    ],
  );
  const again = open(crawlerOnly, files);
  assert.equal(again.catalog.databases.lake, {});
  const { tablesCreated, partitionsAdded } = await again.startCrawler("crawl", owner);
  assert.equal([tablesCreated, partitionsAdded.length], [["songs"], 2]);
});

test("a crawled table with other partition keys leaves no partitions", async () => {
  const target = s3Target("s3://bucket/songs/");
  await open(crawlerResources(target), { "songs/year=1/x.csv": "a,b\nx,1\ny,2\n" }).startCrawler("crawl", owner);
  const { catalog } = open([...crawlerResources(catalogTarget), songs], {});
  assert.equal([catalog.databases.lake?.songs?.madeBy, catalog.databases.lake?.songs?.partitions], ["stack", {}]);
});

test("a table that is declared twice is refused", () => {
  assert.throws(
    () => open([...crawlerResources(catalogTarget), songs, songs], {}),
    (error: Error) => error.message === "AlreadyExistsException: Table already exists: songs (declared twice)",
  );
});

test("named queries are stored with the catalog", () => {
  const query = { name: "q", database: "lake", description: "What", query: "select 1", workgroup: "w" };
  const glue = open(
    [...crawlerResources(catalogTarget), songs, resource("aws:athena/namedQuery:NamedQuery", "q", query)],
    {},
  );
  assert.equal(glue.catalog.namedQueries, [{ name: "q", database: "lake", description: "What", sql: "select 1" }]);
});

const s3 = s3Target("s3://bucket");
const only = (property: string, what: string) => `crawler crawl: ${property}: the local Glue models ${what}`;

const refused: [crawler: Record<string, unknown>, message: string][] = [
  [
    { ...catalogTarget, schemaChangePolicy: s3.schemaChangePolicy },
    only(
      "schemaChangePolicy",
      '{"updateBehavior":"LOG","deleteBehavior":"LOG"} only, got {"updateBehavior":"UPDATE_IN_DATABASE","deleteBehavior":"LOG"}',
    ),
  ],
  [
    { ...s3, schemaChangePolicy: { deleteBehavior: "DELETE_FROM_DATABASE" } },
    only(
      "schemaChangePolicy",
      '{"updateBehavior":"UPDATE_IN_DATABASE","deleteBehavior":"LOG"} only, got {"deleteBehavior":"DELETE_FROM_DATABASE"}',
    ),
  ],
  [
    { ...s3, recrawlPolicy: { recrawlBehavior: "CRAWL_NEW_FOLDERS_ONLY" } },
    'aws:glue/crawler:Crawler "crawl": recrawlPolicy is not modelled by the local run',
  ],
  [
    { ...s3, s3Targets: [{ path: "s3://bucket", exclusions: ["*.tmp"] }] },
    only("s3Targets", '["path"] only, got ["path","exclusions"]'),
  ],
  [
    { ...catalogTarget, classifiers: [] },
    'aws:glue/crawler:Crawler "crawl": a crawler without classifiers is not modelled by the local run',
  ],
  [
    { ...catalogTarget, classifiers: ["none"] },
    'aws:glue/crawler:Crawler "crawl": the classifier none is not modelled by the local run',
  ],
  [
    { ...catalogTarget, configuration: '{"Version":1,"Grouping":{"TableGroupingPolicy":"CombineCompatibleSchemas"}}' },
    only(
      "configuration",
      '{"Version":1,"CrawlerOutput":{"Partitions":{"AddOrUpdateBehavior":"InheritFromTable"}},"Grouping":{"TableGroupingPolicy":"CombineCompatibleSchemas"}} only, got {"Version":1,"Grouping":{"TableGroupingPolicy":"CombineCompatibleSchemas"}}',
    ),
  ],
  [{ ...s3, configuration: catalogTarget.configuration }, only("TableLevelConfiguration", '"2 or more" only, got 0')],
];

for (const [crawler, message] of refused) {
  test(title(`refused: ${message.replace(/^.*?crawl"?: /, "")}`), () => {
    assert.throws(
      () => open([...crawlerResources(crawler), songs], {}),
      (error: Error) => error.message === message,
    );
  });
}

test("refused: a classifier with a header list", () => {
  const classifier = csvClassifier("texts", { headers: ["a", "b"] });
  assert.throws(
    () => open([...crawlerResources(catalogTarget), songs, classifier], {}),
    /^classifier texts: csvClassifier: the local Glue models \{"containsHeader":"PRESENT",.* only, got .*"headers":\["a","b"\]/,
  );
});

async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "nothing was thrown",
    (error: Error) => error.message,
  );
}

test.run();
