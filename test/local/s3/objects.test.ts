import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import path from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createS3 } from "../../../local/s3";
import { failureOf, tempFolder } from "../resources";
import { type Bench, bucket, sdkFailure, startBench } from "./bench";

const test = suite("local/s3 objects");

let bench: Bench;
test.before(async () => {
  bench = await startBench();
});
test.after(() => bench.close());

const fileOf = (key: string) => path.join(bench.folder, bucket, key);
const md5 = (body: string | Uint8Array) => createHash("md5").update(body).digest("hex");
const crc = (body: string | Buffer) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString("base64");
};
const put = (key: string, body: string | Buffer, more = {}) =>
  bench.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...more }));
const get = (key: string, more = {}) => bench.client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...more }));
const textOf = async (key: string) => (await get(key)).Body!.transformToString();

test("an object is a plain file, with what was said of it beside", async () => {
  bench.clock.set(new Date("2026-11-01T06:00:00.500Z"));
  const key = "playlists/snapshot_date=2026-11-01/a b+c.jsonl.gz";
  const stored = await put(key, "héllo", {
    ContentType: "application/x-ndjson",
    ContentEncoding: "gzip",
    CacheControl: "no-cache",
    Metadata: { playlist: "a" },
  });
  bench.clock.set(undefined);
  assert.is(stored.ETag, `"${md5("héllo")}"`);
  assert.is(stored.ChecksumCRC32, crc("héllo"));
  assert.is(readFileSync(fileOf(key), "utf8"), "héllo");

  const { Body, $metadata, ...read } = await get(key);
  assert.is(await Body!.transformToString(), "héllo");
  assert.is($metadata.httpStatusCode, 200);
  assert.equal(read, {
    AcceptRanges: "bytes",
    CacheControl: "no-cache",
    ChecksumCRC32: crc("héllo"),
    ChecksumType: "FULL_OBJECT",
    ContentEncoding: "gzip",
    ContentLength: 6,
    ContentType: "application/x-ndjson",
    ETag: `"${md5("héllo")}"`,
    LastModified: new Date("2026-11-01T06:00:00Z"),
    Metadata: { playlist: "a" },
    ServerSideEncryption: "AES256",
  });
  const { $metadata: _, ...head } = await bench.client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  const { ChecksumCRC32, ChecksumType, ...withoutChecksum } = read;
  assert.equal(head, withoutChecksum);
});

test("nothing but objects is in a bucket's folder, and no temporary file is left", async () => {
  await put("only/this.txt", "x");
  assert.equal(readdirSync(path.join(bench.folder, bucket, "only")), ["this.txt"]);
  assert.equal(readdirSync(path.join(bench.folder, ".tmp")), []);
});

const bodies: { name: string; body: () => Buffer }[] = [
  { name: "nothing", body: () => Buffer.alloc(0) },
  { name: "one byte", body: () => Buffer.from([0]) },
  { name: "a line", body: () => Buffer.from("line\r\n0\r\n\r\n") },
  { name: "3 MB", body: () => randomBytes(3_000_000) },
];

for (const { name, body } of bodies) {
  test(`a buffer and a stream come back as they were: ${name}`, async () => {
    const bytes = body();
    await put("bytes/buffer", bytes);
    const pieces = [bytes.subarray(0, 70_001), bytes.subarray(70_001)].filter((piece) => piece.length > 0);
    await bench.client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: "bytes/stream",
        Body: Readable.from(pieces, { objectMode: false }),
        ContentLength: bytes.length,
      }),
    );
    for (const key of ["bytes/buffer", "bytes/stream"]) {
      const { Body, ETag, ChecksumCRC32, ContentEncoding } = await get(key);
      assert.ok(Buffer.from(await Body!.transformToByteArray()).equals(bytes), key);
      assert.equal(
        { ETag, ChecksumCRC32, ContentEncoding },
        { ETag: `"${md5(bytes)}"`, ChecksumCRC32: crc(bytes), ContentEncoding: undefined },
      );
      assert.ok(readFileSync(fileOf(key)).equals(bytes));
    }
  });
}

test("takes SHA-1 and SHA-256 as checksums too", async () => {
  for (const algorithm of ["SHA1", "SHA256"] as const) {
    const stored = await put(`checksums/${algorithm}`, "abc", { ChecksumAlgorithm: algorithm });
    const expected = createHash(algorithm.toLowerCase()).update("abc").digest("base64");
    assert.is(stored[`Checksum${algorithm}`], expected);
    assert.is((await get(`checksums/${algorithm}`))[`Checksum${algorithm}`], expected);
  }
});

