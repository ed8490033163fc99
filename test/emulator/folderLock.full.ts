// Four processes try at once to take a folder whose holder was killed or released it: 200 rounds, never two holders.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type LockWorker, startWorker, workerCommand } from "../support/emulator/locks/lockWorkers";
import { tempFolder } from "../support/emulator/resources";

const test = suite("emulator/folderLock");

test("one of four takes the folder over, each time", async () => {
  const { folder, remove } = await tempFolder();
  const workers: LockWorker[] = await Promise.all(Array.from({ length: 4 }, startWorker));
  // Takes the place of the next worker that is killed. Starting a process takes longer than a round.
  let spare = startWorker();
  const outcomes = new Map<string, number>();
  for (let round = 0; round < 200; round++) {
    const answers = await Promise.all(workers.map((worker) => worker.take(folder)));
    const outcome = answers.map((answer) => answer.replace(/\d+/, "PID")).sort();
    outcomes.set(outcome.join(", "), (outcomes.get(outcome.join(", ")) ?? 0) + 1);
    const holder = answers.indexOf("held");
    if (holder < 0) continue;
    if (round % 2 === 1) await workers[holder]!.release();
    else {
      await workers[holder]!.kill();
      workers[holder] = await spare;
      spare = startWorker();
    }
  }
  await Promise.all([...workers, await spare].map((worker) => worker.kill()));

  assert.equal(Object.fromEntries(outcomes), { "busy PID, busy PID, busy PID, held": 200 });
  assert.ok(readdirSync(folder).length <= 1, readdirSync(folder).join("\n"));
  await remove();
});

const unshare = ["--pid", "--fork", "--kill-child"];
const hasContainers = spawnSync("unshare", [...unshare, "true"]).status === 0;
if (!hasContainers) console.log("emulator/folderLock: containers are skipped: unshare --pid is not allowed here");

/** Starts a container whose first process takes the folder or tries to. Returns its output and a function that ends it. */
async function startContainer(folder: string) {
  const container = spawn("unshare", [...unshare, process.execPath, ...workerCommand, folder], { stdio: "pipe" });
  const [said] = await once(container.stdout, "data");
  const end = async () => {
    const ended = once(container, "exit");
    container.kill("SIGKILL");
    await ended;
  };
  return { said: String(said), end };
}

(hasContainers ? test : test.skip)("process 1 of the next container is not process 1 of the last", async () => {
  const { folder, remove } = await tempFolder();

  const first = await startContainer(folder);
  const meanwhile = await startContainer(folder);
  await Promise.all([first.end(), meanwhile.end()]);
  const next = await startContainer(folder);
  await next.end();
  await remove();

  assert.equal([first.said, meanwhile.said, next.said], ["1 held", "1 busy 1", "1 held"]);
});

test.run();
