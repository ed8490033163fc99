import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import * as assert from "uvu/assert";
import { sdkFailure } from "../../support/emulator/s3/bench";
import { objectsSuite } from "../../support/emulator/s3/objectsSuite";

const { test, bench, fileOf, put, get, textOf, fetchRaw } = objectsSuite("emulator/s3/keys");

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
    for (const method of ["PUT", "GET"]) {
      const { status, text } = await fetchRaw(method, address, method === "PUT" ? { body: "x" } : {});
      assert.is(status, 400);
      const escaped = message.replaceAll('"', "&quot;");
      assert.ok(text.includes(`<Code>InvalidRequest</Code><Message>${escaped}</Message>`), text);
    }
  });
}

test("keys that are too long or cannot be files beside existing ones are refused", async () => {
  const long = `${"a".repeat(200)}/`.repeat(6);
  assert.is(await sdkFailure(put(`${long}x`, "x")), "KeyTooLongError 400: Your key is too long");
  await put("tree/leaf", "x");
  const before = bench.events.length;
  const clash = (key: string) =>
    `InvalidRequest 400: key "${key}" cannot be a file: other objects are below it, or a part of it is an object itself`;
  assert.is(await sdkFailure(put("tree", "x")), clash("tree"));
  assert.is(await sdkFailure(put("tree/leaf/deeper/still", "x")), clash("tree/leaf/deeper/still"));
  assert.is(await sdkFailure(get("tree")), "NoSuchKey 404: The specified key does not exist.");
  assert.is(await sdkFailure(get("tree/leaf/deeper")), "NoSuchKey 404: The specified key does not exist.");
  assert.is(await textOf("tree/leaf"), "x");
  assert.is(bench.events.length, before);
  assert.is(existsSync(path.join(bench.folder, ".unfinished")), false);
});

test("keys of any other text are distinct objects", async () => {
  const keys = ["k/ü", "k/a%20b", "k/a b", "k/a+b", "k/שלום", "k/🎧", "k/a?b#c&d=e", "k/\\", "k/...", "k/.hidden"];
  for (const key of keys) await put(key, `body of ${key}`);
  for (const key of keys) {
    assert.is(await textOf(key), `body of ${key}`);
    assert.is(readFileSync(fileOf(key), "utf8"), `body of ${key}`);
  }
  rmSync(fileOf("k"), { recursive: true });
});

test.run();
