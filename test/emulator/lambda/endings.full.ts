// Every way in which a function or the program can end.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { scratchFolder } from "../../../emulator/lambda/scratch";
import type { Registered } from "../../../emulator/resources";
import { projectFolder } from "../../support/commandLine";
import {
  asyncConfigType,
  type Bench,
  closeBenches,
  createBench,
  type Failure,
  functionProcesses,
  functionType,
  owner,
  probeResources,
  until,
  withChange,
} from "../../support/emulator/lambda/setup";
import { isAlive } from "../../support/processes";

const hostProgram = join(__dirname, "../../support/emulator/lambda/host.ts");

let resources: Registered[];

const endings = suite("emulator/lambda/endings");
endings.before(async () => {
  resources = await probeResources();
});
const folders: string[] = [];
endings.after.each(async () => {
  await closeBenches();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const failures: [what: string, order: object, errorType: string, message: RegExp][] = [
  ["an error that is thrown", { do: "throw", text: "oh" }, "TypeError", /^oh$/],
  ["an unhandled rejection", { do: "reject", text: "lost" }, "Runtime.UnhandledPromiseRejection", /^Error: lost$/],
  ["a result that is not JSON", { do: "bigint" }, "TypeError", /^Do not know how to serialize a BigInt$/],
  [
    "an exit",
    { do: "exit", code: 3 },
    "Runtime.ExitError",
    /^RequestId: \S{36} Error: Runtime exited with error: exit status 3$/,
  ],
  [
    "an exit without error",
    { do: "exit", code: 0 },
    "Runtime.ExitError",
    /^RequestId: \S{36} Error: Runtime exited without providing a reason$/,
  ],
  [
    "more memory than declared",
    { do: "fill" },
    "Runtime.ExitError",
    /^RequestId: \S{36} Error: Runtime exited with error: signal: aborted$/,
  ],
];
for (const [what, order, errorType, message] of failures) {
  endings(`${what} is a failed invocation, and the next one is served`, async () => {
    // On a busy machine, a process that runs out of memory takes long to end.
    const bench = createBench(withChange(resources, functionType, "probe", { timeout: 300 }));
    const { payload, functionError } = await bench.lambda.invoke("probe", order, owner);
    const failure = payload as Failure;
    assert.equal([functionError, failure.errorType], ["Unhandled", errorType]);
    assert.match(failure.errorMessage, message);
    assert.equal((await bench.lambda.invoke("probe", { a: 1 }, owner)).payload, { echo: { a: 1 } });
  });
}

endings("a timeout ends a sleeping process and a busy one", async () => {
  const bench = createBench(withChange(resources, functionType, "probe", { timeout: 1 }));
  const orders = ["sleep", "spin"].map((what) => bench.lambda.invoke("probe", { do: what, ms: 10_000 }, owner));
  for (const { payload, functionError } of await Promise.all(orders)) {
    const { errorType, errorMessage } = payload as Failure;
    assert.equal([functionError, errorType], ["Unhandled", "Sandbox.Timedout"]);
    assert.match(errorMessage, /^RequestId: \S{36} Error: Task timed out after 1\.00 seconds$/);
  }
  assert.equal(bench.lambda.processes(), []);
  assert.is(bench.lines.filter((line) => line.endsWith(" Task timed out after 1.00 seconds")).length, 2);
});

const settings: [what: string, inputs: Record<string, unknown>, attempts: number][] = [
  ["no retries", { maximumRetryAttempts: 0 }, 1],
];
for (const [what, inputs, attempts] of settings) {
  endings(what, async () => {
    const bench = createBench(withChange(resources, asyncConfigType, "probe-async", inputs));
    bench.lambda.enqueue("probe", { do: "throw", text: "no" }, owner);
    const results = await bench.lambda.drain();
    assert.equal(
      results.map((result) => [result.attempts, result.functionError]),
      [[attempts, "Unhandled"]],
    );
  });
}

endings("child processes of a function end with its process", async () => {
  const bench = createBench(resources);
  const { payload: pid } = await bench.lambda.invoke("probe", { do: "start" }, owner);
  assert.ok(isAlive(pid as number));
  await bench.lambda.invoke("probe", { do: "exit", code: 0 }, owner);
  await until("it to end", () => !isAlive(pid as number));
});

const phases: [phase: string, functionName: string, isReached: (bench: Bench) => boolean][] = [
  ["before the archive is unpacked", "probe", () => true],
  ["before a process has started", "probe", ({ stateDir }) => existsSync(join(stateDir, "logs"))],
  ["while code is loaded", "stuck", ({ lambda }) => lambda.processes().length === 1],
  ["while an event is handled", "probe", ({ lines }) => lines.length > 0],
];
for (const [phase, functionName, isReached] of phases) {
  endings(`closing leaves no process and no folder: ${phase}`, async () => {
    const bench = createBench(resources);
    const scratch = scratchFolder(bench.stateDir);
    const outcome = bench.lambda.invoke(functionName, { do: "spin", ms: 60_000 }, owner).then(
      ({ functionError }) => functionError,
      (error: Error) => error.message,
    );
    await until(phase, () => isReached(bench));
    await bench.lambda.close();
    assert.equal([functionProcesses(), existsSync(scratch)], [[], false]);
    assert.ok(["Unhandled", `function ${functionName}: the local run has ended`].includes(String(await outcome)));
  });
}

endings("without free file handles, functions report and the host fails with one line", async () => {
  const folder = mkdtempSync(join(tmpdir(), "playlake-host-"));
  folders.push(folder);
  const host = [hostProgram, await writeResources(folder), join(folder, "state"), "starve"].map((part) => `'${part}'`);
  const command = `ulimit -n 200 && exec '${process.execPath}' -r ./scripts/register.js ${host.join(" ")}`;
  const { stdout, stderr } = spawnSync("/bin/sh", ["-c", command], { cwd: projectFolder, encoding: "utf8" });
  assert.is(stderr, "");
  assert.match(stdout, /^EMFILE\n\S.*: too many open files; raise the limit \(ulimit -n\) \(EMFILE\)\nserved again\n$/);
});

/** The resources as JSON. Archives contain promises that must be resolved first. */
async function writeResources(folder: string): Promise<string> {
  const plain = await Promise.all(
    resources.map(async (resource) => {
      const code = resource.inputs.code as { assets: Promise<Record<string, Promise<object>>> } | undefined;
      if (code === undefined) return resource;
      const assets = Object.entries(await code.assets).map(async ([name, asset]) => {
        const part = (await asset) as { path?: unknown; text?: unknown };
        return [name, { ...part, path: await part.path, text: await part.text }];
      });
      const archive = { __pulumiArchive: true, assets: Object.fromEntries(await Promise.all(assets)) };
      return {
        ...resource,
        inputs: { ...resource.inputs, code: archive },
        outputs: { ...resource.outputs, code: null },
      };
    }),
  );
  const file = join(folder, "resources.json");
  writeFileSync(file, JSON.stringify(plain));
  return file;
}

endings("kill -9 of the program leaves no process, and the next run completes its queue", async () => {
  const folder = mkdtempSync(join(tmpdir(), "playlake-host-"));
  folders.push(folder);
  const stateDir = join(folder, "state");
  const orders = [{ do: "sleep", ms: 60_000 }, { do: "spin", ms: 60_000 }, { n: 3 }].map((order) =>
    JSON.stringify(order),
  );
  const host = spawn(
    process.execPath,
    ["-r", "./scripts/register.js", hostProgram, await writeResources(folder), stateDir, ...orders],
    { stdio: ["ignore", "pipe", "inherit"], cwd: projectFolder },
  );
  let printed = "";
  host.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  await until("both processes to run", () => printed.includes("\n"));
  // By then the busy process is in its loop, in which it cannot notice anything.
  await new Promise((resolve) => setTimeout(resolve, 300));
  host.kill("SIGKILL");
  const { pids } = JSON.parse(printed.split("\n")[0] ?? "") as { pids: number[] };
  assert.is(pids.length, 2);
  await until("the functions' processes to end", () => !pids.some(isAlive));

  const hasty = withChange(resources, functionType, "probe", { timeout: 3 });
  const once = withChange(hasty, asyncConfigType, "probe-async", { maximumRetryAttempts: 0 });
  const bench = createBench(once, { stateDir });
  bench.clock.set(new Date("2026-11-09T00:00:00Z"));
  const results = await bench.lambda.drain();
  assert.equal(
    results.map(({ request, functionError, attempts }) => [request, functionError, attempts]),
    [
      [{ do: "sleep", ms: 60_000 }, "Unhandled", 1],
      [{ do: "spin", ms: 60_000 }, "Unhandled", 1],
      [{ n: 3 }, undefined, 1],
    ],
  );
  // They ran at the instant at which they were accepted, and the clock was reset afterwards.
  const late = bench.lines.filter((line) => line.includes("Task timed out")).map((line) => line.split(" ")[0]);
  assert.equal(late, ["2026-11-01T06:00:00.000Z", "2026-11-01T06:00:00.000Z"]);
  assert.is(bench.clock.now().toISOString(), "2026-11-09T00:00:00.000Z");
  assert.equal(readdirSync(join(stateDir, "lambda", "queue")), []);
});

endings.run();