const ranges: { range: string; text: string; contentRange: string | undefined }[] = [
  { range: "bytes=0-3", text: "0123", contentRange: "bytes 0-3/10" },
  { range: "bytes=8-", text: "89", contentRange: "bytes 8-9/10" },
  { range: "bytes=-3", text: "789", contentRange: "bytes 7-9/10" },
  { range: "bytes=-30", text: "0123456789", contentRange: "bytes 0-9/10" },
  { range: "bytes=5-500", text: "56789", contentRange: "bytes 5-9/10" },
  { range: "bytes=0-1,4-5", text: "0123456789", contentRange: undefined },
  { range: "bytes=5-2", text: "0123456789", contentRange: undefined },
  { range: "lines=1-2", text: "0123456789", contentRange: undefined },
];

for (const { range, text, contentRange } of ranges) {
  test(`a range: ${range}`, async () => {
    await put("range", "0123456789");
    const { Body, ContentRange, ContentLength, $metadata } = await get("range", { Range: range });
    assert.is(await Body!.transformToString(), text);
    assert.equal(
      { ContentRange, ContentLength, status: $metadata.httpStatusCode },
      { ContentRange: contentRange, ContentLength: text.length, status: contentRange === undefined ? 200 : 206 },
    );
  });
}

test("a range behind the end is refused", async () => {
  await put("range", "0123456789");
  const message = "InvalidRange 416: The requested range is not satisfiable";
  assert.is(await sdkFailure(get("range", { Range: "bytes=10-" })), message);
  assert.is(await sdkFailure(get("range", { Range: "bytes=-0" })), message);
});

const preconditionFailed = "PreconditionFailed 412: At least one of the pre-conditions you specified did not hold";

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

test("a reader gets the object that was there when it began", async () => {
  const first = randomBytes(2_000_000);
  await put("during", first);
  const { Body } = await get("during");
  await put("during", "second");
  assert.ok(Buffer.from(await Body!.transformToByteArray()).equals(first));
  assert.is(await textOf("during"), "second");
});

test("the event is handed over before the object is there, and an object whose event fails never comes", async () => {
  const seen: boolean[] = [];
  bench.hooks.beforeEvent = async ({ key }) => void seen.push(existsSync(fileOf(key)));
  bench.clock.set(new Date("2026-11-03T06:00:00Z"));
  await put("event/good", "abc");
  await put("event/good", "abcd");
  bench.clock.set(undefined);
  assert.equal(seen, [false, true]);
  const [first, second] = bench.events.slice(-2);
  const { sequencer, requestId, ...rest } = first!;
  assert.equal(rest, {
    bucket,
    key: "event/good",
    size: 3,
    eTag: md5("abc"),
    eventName: "ObjectCreated:Put",
    time: new Date("2026-11-03T06:00:00Z"),
  });
  assert.match(sequencer, /^[0-9A-F]{18}$/);
  assert.match(requestId, /^[0-9A-F]{16}$/);
  assert.ok(second!.sequencer > sequencer);

  bench.hooks.beforeEvent = async () => {
    throw new Error("disk full");
  };
  const refused = await fetchRaw("PUT", "event/bad", { body: "x" });
  delete bench.hooks.beforeEvent;
  assert.is(refused.status, 500);
  assert.match(
    refused.text,
    /<Code>InternalError<\/Code><Message>We encountered an internal error: disk full<\/Message>/,
  );
  assert.is(existsSync(fileOf("event/bad")), false);
});

test("files that came by another way are objects as well", async () => {
  mkdirSync(fileOf("by-hand"), { recursive: true });
  writeFileSync(fileOf("by-hand/a.csv"), "1,2\n");
  utimesSync(fileOf("by-hand/a.csv"), 1_700_000_000, 1_700_000_000);
  const { Body, $metadata, ...read } = await get("by-hand/a.csv");
  assert.is(await Body!.transformToString(), "1,2\n");
  assert.equal(read, {
    AcceptRanges: "bytes",
    ContentLength: 4,
    ContentType: "binary/octet-stream",
    ETag: `"${md5("1,2\n")}"`,
    LastModified: new Date(1_700_000_000_000),
    Metadata: {},
    ServerSideEncryption: "AES256",
  });
  await put("by-hand/b", "old", { ContentType: "text/plain" });
  writeFileSync(fileOf("by-hand/b"), "new!");
  const changed = await get("by-hand/b");
  assert.is(changed.ContentType, "binary/octet-stream");
  assert.is(changed.ETag, `"${md5("new!")}"`);
});

