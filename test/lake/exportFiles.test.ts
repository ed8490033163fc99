import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { removeLeftExports, writeExport } from "../../lake/exportFiles";
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

test.run();
