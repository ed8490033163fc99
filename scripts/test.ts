// Runs the tests in parallel processes, and shows each file's output when it has ended: `test.ts fast`, `test.ts full`.
// `test.ts all` also checks types and style.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { FileResult } from "./testWorker";

const project = path.join(__dirname, "..");
const testFolder = path.join(project, "test");
/** Seconds by file of the last runs. The longest file starts first, so that it is not left for the end. */
const timesFile = path.join(project, ".cache", "testTimes.json");
/** Seconds for files without a recorded time, if it is more than a few: the order in a fresh checkout. */
const usualSeconds: Readonly<Record<string, number>> = {
  "cli/history.full.ts": 25,
  "cli/killed.full.ts": 20,
  "cli/login.test.ts": 7,
  "cli/restore.full.ts": 22,
  "cli/run.test.ts": 7,
  "cli/terminal.full.ts": 22,
  "components/alarms/alarms.test.ts": 6,
  "components/aws/codeArchive.full.ts": 50,
  "emulator/athena/copy.test.ts": 5,
  "examples/installed.full.ts": 200,
  "examples/package.full.ts": 40,
  "golden/changes.full.ts": 25,
  "golden/stacks.test.ts": 4,
  "pipeline/catalogs.full.ts": 80,
  "pipeline/kill.full.ts": 70,
  "pipeline/killedFunctions.full.ts": 45,
  "pipeline/leastPrivilege.full.ts": 40,
  "pipeline/manyLikedSongs.full.ts": 45,
  "pipeline/secrets.full.ts": 35,
  "plugin/host.full.ts": 45,
  "queries/history.test.ts": 8,
  "queries/namedQueries.test.ts": 4,
  "queries/year.full.ts": 35,
  "readme.full.ts": 40,
  "report/size.full.ts": 25,
  "site/site.full.ts": 35,
  "spotify/schedules.full.ts": 25,
  "spotify/schedules.test.ts": 4,
};

/** Starts the line with which a worker ends a file's output. No test can print it. */
const resultMark = `${randomUUID()} `;

/** One thing to run: a test file by its path below test/, or a command. */
interface Job {
  name: string;
  /** Node's arguments. */
  command?: readonly string[];
}

/**
 * Node 20 optimizes functions so early that it takes longer than a test process saves by it. Later versions compile them
 * cheaply first, and have no such option.
 */
const optimizeLate = process.version.startsWith("v20.") ? ["--interrupt-budget=500000"] : [];

const recordFile = path.join(project, ".cache", "types.json");

/** The scripts of package.json, without npm. In a fresh checkout TypeScript writes no record: that takes a tenth of its time. */
const checks: readonly Job[] = [
  {
    name: "types",
    command: [
      bin("typescript", "tsc"),
      "--noEmit",
      ...(existsSync(recordFile) ? ["--incremental", "--tsBuildInfoFile", recordFile] : []),
    ],
  },
  { name: "types of the report's page", command: [bin("typescript", "tsc"), "--noEmit", "-p", "report/page"] },
  { name: "lint", command: [bin("@biomejs/biome", "biome"), "check", "--error-on-warnings", "."] },
];

/** The file of a package's command. */
function bin(packageName: string, command: string): string {
  return require.resolve(`${packageName}/bin/${command}`);
}

/** A job's outcome and its output. */
interface Outcome {
  isGood: boolean;
  text: string;
}

/** These fast tests load Pulumi, and many run the program. One process runs them all, so that it runs each program once. */
const sharePrograms =
  /^(components|docs|golden|index|pipeline|plugin|policy|scripts|emulator\/(glue\/catalogs|lambda)|lake\/local\/sourceProgram|schedule\/runDays|spotify\/(schedules|serialized)|transforms\/serialized)\b.*\.test\.ts$/;

/** The long files, and the one whose gigabytes of buffers make Node collect garbage so often that a large heap costs seconds. */
const ownProcess = /\.full\.ts$|^transforms\/bounds\.test\.ts$/;

function jobsOf(kind: string | undefined): Job[] {
  if (kind !== "fast" && kind !== "full" && kind !== "all") throw new Error(`got ${kind}, expected fast, full or all`);
  const ending = kind === "full" ? ".full.ts" : ".test.ts";
  const times = readTimes();
  const secondsOf = (name: string) => times[name] ?? usualSeconds[name] ?? 1;
  const files = readdirSync(testFolder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .sort((a, b) => secondsOf(b) - secondsOf(a) || (a < b ? -1 : 1));
  return [...(kind === "all" ? checks : []), ...files.map((name) => ({ name }))];
}

function readTimes(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(timesFile, "utf8"));
  } catch {
    return {};
  }
}