test("what a killed run left half written is gone at the next start", async () => {
  const { folder, remove } = await tempFolder();
  mkdirSync(path.join(folder, ".tmp"));
  writeFileSync(path.join(folder, ".tmp", "half"), "ha");
  createS3({ root: folder, resources: [], iam: bench.iam });
  assert.equal(readdirSync(path.join(folder, ".tmp")), []);
  await remove();
});

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

const badKeys: { key: string; message: string }[] = [
  { key: "../x", message: 'key "../x" holds the segment "..", which would leave its folder' },
  { key: "a/../../x", message: 'key "a/../../x" holds the segment "..", which would leave its folder' },
  { key: "a/./x", message: 'key "a/./x" holds the segment ".", which would leave its folder' },
  { key: "/etc/passwd", message: 'key "/etc/passwd" holds an empty segment, which no file path can' },
  { key: "a//b", message: 'key "a//b" holds an empty segment, which no file path can' },
  { key: "folder/", message: 'key "folder/" holds an empty segment, which no file path can' },
  { key: "a\0b", message: 'key "a\\u0000b" holds a NUL, which no file name can' },
  {
    key: `a/${"é".repeat(128)}`,
    message: `key "a/${"é".repeat(128)}" holds a segment of more than 255 bytes, which no file name can`,
  },
];

for (const { key, message } of badKeys) {
  test(`refuses the key ${JSON.stringify(key).slice(0, 24)}`, async () => {
    const address = key.split("/").map(encodeURIComponent).join("/");
    for (const method of ["PUT", "GET", "DELETE"]) {
      const { status, text } = await fetchRaw(method, address, method === "PUT" ? { body: "x" } : {});
      assert.is(status, 400);
      const escaped = message.replaceAll('"', "&quot;");
      assert.ok(text.includes(`<Code>InvalidRequest</Code><Message>${escaped}</Message>`), text);
    }
  });
}

test("refuses keys that are too long, and such as can't be files beside what is there", async () => {
  const long = `${"a".repeat(200)}/`.repeat(6);
  assert.is(await sdkFailure(put(`${long}x`, "x")), "KeyTooLongError 400: Your key is too long");
  await put("tree/leaf", "x");
  const before = bench.events.length;
  const clash = (key: string) =>
    `InvalidRequest 400: key "${key}" can't be a file: other objects are below it, or a part of it is an object itself`;
  assert.is(await sdkFailure(put("tree", "x")), clash("tree"));
  assert.is(await sdkFailure(put("tree/leaf/deeper/still", "x")), clash("tree/leaf/deeper/still"));
  assert.is(await sdkFailure(get("tree")), "NoSuchKey 404: The specified key does not exist.");
  assert.is(await sdkFailure(get("tree/leaf/deeper")), "NoSuchKey 404: The specified key does not exist.");
  assert.is(await textOf("tree/leaf"), "x");
  assert.is(bench.events.length, before);
  assert.equal(readdirSync(path.join(bench.folder, ".tmp")), []);
});

test("keys of any other text are kept apart", async () => {
  const keys = ["k/ü", "k/a%20b", "k/a b", "k/a+b", "k/שלום", "k/🎧", "k/a?b#c&d=e", "k/\\", "k/...", "k/.hidden"];
  for (const key of keys) await put(key, `body of ${key}`);
  for (const key of keys) {
    assert.is(await textOf(key), `body of ${key}`);
    assert.is(readFileSync(fileOf(key), "utf8"), `body of ${key}`);
  }
  rmSync(fileOf("k"), { recursive: true });
});

test("gives other services the objects directly", async () => {
  await put("direct/b", "bb");
  await put("direct/a", "a");
  const { objects } = bench.s3;
  assert.equal(await objects.list(bucket, "direct/"), [
    { key: "direct/a", size: 1 },
    { key: "direct/b", size: 2 },
  ]);
  assert.equal(await objects.list("no-such-bucket"), []);
  assert.equal(await objects.list(bucket, "../"), []);
  assert.is((await objects.read(bucket, "direct/b")).toString(), "bb");
  assert.is((await objects.read(bucket, "direct/b", { maxBytes: 1 })).toString(), "b");
  assert.is(await failureOf(() => objects.read(bucket, "direct/c")), "NoSuchKey: The specified key does not exist.");
  assert.is(objects.pathOf(bucket, "direct/a"), fileOf("direct/a"));
});

