import * as assert from "uvu/assert";
import { sdkFailure } from "../../support/emulator/s3/bench";
import { objectsSuite, preconditionFailed } from "../../support/emulator/s3/objectsSuite";

const { test, bench, put, get, textOf } = objectsSuite("emulator/s3/conditions");

test("If-None-Match: * writes once", async () => {
  const key = "once/first";
  const before = bench.events.length;
  await put(key, "first", { IfNoneMatch: "*" });
  assert.is(await sdkFailure(put(key, "second", { IfNoneMatch: "*" })), preconditionFailed);
  assert.is(await textOf(key), "first");
  assert.is(bench.events.length, before + 1);
});

test("If-None-Match: * accepts one of many concurrent writes", async () => {
  const before = bench.events.length;
  const results = await Promise.all(
    Array.from({ length: 12 }, (_, index) => sdkFailure(put("once/race", `body ${index}`, { IfNoneMatch: "*" }))),
  );
  assert.is(results.filter((failure) => failure === undefined).length, 1);
  assert.is(results.filter((failure) => failure === preconditionFailed).length, 11);
  assert.is(await textOf("once/race"), `body ${results.indexOf(undefined)}`);
  assert.is(bench.events.length, before + 1);
});

test("If-Match replaces only an unchanged object", async () => {
  const { ETag } = await put("match", "one");
  await put("match", "two", { IfMatch: ETag });
  assert.is(await sdkFailure(put("match", "three", { IfMatch: ETag })), preconditionFailed);
  assert.is(
    await sdkFailure(put("nothing", "x", { IfMatch: ETag })),
    "NoSuchKey 404: The specified key does not exist.",
  );
  assert.is(await textOf("match"), "two");
});

test("conditional reads are refused", async () => {
  await put("read", "x");
  for (const condition of [{ IfMatch: "x" }, { IfNoneMatch: "x" }]) {
    assert.is(
      await sdkFailure(get("read", condition)),
      "NotImplemented 501: a conditional read is not modelled by the local S3",
    );
  }
});

test.run();
