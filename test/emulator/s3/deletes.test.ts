import { existsSync, readdirSync } from "node:fs";
import { DeleteObjectCommand, DeleteObjectsCommand } from "@aws-sdk/client-s3";
import * as assert from "uvu/assert";
import { bucket, sdkFailure } from "../../support/emulator/s3/bench";
import { objectsSuite } from "../../support/emulator/s3/objectsSuite";

const { test, bench, fileOf, put, get } = objectsSuite("emulator/s3/deletes");

const remove = (keys: readonly string[], more: object = {}) =>
  bench.client.send(
    new DeleteObjectsCommand({
      Bucket: bucket,
      Delete: { Objects: keys.map((Key) => ({ Key, VersionId: "null" })), ...more },
    }),
  );

test("a removal also removes empty folders, and succeeds for missing objects", async () => {
  await put("gone/a/b/c", "x");
  await put("gone/d", "x");

  await remove(["gone/a/b/c"]);

  assert.equal(readdirSync(fileOf("gone")), ["d"]);
  const { Deleted, Errors } = await remove(["gone/a/b/c", "gone"]);
  assert.equal([Deleted?.length, Errors], [2, undefined]);
  assert.is(await sdkFailure(get("gone/a/b/c")), "NoSuchKey 404: The specified key does not exist.");
  await put("gone/a", "a file where a folder was");
  await remove(["gone/a", "gone/d"]);
  assert.is(existsSync(fileOf("gone")), false);
});

test("each key of a removal has its own result", async () => {
  const keys = ["many/a & b", 'many/"<c>"', "many/é\u0001"];
  for (const key of keys) await put(key, "x");

  const { Deleted, Errors } = await remove([...keys, "many/../x"]);

  assert.equal(
    Deleted,
    keys.map((Key) => ({ Key, VersionId: "null" })),
  );
  const message = 'key "many/../x" holds the segment "..", which would leave its folder';
  assert.equal(Errors, [{ Key: "many/../x", VersionId: "null", Code: "InvalidRequest", Message: message }]);
  assert.is(existsSync(fileOf("many")), false);
  assert.is((await remove(keys, { Quiet: true })).Deleted, undefined);
});

test("unsupported removals are refused", async () => {
  await put("kept", "x");

  const one = await sdkFailure(bench.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: "kept" })));
  const { Errors } = await bench.client.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: "kept" }] } }),
  );

  assert.is(one, "NotImplemented 501: DELETE of an object is not modelled by the local S3");
  const Message = "a removal without VersionId is not modelled by the local S3";
  assert.equal(Errors, [{ Key: "kept", Code: "NotImplemented", Message }]);
  assert.is(existsSync(fileOf("kept")), true);
});

test.run();
