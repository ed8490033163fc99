// A full disk, a read-only one and too few open files: one line each that names the file, and the next run completes.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { homeFolder, projectFolder } from "../support/commandLine";

const test = suite("pipeline/disk");
const { folder: home, remove } = homeFolder();
test.after(remove);

const run = `"${process.execPath}" "${path.join(projectFolder, "bin", "playlake.js")}" run --state disk/lake`;

/** Runs a shell script in a new mount namespace; returns what it printed, by the number of the run. */
function inNamespace(script: string): { status: number; err: string[]; lake: string[] } {
  writeFileSync(path.join(home, "script.sh"), `mkdir -p disk\n${script}`);
  const { SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET, ...env } = process.env;
  const { status } = spawnSync("unshare", ["--mount", "sh", "-e", "script.sh"], { cwd: home, env });
  const read = (name: string) => readFileSync(path.join(home, name), "utf8").trimEnd().split("\n");
  return { status: status ?? -1, err: read("err"), lake: read("lake.txt") };
}

const mount = (size: string) => `mount -t tmpfs -o size=${size} tmpfs disk`;
const listLake = "(cd disk/lake/buckets/playlake-lake && find . -type f | sort | xargs sha256sum) > lake.txt";
const canMount = spawnSync("unshare", ["--mount", "true"]).status === 0;
if (!canMount) console.log("pipeline/disk is skipped: unshare --mount is not allowed here");

let whole: string[] = [];

(canMount ? test : test.skip)("a run with enough room", () => {
  const { status, lake } = inNamespace(`${mount("100m")}\n${run} > out 2> err\n${listLake}`);

  assert.is(status, 0);
  assert.is(lake.length, 108);
  whole = lake;
});

const tooManyFiles = /^playlake: .*: too many open files; raise the limit \(ulimit -n\) \(EMFILE\)$/;
const grow = "mount -o remount,size=100m disk";
for (const [what, size, limit, message] of [
  ["a full disk, early", "100k", "true", /no space left on the disk \(ENOSPC\)$/],
  ["a full disk, later", "400k", "true", /no space left on the disk \(ENOSPC\)$/],
  ["too few open files", "100m", "ulimit -n 40", tooManyFiles],
  ["too few open files for all functions", "100m", "ulimit -n 80", tooManyFiles],
] as const) {
  (canMount ? test : test.skip)(`${what}: one line, and the next run completes`, () => {
    const failed = `(${limit}; ${run}) > out 2> err && exit 5`;
    const script = `${mount(size)}\n${failed}\n${grow}\n${run} > out2 2> err2\n${listLake}`;
    const { status, err, lake } = inNamespace(script);

    assert.is(status, 0);
    assert.match(err.at(-1) ?? "", message);
    assert.is(err.filter((line) => line.startsWith("playlake: ")).length, 1, err.join("\n"));
    assert.not.match(err.join("\n"), /^ +at /m);
    assert.equal(lake, whole);
  });
}

(canMount ? test : test.skip)("a read-only disk: one line", () => {
  const { status, err } = inNamespace(
    `${mount("1m")}\nmount -o remount,ro disk\n${run} > out 2> err && exit 5\ntouch lake.txt`,
  );

  assert.is(status, 0);
  const state = path.join(home, "disk/lake");
  assert.equal(err, [
    `playlake: the state folder ${state} is on a read-only file system (EROFS); give another, or a copy of it, with --state`,
  ]);
});

test.run();
