import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import * as assert from "uvu/assert";
import { objectsSuite } from "../../support/emulator/s3/objectsSuite";

const { test, bench, fileOf, fetchRaw } = objectsSuite("emulator/s3/rawRequests");

const chunked = {
  "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "x-amz-decoded-content-length": "5",
  "x-amz-trailer": "x-amz-checksum-crc32",
  "content-encoding": "aws-chunked",
};
const goodTrailer = "x-amz-checksum-crc32:NhCmhg==\r\n\r\n";

const rawWrites: { name: string; body: string; headers: Record<string, string>; answer: string }[] = [
  { name: "a plain body", body: "hello", headers: {}, answer: "200" },
  { name: "an MD5", body: "hello", headers: { "content-md5": "x" }, answer: "501 NotImplemented" },
  {
    name: "a checksum that is not modelled",
    body: "hello",
    headers: { "x-amz-checksum-crc64nvme": "x" },
    answer: "501 NotImplemented",
  },
  {
    name: "If-None-Match of an ETag",
    body: "hello",
    headers: { "if-none-match": '"x"' },
    answer: "501 NotImplemented",
  },
  { name: "metadata", body: "hello", headers: { "x-amz-meta-a": "b" }, answer: "501 NotImplemented" },
  { name: "an encoding", body: "hello", headers: { "content-encoding": "gzip" }, answer: "501 NotImplemented" },
  { name: "an ACL", body: "hello", headers: { "x-amz-acl": "public-read" }, answer: "501 NotImplemented" },
  {
    name: "a key of its own",
    body: "hello",
    headers: { "x-amz-server-side-encryption": "aws:kms" },
    answer: "501 NotImplemented",
  },
  {
    name: "chunks",
    body: `3\r\nhel\r\n2;chunk-signature=00\r\nlo\r\n0\r\n${goodTrailer}`,
    headers: chunked,
    answer: "200",
  },
  { name: "too few chunks", body: `3\r\nhel\r\n0\r\n${goodTrailer}`, headers: chunked, answer: "400 IncompleteBody" },
  { name: "a chunk that is cut off", body: "5\r\nhel", headers: chunked, answer: "400 IncompleteBody" },
  {
    name: "a chunk that is longer than it says",
    body: "4\r\nhello\r\n0\r\n\r\n",
    headers: chunked,
    answer: "400 IncompleteBody",
  },
  { name: "no chunks at all", body: "hello", headers: chunked, answer: "400 IncompleteBody" },
];

for (const { name, body, headers, answer } of rawWrites) {
  test(`a write with ${name}`, async () => {
    rmSync(fileOf("raw-write"), { force: true });
    const { status, text } = await fetchRaw("PUT", "raw-write", { body, headers });
    const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
    assert.is(code === undefined ? `${status}` : `${status} ${code}`, answer);
    assert.is(
      existsSync(fileOf("raw-write")) && readFileSync(fileOf("raw-write"), "utf8"),
      answer === "200" && "hello",
    );
    assert.is(existsSync(path.join(bench.folder, ".unfinished")), false);
  });
}

const unknownRequests: { method: string; query: string; message: string }[] = [
  { method: "GET", query: "?acl", message: "GET of an object ?acl is not modelled by the local S3" },
  { method: "GET", query: "?versionId=1", message: "GET of an object ?versionId is not modelled by the local S3" },
  { method: "POST", query: "?uploads", message: "POST of an object ?uploads is not modelled by the local S3" },
  { method: "PATCH", query: "", message: "PATCH of an object is not modelled by the local S3" },
];

for (const { method, query, message } of unknownRequests) {
  test(`not modelled: ${method} ${query}`, async () => {
    const { status, text } = await fetchRaw(method, `x${query}`, {});
    assert.is(status, 501);
    assert.ok(text.includes(`<Code>NotImplemented</Code><Message>${message}</Message>`), text);
  });
}

test("an invalid address is refused", async () => {
  const { status, text } = await fetchRaw("GET", "%zz", {});
  assert.is(status, 400);
  assert.ok(text.includes("<Code>InvalidURI</Code>"));
});

test.run();
