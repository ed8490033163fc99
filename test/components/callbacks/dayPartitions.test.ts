import { existsSync } from "node:fs";
import path from "node:path";
import * as glueSdk from "@aws-sdk/client-glue";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeDayPartitions } from "../../../components/callbacks/dayPartitions";
import { awsJsonListener } from "../../../emulator/awsJson";
import { createGlue, type Glue } from "../../../emulator/glue";
import { createIam } from "../../../emulator/iam";
import { createLoopbackServer } from "../../../emulator/loopback";
import { createS3 } from "../../../emulator/s3";
import { type TableName, tableNames } from "../../../transforms/schema";
import { temporaryFolder } from "../../support/commandLine";
import { errorOf, stackWith } from "../../support/components/testPrograms";

const test = suite("components/callbacks/dayPartitions");

const days = ["2026-11-01", "2026-11-02"];
let folder: ReturnType<typeof temporaryFolder>;
let glue: Glue;
let server: ReturnType<typeof createLoopbackServer>;
let client: glueSdk.GlueClient;

/** The transformer's own permissions, over HTTP. */
test.before.each(async () => {
  folder = temporaryFolder();
  const { resources } = await stackWith("declared");
  const iam = createIam(resources);
  const { objects } = createS3({ root: path.join(folder.folder, "buckets"), resources, iam });
  glue = createGlue({ resources, stateDir: folder.folder, iam, objects });
  server = createLoopbackServer(awsJsonListener(iam, { AWSGlue: glue.operations }));
  const credentials = iam.assume("arn:aws:iam::123456789012:role/playlake-transform", "lambda.amazonaws.com");
  client = new glueSdk.GlueClient({
    endpoint: await server.listen(),
    region: "us-east-1",
    credentials,
    maxAttempts: 1,
  });
});

test.after.each(async () => {
  client.destroy();
  await server.close();
  folder.remove();
});

function register(databaseName = "playlake_local", tables: readonly TableName[] = tableNames) {
  return makeDayPartitions(glueSdk, client, { databaseName, lakeBucket: "playlake-lake", tables });
}

const tablesOf = () => Object.values(glue.catalog.databases.playlake_local ?? {});

test("a day registered repeatedly becomes one partition of each table", async () => {
  await register()(days);
  await register()(["2026-11-02", "2026-11-03"]);

  for (const table of tableNames) {
    const found = tablesOf().find(({ name }) => name === `csv_${table}`);
    assert.equal(
      Object.values(found?.partitions ?? {}),
      [...days, "2026-11-03"].map((day) => ({
        values: [day],
        location: `s3://playlake-lake/${table}/snapshot_date=${day}/`,
      })),
      "as a crawler leaves it that takes all from the table",
    );
  }
  assert.ok(existsSync(path.join(folder.folder, "glue", "catalog.json")));
});

test("without a day there is no call", async () => {
  await register("missing")([]);
});

test("an error from Glue names the table", async () => {
  const missing = register("missing", ["tracks"])(days);
  assert.is(
    await errorOf(missing),
    "csv_tracks in missing: User: arn:aws:sts::123456789012:assumed-role/playlake-transform/playlake is not authorized to perform: glue:BatchCreatePartition on resource: arn:aws:glue:us-east-1:123456789012:database/missing because no identity-based policy allows the glue:BatchCreatePartition action",
  );
  delete glue.catalog.databases.playlake_local?.csv_tracks;
  const error = await register()(days).then(
    () => undefined,
    (one: Error & { code?: string }) => one,
  );
  assert.equal(
    [error?.message, error?.code],
    ["csv_tracks in playlake_local: Table csv_tracks not found.", "NOT_VISIBLE"],
  );
  assert.is(Object.keys(glue.catalog.databases.playlake_local?.csv_albums?.partitions ?? {}).length, 2, "others are");
});

test("an error for one partition fails unless the partition already exists", async () => {
  const ErrorDetail = { ErrorCode: "ResourceNumberLimitExceededException", ErrorMessage: "too many" };
  const send = async () => ({ Errors: [{ PartitionValues: ["2026-11-02"], ErrorDetail }] });
  const refused = makeDayPartitions(glueSdk, { send } as never, {
    ...{ databaseName: "d", lakeBucket: "b", tables: ["tracks"] },
  });
  assert.is(
    await errorOf(refused(days)),
    "csv_tracks in d: 2026-11-02: ResourceNumberLimitExceededException: too many",
  );
});

test.run();
