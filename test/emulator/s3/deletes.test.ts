import { existsSync, readdirSync } from "node:fs";
import { DeleteObjectCommand, DeleteObjectsCommand } from "@aws-sdk/client-s3";
import * as assert from "uvu/assert";
import { bucket, sdkFailure } from "./bench";
import { objectsSuite } from "./objectsSuite";

const { test, bench, fileOf, put, get } = objectsSuite("emulator/s3 deletes");

test("delete takes empty folders along, and says the same for what is not there", async () => {
  await put("gone/a/b/c", "x");
  await put("gone/d", "x");
  const remove = (key: string) => bench.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  await remove("gone/a/b/c");
  assert.equal(readdirSync(fileOf("gone")), ["d"]);
  assert.is((await remove("gone/a/b/c")).$metadata.httpStatusCode, 204);
  assert.is((await remove("gone")).$metadata.httpStatusCode, 204);
  assert.is(await sdkFailure(get("gone/a/b/c")), "NoSuchKey 404: The specified key does not exist.");
  await put("gone/a", "a file where a folder was");
  await remove("gone/a");
  await remove("gone/d");
  assert.is(existsSync(fileOf("gone")), false);
});

test("delete of many answers for each key", async () => {
  const keys = ["many/a & b", 'many/"<c>"', "many/é\u0001"];
  for (const key of keys) await put(key, "x");
  const request = (more: object) =>
    bench.client.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: [...keys, "many/../x"].map((Key) => ({ Key })), ...more },
      }),
    );
  const { Deleted, Errors } = await request({});
  assert.equal(
    Deleted,
    keys.map((Key) => ({ Key })),
  );
  const message = 'key "many/../x" holds the segment "..", which would leave its folder';
  assert.equal(Errors, [{ Key: "many/../x", Code: "InvalidRequest", Message: message }]);
  assert.is(existsSync(fileOf("many")), false);
  assert.is((await request({ Quiet: true })).Deleted, undefined);
});

test.run();
