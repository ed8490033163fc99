import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, linkSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FolderBusy, lockFolder } from "../../emulator/folderLock";
import { startWorker, workerCommand } from "../support/emulator/locks/lockWorkers";
import { failureOf, tempFolder } from "../support/emulator/resources";
import { isAlive } from "../support/processes";

const test = suite<{ folder: string; remove: () => Promise<void> }>("emulator/folderLock");

test.before.each(async (context) => {
  Object.assign(context, await tempFolder());
});

test.after.each(({ remove }) => remove());

async function pidOfHolder(folder: string): Promise<number | undefined> {
  try {
    (await lockFolder(folder))();
    return undefined;
  } catch (error) {
    if (error instanceof FolderBusy) return error.pid;
    throw error;
  }
}

test("a folder is held until it is released, and nothing is left in it", async ({ folder }) => {
  const release = await lockFolder(folder);

  assert.is(await failureOf(() => lockFolder(folder)), `Error: process ${process.pid} is working in ${folder}`);
  release();
  assert.equal(readdirSync(folder), []);
  (await lockFolder(folder))();
});

test("another process is named, and its end frees the folder", async ({ folder }) => {
  const worker = await startWorker();
  assert.is(await worker.take(folder), "held");

  const before = await pidOfHolder(folder);
  await worker.kill();
  const after = await pidOfHolder(folder);

  assert.equal([before, after], [worker.pid, undefined]);
  assert.equal(readdirSync(folder), []);
});

test("a stopped process still holds its folder", async ({ folder }) => {
  const worker = await startWorker();
  await worker.take(folder);
  process.kill(worker.pid, "SIGSTOP");

  const pid = await pidOfHolder(folder);
  await worker.kill();

  assert.is(pid, worker.pid);
});

test("a reused process id does not hold a folder", async ({ folder }) => {
  // The socket that a killed first process of a container leaves to the first process of the next container.
  const killed = createServer().listen(path.join(folder, "bound"));
  await once(killed, "listening");
  linkSync(path.join(folder, "bound"), path.join(folder, `lock-${process.pid}-0a1b2c3d`));
  await new Promise((resolve) => killed.close(resolve));
  assert.is(readdirSync(folder).length, 1);

  const pid = await pidOfHolder(folder);

  assert.is(pid, undefined);
  assert.equal(readdirSync(folder), []);
});

test("a zombie does not hold a folder", async ({ folder }) => {
  // The shell is replaced by a program that never waits for its child.
  const script = '"$0" "$@" & exec sleep 60';
  const shell = spawn("sh", ["-c", script, process.execPath, ...workerCommand, folder], { stdio: "pipe" });
  const pid = Number.parseInt(String((await once(shell.stdout, "data"))[0]), 10);
  const before = await pidOfHolder(folder);

  process.kill(pid, "SIGKILL");
  while (isAlive(pid)) await sleep(5);
  process.kill(pid, 0);
  const after = await pidOfHolder(folder);
  shell.kill("SIGKILL");

  assert.equal([before, after], [pid, undefined]);
});

test("one of four concurrent processes holds the folder, and the others get its id", async ({ folder }) => {
  const workers = await Promise.all(Array.from({ length: 4 }, startWorker));

  const answers = await Promise.all(workers.map((worker) => worker.take(folder)));
  await Promise.all(workers.map((worker) => worker.kill()));

  const holder = workers[answers.indexOf("held")];
  assert.equal(answers.slice().sort(), [...Array(3).fill(`busy ${holder?.pid}`), "held"]);
});

test("a folder with a path too long for a socket can be held", async ({ folder }) => {
  const deep = path.join(folder, "d".repeat(120), "e".repeat(120));
  mkdirSync(deep, { recursive: true });
  const release = await lockFolder(deep);

  const pid = await pidOfHolder(deep);
  release();

  assert.is(pid, process.pid);
  assert.equal(readdirSync(deep), []);
});

test("the socket of a killed process is removed", async ({ folder }) => {
  writeFileSync(path.join(folder, "lock-1-00000000"), "");
  writeFileSync(path.join(folder, "lock"), "1");

  const release = await lockFolder(folder);

  assert.equal(
    readdirSync(folder).map((name) => name.replace(/[0-9a-f]{8}$/, "X")),
    ["lock", `lock-${process.pid}-X`],
  );
  release();
});

if (process.getuid?.() !== 0) {
  test("a read-only folder gives the system's error", async ({ folder }) => {
    chmodSync(folder, 0o500);
    const failure = await failureOf(() => lockFolder(folder));
    chmodSync(folder, 0o700);
    assert.match(failure ?? "", /EACCES/);
  });
}

test.run();
