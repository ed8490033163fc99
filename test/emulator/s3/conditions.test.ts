import * as assert from "uvu/assert";
import { sdkFailure } from "./bench";
import { objectsSuite, preconditionFailed } from "./objectsSuite";

const { test, bench, put, get, textOf } = objectsSuite("emulator/s3 conditions");

test("If-None-Match: * writes once", async () => {
  const key = "once/first";
  const before = bench.events.length;
  await put(key, "first", { IfNoneMatch: "*" });
  assert.is(await sdkFailure(put(key, "second", { IfNoneMatch: "*" })), preconditionFailed);
  assert.is(await textOf(key), "first");
  assert.is(bench.events.length, before + 1);
});

test("If-None-Match: * lets one of many through that come at once", async () => {
  const before = bench.events.length;
  bench.hooks.beforeEvent = () => new Promise((resolve) => setTimeout(resolve, 5));
  const results = await Promise.all(
    Array.from({ length: 12 }, (_, index) => sdkFailure(put("once/race", `body ${index}`, { IfNoneMatch: "*" }))),
  );
  delete bench.hooks.beforeEvent;
  assert.is(results.filter((failure) => failure === undefined).length, 1);
  assert.is(results.filter((failure) => failure === preconditionFailed).length, 11);
  assert.is(await textOf("once/race"), `body ${results.indexOf(undefined)}`);
  assert.is(bench.events.length, before + 1);
});

test("If-Match replaces only what was seen", async () => {
  const { ETag } = await put("match", "one");
  await put("match", "two", { IfMatch: ETag });
  assert.is(await sdkFailure(put("match", "three", { IfMatch: ETag })), preconditionFailed);
  assert.is(
    await sdkFailure(put("nothing", "x", { IfMatch: ETag })),
    "NoSuchKey 404: The specified key does not exist.",
  );
  assert.is(await textOf("match"), "two");
});

test("reads can be conditional", async () => {
  bench.clock.set(new Date("2026-11-02T00:00:00.900Z"));
  const { ETag } = await put("read", "x");
  bench.clock.set(undefined);
  const sameSecond = new Date("2026-11-02T00:00:00Z");
  const earlier = new Date("2026-11-01T23:59:59Z");
  assert.is(await sdkFailure(get("read", { IfMatch: ETag })), undefined);
  assert.is(await sdkFailure(get("read", { IfMatch: '"other"' })), preconditionFailed);
  assert.match((await sdkFailure(get("read", { IfNoneMatch: ETag }))) ?? "", / 304: /);
  assert.is(await sdkFailure(get("read", { IfNoneMatch: '"other"' })), undefined);
  assert.match((await sdkFailure(get("read", { IfModifiedSince: sameSecond }))) ?? "", / 304: /);
  assert.is(await sdkFailure(get("read", { IfModifiedSince: earlier })), undefined);
  assert.is(await sdkFailure(get("read", { IfUnmodifiedSince: sameSecond })), undefined);
  assert.is(await sdkFailure(get("read", { IfUnmodifiedSince: earlier })), preconditionFailed);
});

test.run();
