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
  // An archived object, which S3 does not serve.
  assert.is(await storeWith("InvalidObjectState").store.get("k"), undefined);
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

const rival = { Body: { transformToByteArray: async () => Buffer.from("rival") }, ETag: '"2"' };
const ours = { ...body, ETag: '"1"' };
const putOver = (condition: object) => ["PutObjectCommand", { Bucket: "raw", Key: "k", Body: bytes, ...condition }];
const got = ["GetObjectCommand", { Bucket: "raw", Key: "k" }];

const updates: { name: string; answers: Answer[]; asked: unknown[]; seen: (string | undefined)[] }[] = [
  {
    name: "replaces the object that was read",
    answers: [ours, {}],
    asked: [got, putOver({ IfMatch: '"1"' })],
    seen: ["x"],
  },
  {
    name: "creates a missing object",
    answers: ["NoSuchKey", {}],
    asked: [got, putOver({ IfNoneMatch: "*" })],
    seen: [undefined],
  },
  {
    name: "looks again if another writer replaced the object",
    answers: [ours, "PreconditionFailed", rival, {}],
    asked: [got, putOver({ IfMatch: '"1"' }), got, putOver({ IfMatch: '"2"' })],
    seen: ["x", "rival"],
  },
  {
    name: "looks again if the object was removed",
    answers: [ours, "NoSuchKey", "NoSuchKey", {}],
    asked: [got, putOver({ IfMatch: '"1"' }), got, putOver({ IfNoneMatch: "*" })],
    seen: ["x", undefined],
  },
  {
    name: "looks again after a conflict",
    answers: ["NoSuchKey", "ConditionalRequestConflict", rival, {}],
    asked: [got, putOver({ IfNoneMatch: "*" }), got, putOver({ IfMatch: '"2"' })],
    seen: [undefined, "rival"],
  },
];
for (const { name, answers, asked, seen } of updates) {
  test(`an update ${name}`, async () => {
    const { asked: sent, store } = storeWith(...answers);
    const found: (string | undefined)[] = [];
    await store.update("k", (existing) => {
      found.push(existing && Buffer.from(existing).toString());
      return bytes;
    });
    assert.equal([sent, found], [asked, seen]);
  });
}

test("an update writes nothing if there is nothing to change", async () => {
  const { asked, store } = storeWith(ours);
  await store.update("k", () => undefined);
  assert.equal(asked, [got]);
});

test("an update ends at another error, and after five conflicts", async () => {
  assert.is(await errorOf(storeWith(ours, "SlowDown").store.update("k", () => bytes)), "AWS says SlowDown");
  const conflicts = storeWith(...Array.from({ length: 6 }, () => [ours, "PreconditionFailed"]).flat());
  assert.is(await errorOf(conflicts.store.update("k", () => bytes)), "AWS says PreconditionFailed");
  assert.is(conflicts.asked.length, 12);
});

test.run();