/** Runs a command to its end. */
async function runCommand(words: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [...optimizeLate, ...words], {
    cwd: project,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { isGood: exitCode === 0, text: Buffer.concat(chunks).toString() };
}

/** A process that runs test files one after another. */
interface Worker {
  run(name: string): Promise<Outcome>;
  end(): void;
}

function startWorker(): Worker {
  const child: ChildProcess = fork(path.join(__dirname, "testWorker.ts"), [resultMark], {
    cwd: project,
    // With Node's small space for new objects, running the program spends a fifth of its time on collecting them.
    execArgv: ["--max-semi-space-size=64", ...optimizeLate, "-r", path.join(__dirname, "register.js")],
    // The SDK's warning about Node 20 is not about the tests.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", ...process.env },
    silent: true,
  });
  let text = "";
  let finish: (outcome: Outcome) => void = () => {};
  const onText = (chunk: string) => {
    text += chunk;
    const at = text.indexOf(resultMark);
    const end = text.indexOf("\n", at);
    if (at < 0 || end < 0) return;
    const result = JSON.parse(text.slice(at + resultMark.length, end)) as FileResult;
    const { total, passed, skipped, cpuSeconds } = result;
    const counts = `  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n`;
    // If a suite's `before` throws, none of its tests passes.
    finish({
      isGood: passed === total,
      text: `${text.slice(0, at)}\n${counts}  Processor: ${cpuSeconds.toFixed(1)} s`,
    });
    text = "";
  };
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", onText);
  const closed = new Promise<Outcome>((resolve) => {
    child.once("close", (code, signal) =>
      resolve({ isGood: false, text: `${text}\n  Total:     1\n  Passed:    0\nended with ${signal ?? code}` }),
    );
  });
  return {
    run: (name) => {
      const finished = new Promise<Outcome>((resolve) => {
        finish = resolve;
      });
      child.send(path.join(testFolder, name));
      return Promise.race([finished, closed]);
    },
    end: () => child.kill(),
  };
}

/** Runs jobs until none is left. Fast files share a process, long ones get their own. */
async function work(waiting: Job[], preferred: (job: Job) => boolean, times: Record<string, number>): Promise<void> {
  let worker: Worker | undefined;
  while (waiting.length > 0) {
    const index = waiting.findIndex((job) => job.command !== undefined || preferred(job));
    const [job] = waiting.splice(Math.max(index, 0), 1) as [Job];
    const start = Date.now();
    let outcome: Outcome;
    if (job.command !== undefined) outcome = await runCommand(job.command);
    else if (ownProcess.test(job.name)) {
      const own = startWorker();
      outcome = await own.run(job.name);
      own.end();
    } else {
      worker ??= startWorker();
      outcome = await worker.run(job.name);
      if (!outcome.isGood) {
        worker.end();
        worker = undefined;
      }
    }
    const seconds = Math.round((Date.now() - start) / 100) / 10;
    times[job.name] = seconds;
    if (!outcome.isGood) process.exitCode = 1;
    console.log(`${outcome.text.trimEnd()}\n${outcome.isGood ? "passed" : "FAILED"} in ${seconds} s: ${job.name}\n`);
  }
  worker?.end();
}

async function main(): Promise<void> {
  const waiting = jobsOf(process.argv[2]);
  const times = readTimes();
  // Tests wait for processes and timers a quarter of their time, long ones more often.
  const workers = Math.max(2, availableParallelism()) + (process.argv[2] === "full" ? 2 : 1);
  const preferences = Array.from({ length: workers }, (_, index) => {
    // Not the first worker, which begins with the checks.
    const sharesPrograms = index % 3 === 2;
    return ({ name }: Job) => name.endsWith(".full.ts") || sharePrograms.test(name) === sharesPrograms;
  });
  await Promise.all(preferences.map((preferred) => work(waiting, preferred, times)));
  mkdirSync(path.dirname(timesFile), { recursive: true });
  writeFileSync(timesFile, JSON.stringify(times, null, 1));
}

void main();
