import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diskError, readJson, replaceFile, replaceFileBy, temporaryFolder } from "../../emulator/files";
import { failureOf, tempFolder } from "../support/emulator/resources";

const test = suite<{ folder: string; remove: () => Promise<void> }>("emulator/files");

test.before.each(async (context) => {
  Object.assign(context, await tempFolder());
});

test.after.each(({ remove }) => remove());

test("a file is replaced, its folder made, and nothing is left beside it", ({ folder }) => {
  const file = path.join(folder, "a", "b", "c.json");

  replaceFile(file, "one");
  replaceFile(file, "two", 0o600);

  assert.is(readFileSync(file, "utf8"), "two");
  assert.is(statSync(file).mode & 0o777, 0o600);
  assert.equal(readdirSync(path.dirname(file)), ["c.json"]);
});

test("the mode of a killed writer's file is not kept", ({ folder }) => {
  writeFileSync(path.join(folder, ".secret.new"), "half", { mode: 0o644 });

  replaceFile(path.join(folder, "secret"), "whole", 0o600);

  assert.is(statSync(path.join(folder, "secret")).mode & 0o777, 0o600);
});

test("a writer that fails leaves the old file alone", async ({ folder }) => {
  const file = path.join(folder, "x.parquet");
  replaceFile(file, "old");

  const failure = await failureOf(() =>
    replaceFileBy(file, async (unfinished) => {
      writeFileSync(unfinished, "half");
      throw new Error("killed");
    }),
  );

  assert.is(failure, "Error: killed");
  assert.is(readFileSync(file, "utf8"), "old");
  assert.equal(readdirSync(folder), ["x.parquet"]);
});

test("a file that cannot be written is named, and its old content stays", async ({ folder }) => {
  const file = path.join(folder, "taken");
  mkdirSync(path.join(file, "below"), { recursive: true });

  const failure = await failureOf(() => replaceFile(file, "x"));

  assert.match(failure ?? "", file);
  assert.equal(readdirSync(folder), ["taken"]);
});

for (const [code, told] of [
  ["ENOSPC", "/x/y: no space left on the disk (ENOSPC)"],
  ["EROFS", "/x/y: the file system is read-only (EROFS)"],
  ["EMFILE", "/x/y: too many open files; raise the limit (ulimit -n) (EMFILE)"],
  ["ENOENT", "as it was"],
] as const) {
  test(`${code} on a write names the file`, () => {
    const error = diskError(Object.assign(new Error("as it was"), { code }), "/x/y") as Error & { code: string };

    assert.is(error.message, told);
    assert.is(error.code, code);
  });
}

for (const [message, told] of [
  ['IO Error: Could not write file "/z": No space left on device', "/x/y: no space left on the disk (ENOSPC)"],
  ["IO Error: Disk quota exceeded", "/x/y: the disk quota is used up (EDQUOT)"],
  ["IO Error: other", "IO Error: other"],
] as const) {
  test(`DuckDB's error becomes ${told}`, () => {
    assert.is((diskError(new Error(message), "/x/y") as Error).message, told);
  });
}

test("a folder for temporary files that does not exist is named, with TMPDIR", async ({ folder }) => {
  const before = process.env.TMPDIR;
  const missing = path.join(folder, "missing");
  process.env.TMPDIR = missing;
  try {
    assert.is(
      await failureOf(temporaryFolder),
      `Error: temporary files cannot be kept in ${missing} (ENOENT): set TMPDIR to a folder that you can write to`,
    );
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
});

test("JSON is read, absent, or refused by its file's name", async ({ folder }) => {
  writeFileSync(path.join(folder, "good.json"), '{"a":1}');
  writeFileSync(path.join(folder, "bad.json"), '{"a":');

  const good = readJson(path.join(folder, "good.json"));
  const missing = readJson(path.join(folder, "good.json", "below.json"));
  const bad = await failureOf(() => readJson(path.join(folder, "bad.json")));

  assert.equal(good, { a: 1 });
  assert.is(missing, undefined);
  assert.match(bad ?? "", /bad\.json is damaged \(.+\); delete it and run again$/);
});

test.run();
