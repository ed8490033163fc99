import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs, {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { removeLeftExports, targetOf, writeExport, writeOut } from "../../lake/exportFiles";
import { temporaryFolder } from "../support/commandLine";

const test = suite("lake/exportFiles");
const here = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const { pid: ended } = spawnSync(process.execPath, ["-e", ""]);
const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);

let temporary: ReturnType<typeof temporaryFolder>;
test.before.each(() => {
  temporary = temporaryFolder();
});
test.after.each(() => temporary.remove());

const cases: readonly [what: string, name: string, isOld: boolean, isKept: boolean][] = [
  ["an ended process's file", `.playlake-export-${here}-${ended}-tracks.parquet`, false, false],
  ["an ended process's DuckDB log", `.playlake-export-${here}-${ended}-out.duckdb.wal`, false, false],
  ["this process's file", `.playlake-export-${here}-${process.pid}-tracks.csv`, true, true],
  ["another machine's new file", `.playlake-export-00000000-${ended}-tracks.csv`, false, true],
  ["another machine's old file", `.playlake-export-00000000-${ended}-tracks.csv`, true, false],
  ["a user's hidden file", ".tracks.csv.new", true, true],
  ["a user's file", `playlake-export-${here}-${ended}-tracks.csv`, true, true],
];

for (const [what, name, isOld, isKept] of cases) {
  test(`${what} is ${isKept ? "kept" : "removed"}`, () => {
    const { folder } = temporary;
    writeFileSync(path.join(folder, name), "");
    if (isOld) utimesSync(path.join(folder, name), twoDaysAgo, twoDaysAgo);

    removeLeftExports(folder);

    assert.equal(readdirSync(folder), isKept ? [name] : []);
  });
}

test("an export that is stopped removes its own unfinished file", async () => {
  const { folder } = temporary;
  await writeExport(path.join(folder, "tracks.csv"), async (unfinished) => {
    writeFileSync(unfinished, "half");
    removeLeftExports(folder);
    assert.equal(readdirSync(folder), [path.basename(unfinished)]);
    removeLeftExports(folder, true);
    assert.equal(readdirSync(folder), []);
    writeFileSync(unfinished, "whole");
  });
  assert.equal(readdirSync(folder), ["tracks.csv"]);
});

test("a file at the user's path is replaced when the new one is whole", () => {
  const file = path.join(temporary.folder, "page.html");
  writeOut(file, "one");
  chmodSync(file, 0o600);

  writeOut(file, Buffer.from("two"));

  assert.is(readFileSync(file, "utf8"), "two");
  assert.is(statSync(file).mode & 0o777, 0o600);
  assert.equal(readdirSync(temporary.folder), ["page.html"]);
});

test("a full disk leaves the file at the user's path as it was", () => {
  const file = path.join(temporary.folder, "page.html");
  writeOut(file, "good");
  const real = fs.writeFileSync;
  fs.writeFileSync = ((to: string) => {
    real(to, "ha");
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  }) as typeof real;
  try {
    assert.throws(
      () => writeOut(file, "half"),
      ({ message }: Error) => message === `${file}: no space left on the disk (ENOSPC); choose another --out`,
    );
  } finally {
    fs.writeFileSync = real;
  }
  assert.is(readFileSync(file, "utf8"), "good");
  assert.equal(readdirSync(temporary.folder), ["page.html"]);
});

test("a folder that cannot get a file does not keep its own files from being written", () => {
  const file = path.join(temporary.folder, "page.html");
  writeOut(file, "one");
  const real = fs.renameSync;
  fs.renameSync = () => {
    throw Object.assign(new Error("EBUSY: resource busy or locked, rename"), { code: "EBUSY" });
  };
  try {
    writeOut(file, "two");
  } finally {
    fs.renameSync = real;
  }
  assert.is(readFileSync(file, "utf8"), "two");
  assert.equal(readdirSync(temporary.folder), ["page.html"]);
});

for (const [what, target] of [
  ["a link", "old.html"],
  ["a link to a file that does not exist", "new.html"],
] as const) {
  test(`${what} stays a link, and its target is written`, () => {
    const { folder } = temporary;
    mkdirSync(path.join(folder, "below"));
    writeFileSync(path.join(folder, "below", "old.html"), "one");
    const link = path.join(folder, "page.html");
    symlinkSync(path.join("below", target), link);

    writeOut(link, "two");

    assert.ok(lstatSync(link).isSymbolicLink());
    assert.is(readFileSync(path.join(folder, "below", target), "utf8"), "two");
    assert.is(targetOf(link), path.join(fs.realpathSync(folder), "below", target));
    assert.equal(readdirSync(path.join(folder, "below")).sort(), [...new Set([target, "old.html"])].sort());
  });
}

test("a pipe is written to, not replaced", () => {
  const pipe = path.join(temporary.folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const reader = openSync(pipe, "r+");

  writeOut(pipe, "page");

  const bytes = Buffer.alloc(9);
  assert.is(bytes.toString("utf8", 0, readSync(reader, bytes)), "page");
  closeSync(reader);
  assert.ok(lstatSync(pipe).isFIFO());
});

test.run();
