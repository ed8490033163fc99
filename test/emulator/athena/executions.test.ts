import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StartQueryExecutionInput } from "@aws-sdk/client-athena";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createQueries, type Queries } from "../../../emulator/athena/executions";
import type { Catalog } from "../../../emulator/glue";
import { saveCatalog, type Table } from "../../../emulator/glue/catalog";
import type { Iam } from "../../../emulator/iam";
import type { Registered } from "../../../emulator/resources";

const test = suite("emulator/athena/executions");

const asked: string[] = [];
const iam = { authorize: (_who: unknown, action: string, on: string) => void asked.push(`${action} ${on}`) };
const principal = { kind: "role", arn: "arn:aws:iam::123456789012:role/copies" } as const;
const table = (name: string, more: Partial<Table>): Table => ({
  ...{ name, madeBy: "stack", tableType: "EXTERNAL_TABLE", parameters: {}, partitionKeys: [], partitions: {} },
  ...{ columns: [{ name: "n", type: "bigint" }], location: `s3://theirs/${name}/` },
  ...more,
});
const catalog: Catalog = {
  databases: { lake: { copy: table("copy", { parameters: { table_type: "ICEBERG" } }), plain: table("plain", {}) } },
  namedQueries: [],
};
const workgroup = {
  type: "aws:athena/workgroup:Workgroup",
  inputs: { configuration: { resultConfiguration: { outputLocation: "s3://results/copies/" } } },
  outputs: { name: "copies", arn: "arn:aws:athena:us-east-1:123456789012:workgroup/copies" },
} as unknown as Registered;

let stateDir: string;

test.before(() => {
  stateDir = mkdtempSync(path.join(tmpdir(), "playlake-queries-"));
  saveCatalog(stateDir, catalog);
});
test.after(() => rmSync(stateDir, { recursive: true }));

function open() {
  asked.length = 0;
  return createQueries({ resources: [workgroup], stateDir, iam: iam as unknown as Iam }, catalog);
}

/** Starts a query and waits for its end. */
async function ended(queries: Queries, input: Partial<StartQueryExecutionInput>) {
  const { query, isNew } = queries.start(input, principal);
  await query.end;
  return { isNew, id: query.id, workgroup: query.workgroup.name, answer: query.answer, error: query.error };
}

const merge =
  "merge into copy as kept using (select 1 as n) as found on (kept.n = found.n) when not matched then insert (n) values (found.n)";
const inputOf = (QueryString: string, token = "a token that is long enough for Athena") => ({
  ...{ QueryString, WorkGroup: "copies", ClientRequestToken: token, QueryExecutionContext: { Database: "lake" } },
});

test("a MERGE runs once for each token and needs permission for all that it uses", async () => {
  const queries = open();
  const { id, ...first } = await ended(queries, inputOf(merge));
  const answer = { columns: [], rows: [] };
  assert.equal(first, { isNew: true, workgroup: "copies", answer, error: undefined });
  assert.equal(await ended(queries, inputOf(merge)), { id, ...first, isNew: false });
  const glue = "arn:aws:glue:us-east-1:123456789012";
  assert.equal(asked.slice(0, -1), [
    `athena:StartQueryExecution ${workgroup.outputs.arn}`,
    "athena:GetDataCatalog arn:aws:athena:us-east-1:123456789012:datacatalog/AwsDataCatalog",
    ...["database/default", "catalog", "database/lake"].map((what) => `glue:GetDatabase ${glue}:${what}`),
    ...["catalog", "database/lake", "table/lake/copy"].map((what) => `glue:GetTable ${glue}:${what}`),
    `glue:UpdateTable ${glue}:table/lake/copy`,
    "s3:GetObject arn:aws:s3:::theirs/copy/data/rows.parquet",
    "s3:PutObject arn:aws:s3:::theirs/copy/data/rows.parquet",
    "s3:GetBucketLocation arn:aws:s3:::results",
    `s3:PutObject arn:aws:s3:::results/copies/${id}`,
  ]);
});

for (const [sql, error] of [
  ["delete from plain where", "NOT_SUPPORTED: Modifying Hive table rows is not supported: plain"],
  ["drop table copy", "only statements that read are answered, such as SELECT; got DROP"],
  ["merge into nothing using", "TABLE_NOT_FOUND: Table nothing does not exist"],
  ["merge into plain using", "NOT_SUPPORTED: Modifying Hive table rows is not supported: plain"],
] as const) {
  test(`a query that fails has ended: ${sql}`, async () => {
    const failed = await ended(open(), inputOf(sql));
    assert.equal([failed.workgroup, failed.answer, failed.error], ["copies", undefined, error]);
  });
}

test("invalid calls are refused before a query starts", () => {
  const refused = (input: object) => {
    try {
      open().start(input, principal);
    } catch (error) {
      return [(error as { code?: string }).code, (error as Error).message];
    }
    return undefined;
  };
  assert.equal(refused({ ...inputOf(merge), WorkGroup: "other" }), [
    "InvalidRequestException",
    "WorkGroup other is not found.",
  ]);
  assert.equal(refused(inputOf(merge, "short")), [
    "InvalidRequestException",
    "ClientRequestToken: 32 to 128 characters",
  ]);
});

test.run();
