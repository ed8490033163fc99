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
  crawlActions,
  crawlerResources,
  declaredTable,
  headerClassifier,
  resource,
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

const catalogTarget = {
  catalogTargets: [{ databaseName: "lake", tables: ["songs"] }],
  schemaChangePolicy: { updateBehavior: "LOG", deleteBehavior: "LOG" },
  configuration: '{"Version":1,"CrawlerOutput":{"Partitions":{"AddOrUpdateBehavior":"InheritFromTable"}}}',
};
const songs = declaredTable("songs", ["id", "name"]);
const csv = '"id","name"\n"1","a"\n"2","b"\n';

test("catalog target: partitions are added, hidden objects are skipped", async () => {
  const bucket: Bucket = {
    "songs/day=2026-11-01/x.csv": csv,
    "songs/day=2026-11-01/y.csv": csv,
    "songs/day=2026-11-02/x.csv": '"id","name"\n',
    "songs/_temporary/day=2026-11-03/x.csv": csv,
    "songs/day=2026-11-04/.x.csv": csv,
    "songs/other/x.csv": csv,
    "songs/x.csv": csv,
    "unheard/day=2026-11-01/x.csv": csv,
  };
  const glue = open([...crawlerResources(catalogTarget), songs], bucket);
  assert.equal(await glue.startCrawler("crawl", owner), {
    crawler: "crawl",
    assumptions: [],
    status: "SUCCEEDED",
    tablesCreated: [],
    tablesUpdated: [],
    tablesDeleted: [],
    partitionsAdded: [
      { table: "songs", values: ["2026-11-01"] },
      { table: "songs", values: ["2026-11-02"] },
    ],
    partitionsUpdated: [],
    partitionsDeleted: [],
    unrecognised: ["s3://bucket/songs/day=2026-11-02/x.csv"],
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

test("catalog target: without InheritFromTable a classifier describes the partition", async () => {
  const { configuration: _, ...target } = catalogTarget;
  const glue = open([...crawlerResources(target), songs], { "songs/day=2026-11-01/x.csv": csv });
  await glue.startCrawler("crawl", owner);
  assert.equal(glue.catalog.databases.lake?.songs?.partitions["2026-11-01"], {
    values: ["2026-11-01"],
    location: "s3://bucket/songs/day=2026-11-01/",
    columns: [
      { name: "id", type: "bigint" },
      { name: "name", type: "string" },
    ],
    serde: {
      library: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
      parameters: { "field.delim": "," },
    },
  });
});

test("S3 target: tables are created and updated, and with LOG none is deleted", async () => {
  const target = {
    s3Targets: [{ path: "s3://bucket" }],
    tablePrefix: "csv_",
    classifiers: ["songs", "plays"],
    schemaChangePolicy: { updateBehavior: "UPDATE_IN_DATABASE", deleteBehavior: "LOG" },
    configuration:
      '{"Version":1,"Grouping":{"TableGroupingPolicy":"CombineCompatibleSchemas","TableLevelConfiguration":2}}',
  };
  const classifiers = [headerClassifier("songs", ["id", "name"]), headerClassifier("plays", ["id", "times"])];
  const bucket: Bucket = {
    "plays/day=2026-11-01/x.csv.gz": gzipSync('"id","times"\n"1","2"\n'),
    "songs/day=2026-11-01/x.csv": csv,
  };
  const glue = open([...crawlerResources(target), ...classifiers], bucket);
  const first = await glue.startCrawler("crawl", owner);
  assert.equal(first.tablesCreated, ["csv_plays", "csv_songs"]);
  assert.equal(first.assumptions, [
    "a classifier with a header list is taken to pass over files with another header; AWS documents it nowhere",
  ]);
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
  assert.equal([second.tablesCreated, second.tablesUpdated, second.tablesDeleted], [[], ["csv_songs"], []]);
  assert.equal(Object.keys(glue.catalog.databases.lake ?? {}), ["csv_plays", "csv_songs"]);
});

test("S3 target: removed data is deleted or marked, depending on the policy", async () => {
  for (const deleteBehavior of ["DELETE_FROM_DATABASE", "DEPRECATE_IN_DATABASE"]) {
    const target = {
      s3Targets: [{ path: "s3://bucket/in/" }],
      schemaChangePolicy: { deleteBehavior },
      configuration: '{"Version":1,"Grouping":{"TableLevelConfiguration":3}}',
    };
    const bucket: Bucket = {
      "in/one/day=1/x.csv": "a,b\nx,1\ny,2\n",
      "in/one/day=2/x.csv": "a,b\nx,1\ny,2\n",
      "in/two/day=1/x.csv": "a,b\nx,1\ny,2\n",
    };
    const glue = open(crawlerResources(target), bucket);
    await glue.startCrawler("crawl", owner);
    delete bucket["in/one/day=1/x.csv"];
    delete bucket["in/two/day=1/x.csv"];
    const { tablesDeleted, tablesUpdated, partitionsDeleted } = await glue.startCrawler("crawl", owner);
    const isDeleted = deleteBehavior === "DELETE_FROM_DATABASE";
    assert.equal(tablesDeleted, isDeleted ? ["two"] : []);
    assert.equal(tablesUpdated, isDeleted ? [] : ["two"]);
    assert.equal(partitionsDeleted, isDeleted ? [{ table: "one", values: ["1"] }] : []);
    rmSync(join(stateDir, "glue"), { recursive: true });
  }
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
    crawlerResources({ s3Targets: [{ path: "s3://bucket" }] }).filter(({ type }) => !type.includes("crawler")),
    {},
  );
  assert.equal(third.catalog, { databases: { lake: {} }, namedQueries: [] });
});

test("a declared table with the name of a crawled table is refused, as in AWS", async () => {
  const target = { s3Targets: [{ path: "s3://bucket/songs/" }] };
  await open(crawlerResources(target), { "songs/day=1/x.csv": "a,b\nx,1\ny,2\n" }).startCrawler("crawl", owner);
  assert.throws(
    () => open([...crawlerResources(catalogTarget), songs], {}),
    (error: Error) =>
      error.message ===
      "AlreadyExistsException: Table already exists: songs (the crawler crawl made it: use another state folder)",
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

const refused: [crawler: Record<string, unknown>, message: string][] = [
  [{}, "InvalidInputException: crawler crawl: it has no target"],
  [
    { ...catalogTarget, s3Targets: [{ path: "s3://bucket" }] },
    "InvalidInputException: crawler crawl: it has catalog targets and others, catalog targets stand alone",
  ],
  [
    { ...catalogTarget, catalogTargets: [{ databaseName: "lake", tables: [] }] },
    "InvalidInputException: crawler crawl: a catalog target names no table",
  ],
  [
    { ...catalogTarget, schemaChangePolicy: {} },
    "InvalidInputException: crawler crawl: with a catalog target deleteBehavior must be LOG",
  ],
  [
    { s3Targets: [{ path: "s3://bucket" }], recrawlPolicy: { recrawlBehavior: "CRAWL_NEW_FOLDERS_ONLY" } },
    "InvalidInputException: crawler crawl: CRAWL_NEW_FOLDERS_ONLY wants updateBehavior and deleteBehavior LOG",
  ],
  [
    { s3Targets: [{ path: "s3://bucket" }], recrawlPolicy: { recrawlBehavior: "CRAWL_EVENT_MODE" } },
    "crawler crawl: CRAWL_EVENT_MODE is not modelled by the local Glue",
  ],
  [
    { s3Targets: [{ path: "s3://bucket", exclusions: ["*.tmp"] }] },
    "crawler crawl: exclusions is not modelled by the local Glue",
  ],
  [{ ...catalogTarget, classifiers: ["none"] }, "EntityNotFoundException: crawler crawl: Classifier none not found."],
  [{ ...catalogTarget, configuration: "{" }, "InvalidInputException: crawler crawl: configuration is no JSON: {"],
];

for (const [crawler, message] of refused) {
  test(title(`refused: ${message.slice(message.indexOf("crawl: ") + "crawl: ".length)}`), () => {
    assert.throws(
      () => open([...crawlerResources(crawler), songs], {}),
      (error: Error) => error.message === message,
    );
  });
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "nothing was thrown",
    (error: Error) => error.message,
  );
}

test.run();
