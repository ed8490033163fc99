// Files in another dialect: compares how the local Athena and the port of Trino's reader read them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openAthena } from "../../../emulator/athena";
import { type Catalog, saveCatalog } from "../../../emulator/glue/catalog";
import { type Oddity, odditiesOf } from "../../../emulator/glue/csvClassifier";
import { applyDeclared } from "../../../emulator/glue/declared";
import { declaredTable, resource } from "../../support/emulator/glue/glueResources";
import { readOpenCsv } from "../../support/transforms/openCsvSerde";

const test = suite("emulator/athena/otherFiles");

const tables = ["plain", "zipped"];
let stateDir: string;

test.before(() => {
  stateDir = mkdtempSync(join(tmpdir(), "playlake-athena-"));
  const catalog: Catalog = { databases: {}, namedQueries: [] };
  const database = resource("aws:glue/catalogDatabase:CatalogDatabase", "lake", { name: "lake" });
  applyDeclared(catalog, [database, ...tables.map((table) => declaredTable(table, ["id", "name"]))]);
  for (const { partitions, location } of Object.values(catalog.databases.lake!)) {
    partitions["1"] = { values: ["1"], location: `${location}day=1/` };
  }
  saveCatalog(stateDir, catalog);
});
test.after(() => {
  rmSync(stateDir, { recursive: true });
});

/** The rows of a table with this one file. */
async function rowsOf(body: string | Buffer, table: string, name: string): Promise<unknown> {
  const folder = join(stateDir, "buckets", "bucket", table, "day=1");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), body);
  const athena = await openAthena({ stateDir });
  try {
    return (await athena.query(`select id, name from ${table}`)).rows;
  } catch (error) {
    return (error as Error).message;
  } finally {
    athena.close();
    rmSync(folder, { recursive: true });
  }
}

const alike: [what: string, body: string | Buffer, oddities: Oddity[]][] = [
  ["a header in another order", '"name","id"\n"a","1"\n', []],
  ["lines that end with CRLF", 'id,name\r\n1,a\r\n2,"b"\r\n', []],
  ["lines that end with CR", "id,name\r1,a\r2,b\r", []],
  ["no line at the end", "id,name\n1,a", []],
  ["one column", "id\n1\n2\n", []],
  ["more columns", "id,name,x,y\n1,a,b,c\n", []],
  ["another delimiter", "id|name\n1|a\n", []],
  ["a BOM", "\ufeffid,name\n1,a\n", []],
  ["nothing", "", []],
  ["a header alone", "id,name\n", []],
  ["values without quotes", "id,name\n1,\n,b\n", []],
  ["a text", "Remember the milk\nand the bread\n", []],
  ["a quote amid a bare value", 'id,name\na,bc"d"ef\n1,2\n', ["bareQuote"]],
  ["a quote without end", 'id,name\n1,a\n"b,1\n2,3\n', ["lineBreak"]],
  ["a line break in a value", 'id,name\n1,"a\nb"\n2,c\n', ["lineBreak", "bareQuote"]],
  ["Latin-1", Buffer.from("id,name\n1,caf\xe9\n", "latin1"), ["notUtf8"]],
  ["far more columns", `id,name${",x".repeat(40)}\n1,2${",y".repeat(40)}\n`, []],
  ["backslashes that are not doubled", '"id","name"\n"1","C:\\temp"\n"2","dir\\"\n', ["backslash"]],
];

for (const [what, body, oddities] of alike) {
  test(`read as Trino reads it: ${what}`, async () => {
    const wanted = readOpenCsv(Buffer.from(body), 2);
    assert.equal(await rowsOf(body, "plain", "x.csv"), wanted);
    assert.equal(await rowsOf(gzipSync(body), "zipped", "x.csv.gz"), wanted);
    assert.equal(odditiesOf(String(body), false, typeof body === "string"), oddities);
  });
}

test("a file that Athena cannot read either is named with the reason", async () => {
  assert.is(
    await rowsOf("id,name\n1,a\n", "plain", "x.csv.gz"),
    "plain cannot be read: s3://bucket/plain/day=1/x.csv.gz: its name ends in .gz but it is not gzip; Athena fails too",
  );
  assert.equal(await rowsOf("id,name\n1,a\n", "plain", "x.csv"), [["1", "a"]]);
});

const odd: [body: string, isUtf8: boolean, oddities: Oddity[]][] = [
  ['"id","name"\n"1","say ""hi"", C:\\\\temp\\\\"\n', true, []],
  ['"id","name"\n\n"1","a"\n', true, ["blankLine"]],
  ['"id","name"\n"1","C:\\temp"\n', true, ["backslash"]],
  ['"id","name"\n"1","C:\\\\\\"\n', true, ["backslash"]],
  ['"id","name"\n"1","a\nb"\n', true, ["lineBreak", "bareQuote"]],
  ["id,name\n1,a\r\n2,b\n", true, ["mixedLineEnds"]],
  ["id,name\n1,a\n", false, ["notUtf8"]],
];

test("text that readers interpret in different ways is found", () => {
  for (const [body, isUtf8, oddities] of odd) assert.equal(odditiesOf(body, false, isUtf8), oddities, body);
});

test("a last line that is cut by the end of the sample is ignored", () => {
  assert.equal(odditiesOf('"id","name"\n"1","a', true, true), []);
});

test.run();
