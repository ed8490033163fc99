import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Bench, bucket, sdkFailure, startBench } from "./bench";

const test = suite("emulator/s3 multipart");

const minPartBytes = 5 * 1024 * 1024;
const first = randomBytes(minPartBytes);
const second = Buffer.from("the rest");
const md5 = (body: Uint8Array) => createHash("md5").update(body).digest();
const crcBytes = (body: Buffer) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes;
};
const eTagOfBoth = `"${md5(Buffer.concat([md5(first), md5(second)])).toString("hex")}-2"`;
const compositeOfBoth = `${crcBytes(Buffer.concat([crcBytes(first), crcBytes(second)])).toString("base64")}-2`;

let bench: Bench;
test.before(async () => {
  bench = await startBench();
});
test.after(() => bench.close());

async function begin(Key: string, more = {}) {
  const { UploadId } = await bench.client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key, ...more }));
  const upload = { Bucket: bucket, Key, UploadId };
  return {
    upload,
    part: async (PartNumber: number, Body: Buffer) => {
      const { ETag, ChecksumCRC32 } = await bench.client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
      return { PartNumber, ETag, ChecksumCRC32 };
    },
    complete: (Parts: object[], options = {}) =>
      bench.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...options })),
  };
}

const uploads = () => readdirSync(path.join(bench.folder, ".uploads"));
const fileOf = (key: string) => path.join(bench.folder, bucket, key);

test("parts become one object, whatever order they came in", async () => {
  const { part, complete } = await begin("big", {
    ChecksumAlgorithm: "CRC32",
    ContentType: "text/csv",
    Metadata: { a: "b" },
  });
  const [two, one] = [await part(7, second), await part(3, first)];
  const before = bench.events.length;
  const { ETag, ChecksumCRC32, ChecksumType, Bucket, Key } = await complete([one, two]);
  const expected = { ETag: eTagOfBoth, ChecksumCRC32: compositeOfBoth, ChecksumType: "COMPOSITE" };
  assert.equal({ ETag, ChecksumCRC32, ChecksumType, Bucket, Key }, { ...expected, Bucket: bucket, Key: "big" });
  assert.ok(readFileSync(fileOf("big")).equals(Buffer.concat([first, second])));
  const read = await bench.client.send(new GetObjectCommand({ Bucket: bucket, Key: "big" }));
  assert.is((await read.Body!.transformToByteArray()).length, first.length + second.length);
  assert.equal(
    [read.ETag, read.ChecksumCRC32, read.ChecksumType, read.ContentType, read.Metadata],
    [eTagOfBoth, compositeOfBoth, "COMPOSITE", "text/csv", { a: "b" }],
  );
  assert.equal(
    bench.events.slice(before).map(({ key, size, eTag, eventName }) => ({ key, size, eTag, eventName })),
    [
      {
        key: "big",
        size: first.length + second.length,
        eTag: eTagOfBoth.slice(1, -1),
        eventName: "ObjectCreated:CompleteMultipartUpload",
      },
    ],
  );
  assert.equal(uploads(), []);
});

test("the whole object can have the checksum", async () => {
  const { part, complete } = await begin("full", { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
  const parts = [await part(1, first), await part(2, second)];
  const wanted = crcBytes(Buffer.concat([first, second])).toString("base64");
  assert.match(
    (await sdkFailure(complete(parts, { ChecksumCRC32: "AAAAAA==", ChecksumType: "FULL_OBJECT" }))) ?? "",
    /^BadDigest 400: /,
  );
  const { ChecksumCRC32, ChecksumType } = await complete(parts, { ChecksumCRC32: wanted, ChecksumType: "FULL_OBJECT" });
  assert.equal({ ChecksumCRC32, ChecksumType }, { ChecksumCRC32: wanted, ChecksumType: "FULL_OBJECT" });
});

test("If-None-Match: * counts when the upload is completed", async () => {
  const { part, complete, upload } = await begin("conditional");
  const parts = [await part(1, second)];
  await bench.client.send(new PutObjectCommand({ Bucket: bucket, Key: "conditional", Body: "first" }));
  const failure = "PreconditionFailed 412: At least one of the pre-conditions you specified did not hold";
  assert.is(await sdkFailure(complete(parts, { IfNoneMatch: "*" })), failure);
  assert.is(readFileSync(fileOf("conditional"), "utf8"), "first");
  await complete(parts);
  assert.is(readFileSync(fileOf("conditional"), "utf8"), "the rest");
  assert.match((await sdkFailure(complete(parts))) ?? "", /^NoSuchUpload 404: /);
  assert.ok(upload.UploadId);
});

test("what doesn't fit is refused, and the upload goes on", async () => {
  const { part, complete } = await begin("wrong", { ChecksumAlgorithm: "CRC32" });
  const [one, two] = [await part(1, second), await part(2, second)];
  const failures: [object[], string][] = [
    [[two, one], "InvalidPartOrder"],
    [[one, one], "InvalidPartOrder"],
    [[one, { ...two, PartNumber: 3 }], "InvalidPart"],
    [[{ ...one, ETag: '"x"' }], "InvalidPart"],
    [[{ ...one, ChecksumCRC32: "AAAAAA==" }], "InvalidPart"],
    [[one, two], "EntityTooSmall"],
    [[], "MalformedXML"],
  ];
  for (const [parts, code] of failures) {
    assert.match((await sdkFailure(complete(parts))) ?? "", new RegExp(`^${code} 400: `));
  }
  assert.match((await sdkFailure(part(0, second))) ?? "", /^InvalidArgument 400: /);
  await complete([one]);
  assert.is(readFileSync(fileOf("wrong"), "utf8"), "the rest");
});

test("an aborted upload is gone", async () => {
  const { part, upload } = await begin("aborted");
  await part(1, second);
  assert.is(uploads().length, 1);
  await bench.client.send(new AbortMultipartUploadCommand(upload));
  assert.equal(uploads(), []);
  assert.match((await sdkFailure(part(2, second))) ?? "", /^NoSuchUpload 404: /);
});

test("an upload belongs to its key", async () => {
  const { upload } = await begin("mine");
  const other = new UploadPartCommand({ ...upload, Key: "yours", PartNumber: 1, Body: second });
  assert.match((await sdkFailure(bench.client.send(other))) ?? "", /^NoSuchUpload 404: /);
  const path = new AbortMultipartUploadCommand({ ...upload, UploadId: "../.uploads" });
  assert.match((await sdkFailure(bench.client.send(path))) ?? "", /^NoSuchUpload 404: /);
});

test.run();
