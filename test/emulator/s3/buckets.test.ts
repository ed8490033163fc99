import { statSync } from "node:fs";
import path from "node:path";
import { ListObjectsCommand, ListObjectsV2Command, PutObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compareKeys } from "../../../emulator/s3/objectFiles";
import { type Bench, bucket, sdkFailure, startBench } from "../../support/emulator/s3/bench";

const test = suite("emulator/s3/buckets");

const keys = ["a", "b/1", "b/2/x", "b/2/y", "b/3", "c d+é&<x>", "c/=/🎧", "c/\u{fffd}", "d\u0001"];

let bench: Bench;
test.before(async () => {
  bench = await startBench();
  for (const key of keys) {
    await bench.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: key }));
  }
});
test.after(() => bench.close());

const list = (more: object) => bench.client.send(new ListObjectsV2Command({ Bucket: bucket, ...more }));

interface ListCase {
  ask: object;
  keys: string[];
  truncated?: boolean;
}

const lists: ListCase[] = [
  { ask: {}, keys: ["a", "b/1", "b/2/x", "b/2/y", "b/3", "c d+é&<x>", "c/=/🎧", "c/\u{fffd}", "d\u0001"] },
  { ask: { Prefix: "b/" }, keys: ["b/1", "b/2/x", "b/2/y", "b/3"] },
  { ask: { Prefix: "b/2" }, keys: ["b/2/x", "b/2/y"] },
  { ask: { Prefix: "b/", MaxKeys: 2 }, keys: ["b/1", "b/2/x"], truncated: true },
  { ask: { Prefix: "b/", MaxKeys: 4 }, keys: ["b/1", "b/2/x", "b/2/y", "b/3"] },
  { ask: { MaxKeys: 0 }, keys: [] },
  { ask: { Prefix: "nothing/" }, keys: [] },
  { ask: { Prefix: "a/" }, keys: [] },
  { ask: { Prefix: "../" }, keys: [] },
  { ask: { Prefix: "/" }, keys: [] },
];

for (const { ask, keys: expected, truncated = false } of lists) {
  test(`lists ${JSON.stringify(ask)}`, async () => {
    const { Contents = [], CommonPrefixes, IsTruncated, KeyCount } = await list(ask);
    assert.equal(
      { keys: Contents.map(({ Key }) => Key), CommonPrefixes, IsTruncated, KeyCount },
      { keys: expected, CommonPrefixes: undefined, IsTruncated: truncated, KeyCount: expected.length },
    );
  });
}

test("a listed entry has S3's fields", async () => {
  const { Contents, Name, Prefix, MaxKeys } = await list({ Prefix: "a" });
  const { mtime } = statSync(path.join(bench.folder, bucket, "a"));
  assert.equal(
    { Contents, Name, Prefix, MaxKeys },
    {
      Contents: [
        {
          Key: "a",
          ETag: '"0cc175b9c0f1b6a831c399e269772661"',
          Size: 1,
          LastModified: mtime,
          StorageClass: "STANDARD",
        },
      ],
      Name: bucket,
      Prefix: "a",
      MaxKeys: 1000,
    },
  );
});

test("the SDK's paginator returns each key once", async () => {
  for (const pageSize of [1, 2, 3, 9]) {
    const found: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client: bench.client, pageSize }, { Bucket: bucket })) {
      found.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    assert.equal(found, keys);
  }
});

test("keys are ordered by their bytes", () => {
  const bytes = (text: string) => Buffer.from(text).toString("hex");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
      const expected = bytes(a) === bytes(b) ? 0 : bytes(a) < bytes(b) ? -1 : 1;
      assert.is(Math.sign(compareKeys(a, b)), expected);
    }),
  );
});

test("unknown buckets and requests that are not modelled are refused", async () => {
  const noBucket = "NoSuchBucket 404: The specified bucket does not exist";
  assert.is(await sdkFailure(bench.client.send(new ListObjectsV2Command({ Bucket: "other" }))), noBucket);
  assert.is(
    await sdkFailure(bench.client.send(new PutObjectCommand({ Bucket: ".tmp", Key: "x", Body: "x" }))),
    noBucket,
  );
  assert.is(
    await sdkFailure(bench.client.send(new ListObjectsCommand({ Bucket: bucket }))),
    "NotImplemented 501: GET of a bucket is not modelled by the local S3",
  );
  assert.is(
    await sdkFailure(list({ Delimiter: "/" })),
    "NotImplemented 501: GET of a bucket ?delimiter&list-type is not modelled by the local S3",
  );
});

test.run();
