import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lockFolder } from "../../emulator/folderLock";
import { homeFolder, playlake, projectFolder, startPlaylake } from "../support/commandLine";
import { isLocked } from "../support/lakes";
import { isAlive } from "../support/processes";
import { withoutTimes } from "../support/terminal";

const test = suite("cli/stopping");
const { folder: home, remove } = homeFolder();
test.after(remove);

const state = path.join(home, ".playlake", "sample");

/** Starts a run, sends it a signal during its first day, and returns how it ended. */
async function stopRun(
  signal: NodeJS.Signals,
): Promise<{ endedBy: NodeJS.Signals | null; err: string; children: number[] }> {
  const child = startPlaylake(["run"], { cwd: home });
  let err = "";
  let children: number[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    // The first line after the program's. By now the functions have been started.
    if (children.length === 0 && /^ {2}(2026-|resumed)/m.test(err)) {
      children = childrenOf(child.pid ?? 0);
      child.kill(signal);
    }
  });
  const endedBy = await new Promise<NodeJS.Signals | null>((resolve) => {
    child.on("close", (_, by) => resolve(by));
  });
  return { endedBy, err, children };
}

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return stdout.trim().split(/\s+/).map(Number);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal}: ends the process by it and leaves no child and no lock`, async () => {
    const stopped = await stopRun(signal);

    assert.is(stopped.endedBy, signal, stopped.err);
    assert.is(stopped.err.split("\n").at(-2), "playlake: stopped; run again to continue");
    assert.is(stopped.children.length > 0, true);
    assert.equal(stopped.children.filter(isAlive), []);
    assert.is(isLocked(state), false);
  });
}

test("after both signals, a run completes the days that the first one planned", async () => {
  const { exitCode, stderr } = await playlake(["run"], { cwd: home });

  assert.is(exitCode, 0, stderr);
  const labels = withoutTimes(stderr)
    .split("\n")
    .flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? []);
  assert.equal(labels.slice(0, 5), ["program", "resumed", "2026-11-01", "2026-11-02", "2026-11-03"]);
});

test("a locked state is refused before the program is loaded", async () => {
  const busy = path.join(home, "busy");
  mkdirSync(busy);
  const unlock = await lockFolder(busy);
  const script = `
    process.on("exit", () => {
      const loaded = Object.keys(require.cache).filter((file) => /@pulumi|local.pipeline/.test(file));
      require("node:fs").writeSync(1, String(loaded.length));
    });
    process.argv.splice(1, 0, "playlake");
    require(${JSON.stringify(path.join(projectFolder, "bin", "playlake.js"))});
  `;
  const words = ["-e", script, "--", "run", "--state", busy];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: home, encoding: "utf8" });

  unlock();
  assert.is(status, 1, stderr);
  const message = `process ${process.pid} is working in ${busy}; wait for it or give another --state`;
  assert.is(stderr, `playlake: ${message}\n`);
  assert.is(stdout, "0");
});

test.run();
