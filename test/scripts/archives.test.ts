import { inflateRawSync } from "node:zlib";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { archiveFiles, zip } from "../../scripts/archives";

const test = suite("scripts/archives");

/** Reads a zip back by its directory, as unzip does. */
function unzipped(bytes: Buffer): Record<string, Buffer> {
  const files: Record<string, Buffer> = {};
  const end = bytes.length - 22;
  assert.is(bytes.readUInt32LE(end), 0x06054b50);
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    assert.is(bytes.readUInt32LE(at), 0x02014b50);
    const [packed, length, nameLength] = [
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 24),
      bytes.readUInt16LE(at + 28),
    ];
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const body = bytes.readUInt32LE(at + 42) + 30 + nameLength;
    files[name] = inflateRawSync(bytes.subarray(body, body + packed));
    assert.is(files[name].length, length);
    at += 46 + nameLength;
  }
  assert.is(at, end);
  return files;
}

test("a zip contains its files", () => {
  const names = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,2}$/);
  fc.assert(
    fc.property(fc.dictionary(names, fc.uint8Array({ maxLength: 400 })), (contents) => {
      const files = Object.fromEntries(Object.entries(contents).map(([name, bytes]) => [name, Buffer.from(bytes)]));
      assert.equal(unzipped(zip(files)), files);
    }),
  );
});

test("a zip's bytes depend only on names and contents", () => {
  const files = { "__index.js": Buffer.from("a".repeat(1000)), "node_modules/a/b.js": Buffer.from("b") };
  assert.equal(zip(files), zip({ ...files }));
  // Headers, names and directory entries of two files, the end of the directory, and 11 + 3 deflated bytes.
  assert.is(zip(files).length, 2 * (30 + 46 + 16) + 2 * (10 + 19) + 22 + 11 + 3);
});

test("archives of texts and files are read, others are refused", async () => {
  const { AssetArchive, FileAsset, StringAsset } = pulumi.asset;
  const assets = { "b.js": new FileAsset(__filename), "a.js": new StringAsset("é") };
  const files = await archiveFiles(new AssetArchive(assets));
  assert.equal(Object.keys(files), ["a.js", "b.js"]);
  assert.equal(files["a.js"], Buffer.from("é"));
  assert.match(String(files["b.js"]), /^import/);
  let message = "";
  await archiveFiles(new AssetArchive({ x: new AssetArchive({}) })).catch((error: Error) => {
    message = error.message;
  });
  assert.is(message, "archive entry x: expected a text or a file");
});

test.run();
