import {
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compareKeys } from "../../../emulator/s3/keys";
import { listPage } from "../../../emulator/s3/listing";
import { type Bench, bucket, sdkFailure, startBench } from "./bench";

const test = suite("emulator/s3 buckets");

const keys = ["a", "b/1", "b/2/x", "b/2/y", "b/3", "c d+é&<x>", "c/=/🎧", "c/\u{fffd}", "d\u0001"];

let bench: Bench;
test.before(async () => {
  bench = await startBench();
  bench.clock.set(new Date("2026-11-01T06:00:00.123Z"));
  for (const key of keys) {
    await bench.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: key }));
  }
});
test.after(() => bench.close());

const list = (more: object) => bench.client.send(new ListObjectsV2Command({ Bucket: bucket, ...more }));

interface ListCase {
  ask: object;
  keys: string[];
  prefixes?: string[];
  truncated?: boolean;
}

const lists: ListCase[] = [
  { ask: {}, keys: ["a", "b/1", "b/2/x", "b/2/y", "b/3", "c d+é&<x>", "c/=/🎧", "c/\u{fffd}", "d\u0001"] },
  {
    ask: { EncodingType: "url", Prefix: "c" },
    keys: ["c%20d%2B%C3%A9%26%3Cx%3E", "c/%3D/%F0%9F%8E%A7", "c/%EF%BF%BD"],
  },
  { ask: { Prefix: "b/" }, keys: ["b/1", "b/2/x", "b/2/y", "b/3"] },
  { ask: { Prefix: "b/2" }, keys: ["b/2/x", "b/2/y"] },
  { ask: { Prefix: "b/", Delimiter: "/" }, keys: ["b/1", "b/3"], prefixes: ["b/2/"] },
  { ask: { Delimiter: "/" }, keys: ["a", "c d+é&<x>", "d\u0001"], prefixes: ["b/", "c/"] },
  { ask: { Prefix: "b", Delimiter: "/" }, keys: [], prefixes: ["b/"] },
  { ask: { Prefix: "b/", StartAfter: "b/2/x" }, keys: ["b/2/y", "b/3"] },
  { ask: { Prefix: "b/", MaxKeys: 2 }, keys: ["b/1", "b/2/x"], truncated: true },
  { ask: { Prefix: "b/", MaxKeys: 4 }, keys: ["b/1", "b/2/x", "b/2/y", "b/3"] },
  { ask: { MaxKeys: 0 }, keys: [] },
  { ask: { Prefix: "nothing/" }, keys: [] },
  { ask: { Prefix: "a/" }, keys: [] },
  { ask: { Prefix: "../" }, keys: [] },
  { ask: { Prefix: "/" }, keys: [] },
];

for (const { ask, keys: expected, prefixes, truncated = false } of lists) {
  test(`lists ${JSON.stringify(ask)}`, async () => {
    const { Contents = [], CommonPrefixes = [], IsTruncated, KeyCount } = await list(ask);
    assert.equal(
      {
        keys: Contents.map(({ Key }) => Key),
        prefixes: CommonPrefixes.map(({ Prefix }) => Prefix),
        IsTruncated,
        KeyCount,
      },
      {
        keys: expected,
        prefixes: prefixes ?? [],
        IsTruncated: truncated,
        KeyCount: expected.length + (prefixes?.length ?? 0),
      },
    );
  });
}

test("an entry says what S3 says of it", async () => {
  const { Contents, Name, Prefix, MaxKeys } = await list({ Prefix: "a", FetchOwner: false });
  assert.equal(
    { Contents, Name, Prefix, MaxKeys },
    {
      Contents: [
        {
          Key: "a",
          ETag: '"0cc175b9c0f1b6a831c399e269772661"',
          Size: 1,
          LastModified: new Date("2026-11-01T06:00:00.123Z"),
          ChecksumAlgorithm: ["CRC32"],
          ChecksumType: "FULL_OBJECT",
          StorageClass: "STANDARD",
        },
      ],
      Name: bucket,
      Prefix: "a",
      MaxKeys: 1000,
    },
  );
});

test("the SDK's paginator gets each key once", async () => {
  for (const pageSize of [1, 2, 3, 9]) {
    const found: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client: bench.client, pageSize }, { Bucket: bucket })) {
      found.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    assert.equal(found, keys);
  }
});

test("pages put together are the whole list, for whatever keys, prefixes and delimiters", () => {
  const key = fc.string({ unit: fc.constantFrom("a", "b", "/", "é", "🎧", "\u{ffff}"), minLength: 1, maxLength: 5 });
  const request = fc.record({
    prefix: fc.string({ unit: fc.constantFrom("a", "/"), maxLength: 2 }),
    delimiter: fc.constantFrom(undefined, "/", "a", "b/"),
  });
  const law = fc.property(
    fc.uniqueArray(key),
    request,
    fc.integer({ min: 1, max: 4 }),
    (all, { prefix, delimiter }, maxKeys) => {
      const sorted = all.filter((entry) => entry.startsWith(prefix)).sort(compareKeys);
      const whole = listPage(sorted, { prefix, delimiter, maxKeys: 1000 })!;
      const pages = { keys: [] as string[], commonPrefixes: [] as string[] };
      let continuation: string | undefined;
      do {
        const page = listPage(sorted, { prefix, delimiter, maxKeys, continuation })!;
        pages.keys.push(...page.keys);
        pages.commonPrefixes.push(...page.commonPrefixes);
        continuation = page.next;
      } while (continuation !== undefined);
      assert.equal(pages, { keys: whole.keys, commonPrefixes: whole.commonPrefixes });
      const rolledUp = (entry: string) => whole.commonPrefixes.some((common) => entry.startsWith(common));
      assert.equal(
        sorted.filter((entry) => !rolledUp(entry)),
        whole.keys,
      );
    },
  );
  fc.assert(law, { numRuns: 300 });
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

test("what a bucket is asked beside", async () => {
  assert.is((await bench.client.send(new HeadBucketCommand({ Bucket: bucket }))).BucketRegion, "us-east-1");
  assert.is((await bench.client.send(new GetBucketLocationCommand({ Bucket: bucket }))).LocationConstraint, undefined);
});

test("a bucket that is not there, and requests that are not modelled", async () => {
  const noBucket = "NoSuchBucket 404: The specified bucket does not exist";
  assert.is(await sdkFailure(bench.client.send(new ListObjectsV2Command({ Bucket: "other" }))), noBucket);
  assert.is(
    await sdkFailure(bench.client.send(new PutObjectCommand({ Bucket: ".tmp", Key: "x", Body: "" }))),
    noBucket,
  );
  const headFailure = await sdkFailure(bench.client.send(new HeadBucketCommand({ Bucket: "other" })));
  assert.match(headFailure ?? "", /^NotFound 404: /);
  assert.is(
    await sdkFailure(bench.client.send(new ListObjectsCommand({ Bucket: bucket }))),
    "NotImplemented 501: GET of a bucket is not modelled by the local S3",
  );
  assert.is(
    await sdkFailure(list({ ContinuationToken: "made up" })),
    "InvalidArgument 400: The continuation token provided is incorrect",
  );
});

test.run();
