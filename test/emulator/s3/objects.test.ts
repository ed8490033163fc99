import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import * as assert from "uvu/assert";
import { createS3 } from "../../../emulator/s3";
import { tempFolder } from "../../support/emulator/resources";
import { bucket } from "../../support/emulator/s3/bench";
import { md5, objectsSuite } from "../../support/emulator/s3/objectsSuite";

const { test, bench, fileOf, put, get, textOf, fetchRaw } = objectsSuite("emulator/s3/objects");

test("an object is a plain file", async () => {
  const key = "playlists/snapshot_date=2026-11-01/a b+c.jsonl.gz";
  const stored = await put(key, "héllo", {
    ContentType: "application/x-ndjson",
  });
  assert.is(stored.ETag, `"${md5("héllo")}"`);
  assert.is(readFileSync(fileOf(key), "utf8"), "héllo");

  const { Body, $metadata, ...read } = await get(key);
  assert.is(await Body!.transformToString(), "héllo");
  assert.is($metadata.httpStatusCode, 200);
  assert.equal(read, {
    ContentLength: 6,
    ContentType: "binary/octet-stream",
    ETag: `"${md5("héllo")}"`,
    LastModified: new Date(Math.floor(statSync(fileOf(key)).mtimeMs / 1000) * 1000),
    Metadata: {},
    ServerSideEncryption: "AES256",
  });
});

test("a bucket's folder holds only objects, and no temporary file is left", async () => {
  await put("only/this.txt", "x");
  assert.equal(readdirSync(path.join(bench.folder, bucket, "only")), ["this.txt"]);
  assert.is(existsSync(path.join(bench.folder, ".unfinished")), false);
});

const bodies: { name: string; body: () => Buffer }[] = [
  { name: "nothing", body: () => Buffer.alloc(0) },
  { name: "one byte", body: () => Buffer.from([0]) },
  { name: "a line", body: () => Buffer.from("line\r\n0\r\n\r\n") },
  { name: "3 MB", body: () => randomBytes(3_000_000) },
];

for (const { name, body } of bodies) {
  test(`a buffer and a stream are read back unchanged: ${name}`, async () => {
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
      const { Body, ETag, ContentEncoding } = await get(key);
      assert.ok(Buffer.from(await Body!.transformToByteArray()).equals(bytes), key);
      assert.equal({ ETag, ContentEncoding }, { ETag: `"${md5(bytes)}"`, ContentEncoding: undefined });
      assert.ok(readFileSync(fileOf(key)).equals(bytes));
    }
  });
}

test("a reader gets the object that existed when it began", async () => {
  const first = randomBytes(2_000_000);
  await put("during", first);
  const { Body } = await get("during");
  await put("during", "second");
  assert.ok(Buffer.from(await Body!.transformToByteArray()).equals(first));
  assert.is(await textOf("during"), "second");
});

test("the event is recorded before the object, and if it fails there is no object", async () => {
  const seen: boolean[] = [];
  bench.hooks.beforeEvent = ({ key }) => void seen.push(existsSync(fileOf(key)));
  bench.clock.set(new Date("2026-11-03T06:00:00Z"));
  await put("event/good", "abc");
  await put("event/good", "abcd");
  bench.clock.set(undefined);
  assert.equal(seen, [false, true]);
  const [first, second] = bench.events.slice(-2);
  const { sequencer, ...rest } = first!;
  assert.equal(rest, {
    bucket,
    key: "event/good",
    size: 3,
    eTag: md5("abc"),
    time: new Date("2026-11-03T06:00:00Z"),
  });
  assert.match(sequencer, /^[0-9A-F]{18}$/);
  assert.ok(second!.sequencer > sequencer);

  bench.hooks.beforeEvent = () => {
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

test("files that were not written through S3 are objects too", async () => {
  mkdirSync(fileOf("by-hand"), { recursive: true });
  writeFileSync(fileOf("by-hand/a.csv"), "1,2\n");
  utimesSync(fileOf("by-hand/a.csv"), 1_700_000_000, 1_700_000_000);
  const { Body, $metadata, ...read } = await get("by-hand/a.csv");
  assert.is(await Body!.transformToString(), "1,2\n");
  assert.equal(read, {
    ContentLength: 4,
    ContentType: "binary/octet-stream",
    ETag: `"${md5("1,2\n")}"`,
    LastModified: new Date(1_700_000_000_000),
    Metadata: {},
    ServerSideEncryption: "AES256",
  });
  await put("by-hand/b", "old");
  writeFileSync(fileOf("by-hand/b"), "new!");
  assert.is((await get("by-hand/b")).ETag, `"${md5("new!")}"`);
});

test("a killed run's unfinished files and an earlier version's metadata are removed", async () => {
  const { folder, remove } = await tempFolder();
  for (const name of [".tmp", ".metadata"]) {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, "half"), "ha");
  }
  writeFileSync(path.join(folder, ".unfinished"), "ha");
  createS3({ root: folder, resources: [], iam: bench.iam });
  assert.equal(readdirSync(folder), []);
  await remove();
});

test("other services can access the objects directly", async () => {
  await put("direct/b", "bb");
  await put("direct/a", "a");
  const { objects } = bench.s3;
  const modifiedMs = (key: string) => Math.trunc(statSync(fileOf(key)).mtimeMs);
  assert.equal(objects.list(bucket, "direct/"), [
    { key: "direct/a", size: 1, modifiedMs: modifiedMs("direct/a") },
    { key: "direct/b", size: 2, modifiedMs: modifiedMs("direct/b") },
  ]);
  assert.equal(objects.list("no-such-bucket"), []);
  assert.equal(objects.list(bucket, "../"), []);
  assert.is(objects.read(bucket, "direct/b")?.bytes.toString(), "bb");
  assert.is(objects.read(bucket, "direct/c"), undefined);
  assert.is(objects.pathOf(bucket, "direct/a"), fileOf("direct/a"));
});

test.run();