/** A request as a client without the SDK's care would send it; the signature is made up, the credentials are not. */
function fetchRaw(
  method: string,
  key: string,
  { body = "", headers = {} }: { body?: string; headers?: Record<string, string> },
): Promise<{ status: number; text: string }> {
  const { accessKeyId, sessionToken } = bench.credentials;
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00`;
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(bench.url);
    const sent = request(
      {
        hostname,
        port,
        method,
        path: `/${bucket}/${key}`,
        headers: {
          authorization,
          "x-amz-security-token": sessionToken,
          "content-length": Buffer.byteLength(body),
          ...headers,
        },
      },
      (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString() }));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

const chunked = {
  "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "x-amz-decoded-content-length": "5",
  "x-amz-trailer": "x-amz-checksum-crc32",
  "content-encoding": "aws-chunked",
};
const goodTrailer = `x-amz-checksum-crc32:${crc("hello")}\r\n\r\n`;

const rawWrites: { name: string; body: string; headers: Record<string, string>; answer: string }[] = [
  { name: "a plain body", body: "hello", headers: {}, answer: "200" },
  {
    name: "the right MD5",
    body: "hello",
    headers: { "content-md5": Buffer.from(md5("hello"), "hex").toString("base64") },
    answer: "200",
  },
  {
    name: "a wrong MD5",
    body: "hello",
    headers: { "content-md5": Buffer.from(md5("x"), "hex").toString("base64") },
    answer: "400 BadDigest",
  },
  { name: "no MD5 at all", body: "hello", headers: { "content-md5": "abc" }, answer: "400 InvalidDigest" },
  { name: "a wrong CRC32", body: "hello", headers: { "x-amz-checksum-crc32": crc("x") }, answer: "400 BadDigest" },
  {
    name: "a wrong SHA-256 of the payload",
    body: "hello",
    headers: { "x-amz-content-sha256": "0".repeat(64) },
    answer: "400 XAmzContentSHA256Mismatch",
  },
  {
    name: "two checksums",
    body: "hello",
    headers: { "x-amz-checksum-crc32": crc("hello"), "x-amz-checksum-sha1": "x" },
    answer: "400 InvalidRequest",
  },
  {
    name: "an algorithm without a value",
    body: "hello",
    headers: { "x-amz-sdk-checksum-algorithm": "CRC32" },
    answer: "400 InvalidRequest",
  },
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
  { name: "an ACL", body: "hello", headers: { "x-amz-acl": "public-read" }, answer: "501 NotImplemented" },
  {
    name: "a key of its own",
    body: "hello",
    headers: { "x-amz-server-side-encryption": "aws:kms" },
    answer: "501 NotImplemented",
  },
  {
    name: "the default encryption",
    body: "hello",
    headers: { "x-amz-server-side-encryption": "AES256" },
    answer: "200",
  },
  {
    name: "chunks",
    body: `3\r\nhel\r\n2;chunk-signature=00\r\nlo\r\n0\r\n${goodTrailer}`,
    headers: chunked,
    answer: "200",
  },
  {
    name: "chunks with a wrong trailer",
    body: `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc("x")}\r\n\r\n`,
    headers: chunked,
    answer: "400 BadDigest",
  },
  { name: "chunks without the trailer", body: "5\r\nhello\r\n0\r\n\r\n", headers: chunked, answer: "400 BadDigest" },
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
    assert.equal(readdirSync(path.join(bench.folder, ".tmp")), []);
  });
}

const unknownRequests: { method: string; query: string; message: string }[] = [
  { method: "GET", query: "?acl", message: "GET of an object ?acl is not modelled by the local S3" },
  { method: "GET", query: "?versionId=1", message: "GET of an object ?versionId is not modelled by the local S3" },
  { method: "PATCH", query: "", message: "PATCH of an object is not modelled by the local S3" },
];

for (const { method, query, message } of unknownRequests) {
  test(`says that it can't: ${method} ${query}`, async () => {
    const { status, text } = await fetchRaw(method, `x${query}`, {});
    assert.is(status, 501);
    assert.ok(text.includes(`<Code>NotImplemented</Code><Message>${message}</Message>`), text);
  });
}

test("refuses an address that is none", async () => {
  const { status, text } = await fetchRaw("GET", "%zz", {});
  assert.is(status, 400);
  assert.ok(text.includes("<Code>InvalidURI</Code>"));
});

test.run();
