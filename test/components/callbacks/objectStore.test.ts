import * as s3Sdk from "@aws-sdk/client-s3";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeObjectStore } from "../../../components/callbacks/objectStore";
import { type Answer, fakeClient } from "../../support/components/fakeClient";
import { errorOf } from "../../support/components/testPrograms";

const test = suite("components/callbacks/objectStore");

function storeWith(...answers: Answer[]) {
  const client = fakeClient(answers);
  return { asked: client.asked, store: makeObjectStore(s3Sdk, client as unknown as s3Sdk.S3Client, "raw") };
}

const bytes = Buffer.from("x");
const body = { Body: { transformToByteArray: async () => bytes } };

test("a missing object is undefined, even if S3 answers that access is denied", async () => {
  assert.is(await storeWith(body).store.get("k"), bytes);
  assert.is(await storeWith("NoSuchKey").store.get("k"), undefined);
  const missing = storeWith("AccessDenied", { Contents: [{ Key: "k2" }] });
  assert.is(await missing.store.get("k"), undefined);
  assert.equal(
    missing.asked.map(([name]) => name),
    ["GetObjectCommand", "ListObjectsV2Command"],
  );
  const denied = storeWith("AccessDenied", { Contents: [{ Key: "k" }] });
  assert.is(await errorOf(denied.store.get("k")), "AWS says AccessDenied");
  assert.is(await errorOf(storeWith("SlowDown").store.get("k")), "AWS says SlowDown");
});

test("a listing reads all pages", async () => {
  const { asked, store } = storeWith(
    { Contents: [{ Key: "a" }, { Key: "b" }], IsTruncated: true, NextContinuationToken: "t" },
    { Contents: [{ Key: "c" }], IsTruncated: false },
  );
  assert.equal(await store.list("p/"), ["a", "b", "c"]);
  assert.equal(
    asked.map(([, input]) => (input as { ContinuationToken?: string }).ContinuationToken),
    [undefined, "t"],
  );
  assert.equal(await storeWith({}).store.list("p/"), []);
});

test("a create writes once, and retries only a conflict", async () => {
  const ifAbsent = { ifAbsent: true };
  const written = storeWith({});
  assert.is(await written.store.put("k", bytes, ifAbsent), true);
  assert.equal(written.asked, [["PutObjectCommand", { Bucket: "raw", Key: "k", Body: bytes, IfNoneMatch: "*" }]]);
  assert.is(await storeWith("PreconditionFailed").store.put("k", bytes, ifAbsent), false);
  assert.is(await storeWith("ConditionalRequestConflict", {}).store.put("k", bytes, ifAbsent), true);
  assert.is(await storeWith("ConditionalRequestConflict", "PreconditionFailed").store.put("k", bytes, ifAbsent), false);
  const conflicts = storeWith(...Array<string>(9).fill("ConditionalRequestConflict"));
  assert.is(await errorOf(conflicts.store.put("k", bytes, ifAbsent)), "AWS says ConditionalRequestConflict");
  assert.is(conflicts.asked.length, 6);
  const over = storeWith({});
  assert.is(await over.store.put("k", bytes), true);
  assert.equal(over.asked, [["PutObjectCommand", { Bucket: "raw", Key: "k", Body: bytes }]]);
});

test.run();
