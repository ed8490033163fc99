// After a kill -9 of the program in the middle of a run, the next run ends as if nothing had happened.
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, utimesSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Plan } from "../../lake/local/state";
import { tableNames } from "../../transforms/schema";
import { homeFolder, startPlaylake, temporaryFolder } from "../support/commandLine";
import { isLocked } from "../support/lakes";
import { assertLeft, filesIn, type Left, rawFolder, undisturbed } from "../support/pipeline/left";
import { canSeeProcesses, processesLeft } from "../support/processes";
import { randomFrom } from "../support/random";
import { run } from "../support/terminal";

const test = suite("pipeline/kill");

/** Undisturbed runs: after so many days. */
let expected: Map<number, Left>;
test.before(async () => {
  expected = await undisturbed([3, 4, 5]);
});

/** A run of the program, to be killed. */
interface Victim {
  stateDir: string;
  /** What it has printed to standard error. */
  progress(): string;
}

const lakeFileCount = (stateDir: string) => filesIn(path.join(stateDir, "buckets", "playlake-lake")).length;
const rawFileCount = (stateDir: string) => filesIn(rawFolder(stateDir)).length;
const perDay = 3 * tableNames.length;

const moments: readonly [moment: string, isThere: (victim: Victim) => boolean][] = [
  ["before the program has run", ({ stateDir }) => isLocked(stateDir)],
  ["when the days are planned", ({ stateDir }) => existsSync(path.join(stateDir, "plan.json"))],
  ["after the first raw object", ({ stateDir }) => rawFileCount(stateDir) >= 1],
  ["amid the first day's transforms", ({ stateDir }) => lakeFileCount(stateDir) >= 5],
  ["when the first day's files are written", ({ stateDir }) => lakeFileCount(stateDir) >= perDay],
  ["between days", ({ progress }) => progress().includes("2026-11-01 ")],
  ["amid the second day's transforms", ({ stateDir }) => lakeFileCount(stateDir) >= perDay + 10],
  ["before the answers", ({ progress }) => progress().includes("2026-11-03 ")],
];

/** Runs the command until `isTime`, kills it, and sees that nothing of it stays. */
async function runAndKill(home: string, isTime: (victim: Victim) => boolean): Promise<void> {
  const stateDir = path.join(home, "state");
  const child = startPlaylake(["run", "--state", stateDir], { cwd: home, env: { TMPDIR: path.join(home, "tmp") } });
  let progress = "";
  child.stdin.end();
  child.stdout.resume();
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    progress += text;
  });
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  while (child.exitCode === null && !isTime({ stateDir, progress: () => progress })) await sleep(1);
  child.kill("SIGKILL");
  await closed;
  assert.not.match(progress, /^!/m);
  assert.equal(await processesLeft(home), [], "the functions' processes end with the program");
}

function planOf(stateDir: string): Plan | undefined {
  const file = path.join(stateDir, "plan.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Plan) : undefined;
}

/** The first run plans three days, each later one a day. A run that ended before the kill is not counted. */
function daysAfterNextRun(plan: Plan | undefined): number {
  const lastDay = Number(plan?.runs.at(-1)?.slice("2026-11-".length, "2026-11-01".length) ?? 3);
  return plan?.isComplete === true ? lastDay + 1 : lastDay;
}

/** Makes the temporary folders of killed runs old: a run removes no young one, which could belong to a run that is starting. */
function ageTemporaryFolders(home: string): void {
  const folder = path.join(home, "tmp");
  for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), 0, 0);
}

/** Lets this process put its temporary files where the killed runs put theirs. */
async function withTemporary<T>(home: string, work: () => Promise<T>): Promise<T> {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = path.join(home, "tmp");
  try {
    return await work();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

/** Completes the killed run, and compares the result with the undisturbed run. */
async function assertCompletes(home: string, about: string): Promise<void> {
  const stateDir = path.join(home, "state");
  const days = daysAfterNextRun(planOf(stateDir));
  ageTemporaryFolders(home);

  const { exitCode, err } = await withTemporary(home, () => run(["run", "--state", stateDir], { home }));

  assert.is(exitCode, 0, `${about}: ${err}`);
  assert.equal(
    err.split("\n").filter((line) => line.startsWith("!")),
    [],
    about,
  );
  await assertLeft(stateDir, expected.get(days)!, about);
  assert.equal(await processesLeft(home), [], about);
  assert.equal(
    readdirSync(path.join(home, "tmp")).filter((name) => name.startsWith("playlake-")),
    [],
    `${about}: no temporary folder is left`,
  );
}

async function inHome(work: (home: string) => Promise<void>, makeHome = homeFolder): Promise<void> {
  const { folder, remove } = makeHome();
  const home = realpathSync(folder);
  mkdirSync(path.join(home, "tmp"));
  try {
    await work(home);
  } finally {
    remove();
  }
}

for (const [index, [moment, isThere]] of moments.slice(0, moments.length / 2).entries()) {
  // The run that completes a killed one is killed too, at a moment of the other half.
  const [later, isLater] = moments[index + moments.length / 2]!;
  // The first kill comes before the program's result is kept.
  const makeHome = index === 0 ? temporaryFolder : homeFolder;
  test(`${moment}, then ${later}`, () =>
    inHome(async (home) => {
      await runAndKill(home, isThere);
      await runAndKill(home, isLater);
      await assertCompletes(home, `${moment}, ${later}`);
    }, makeHome));
}

const seeds = (process.env.KILL_SEEDS ?? "1,2").split(",").map(Number);

for (const seed of seeds) {
  test(`killed twice at moments of seed ${seed}`, () =>
    inHome(async (home) => {
      const next = randomFrom(seed);
      for (let kills = 0; kills < 2; kills += 1) {
        // From the planned days to about the end of the third one.
        const delayMs = Math.floor(next() * 2500);
        let plannedMs: number | undefined;
        await runAndKill(home, ({ progress }) => {
          if (progress().includes("functions as child processes")) plannedMs ??= Date.now();
          return plannedMs !== undefined && Date.now() - plannedMs >= delayMs;
        });
      }
      await assertCompletes(home, `seed ${seed}`);
    }));
}

if (!canSeeProcesses)
  console.log("pipeline/kill: this machine does not show where processes stand, so none is counted");

test.run();
