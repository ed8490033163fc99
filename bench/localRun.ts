// The local run from nothing to the first SQL answers, by phase, as the command line prints it.
import { symlinkSync } from "node:fs";
import path from "node:path";
import { copyCheckout } from "../scripts/checkout";
import { project, runCommand } from "./commands";
import { withFolder } from "./folder";
import { ratiosOf, runProcess, showRatio, spreadOf } from "./measure";
import { type BenchTable, type Goal, printTable } from "./table";

const packagesStart = path.join(__dirname, "processes", "packagesStart.js");

/** Seconds by phase. */
type Phases = Readonly<Record<string, number>>;

/**
 * Runs the samples' first three days in a new state, then the second `npm start` on the same machine: the next day in that
 * state. Then a command that finds nothing to do.
 */
function timeRun(): Promise<{ phases: Phases; second: number; opening: number }> {
  return withFolder(async (folder) => {
    const stateDir = path.join(folder, "state");
    const run = () => runCommand(["run", "--sample", "--state", stateDir]);
    const { seconds, stderr } = await run();
    const second = (await run()).seconds;
    const opening = (await runCommand(["redrive", "--state", stateDir])).seconds;
    return { phases: phasesOf(stderr, seconds), second, opening };
  });
}

/** The seconds of the first run after an install: nothing is transpiled yet, and the program has not run. */
function timeFirstRun(): Promise<number> {
  return withFolder(async (folder) => {
    const checkout = path.join(folder, "checkout");
    copyCheckout(checkout);
    symlinkSync(path.join(project, "node_modules"), path.join(checkout, "node_modules"), "dir");
    return (await runCommand(["run", "--sample", "--state", path.join(folder, "state")], checkout)).seconds;
  });
}

/** Reads the steps' lines: `  program      143 resources, ...  (3.7 s)`. */
function phasesOf(output: string, whole: number): Phases {
  const steps = [...output.matchAll(/^ {2}(\S+) +.*\((\d+\.\d) s\)$/gm)].map(([, label = "", seconds]) => ({
    label,
    seconds: Number(seconds),
  }));
  const sum = (isWanted: (label: string) => boolean) =>
    steps.filter(({ label }) => isWanted(label)).reduce((total, { seconds }) => total + seconds, 0);
  const isDay = (label: string) => /^\d{4}-\d\d-\d\d$/.test(label);
  const [firstDay] = steps.filter(({ label }) => isDay(label));
  if (firstDay === undefined) throw new Error(`no day in the run's output: ${output}`);
  const known = sum(() => true);
  return {
    "program and local AWS": sum((label) => label === "program"),
    "the first day": firstDay.seconds,
    "the two days after it": sum(isDay) - firstDay.seconds,
    "alarms and answers": sum((label) => label === "alarms" || label === "answers"),
    "Node, modules, folders, closing": whole - known,
    whole,
  };
}

/** The table of (f). */
export async function benchLocalRun({ isQuick }: { isQuick: boolean }): Promise<BenchTable> {
  const runs: Phases[] = [];
  const second: number[] = [];
  const opening: number[] = [];
  const first: number[] = [];
  const floor: number[] = [];
  if (!isQuick) await timeRun();
  for (let round = 0; round < (isQuick ? 1 : 5); round++) {
    const run = await timeRun();
    runs.push(run.phases);
    second.push(run.second);
    opening.push(run.opening);
    // It takes as long as the others together. A long test runs it, too.
    if (!isQuick && round < 3) first.push(await timeFirstRun());
    const { ms } = await runProcess<{ ms: number }>(process.execPath, [packagesStart]);
    floor.push(ms / 1000);
  }
  const whole = runs.map((run) => run.whole ?? 0);
  const row = (name: string, seconds: readonly number[]) => {
    const { median, least, most } = spreadOf(seconds);
    return [name, median.toFixed(2), `${least.toFixed(2)}-${most.toFixed(2)}`];
  };
  const goal = (figure: string, atMost: number, seconds: readonly number[]): Goal => {
    return { figure, atMost, measured: spreadOf(seconds).median, unit: "s" };
  };
  const phaseNames = Object.keys(runs[0] ?? {});
  return {
    title: "npm start, from nothing to the SQL answers: three simulated days of the samples, seconds",
    columns: ["phase", "median", "range"],
    rows: [
      ...phaseNames.map((name) =>
        row(
          name,
          runs.map((run) => run[name] ?? 0),
        ),
      ),
      ...(isQuick ? [] : [row("the first run after an install, whole", first)]),
      row("the second npm start, in the same state: one more day", second),
      row("redrive without failed calls: what opening a lake takes", opening),
    ],
    notes: [
      `The whole run over its floor, a process that loads the same packages: ${showRatio(ratiosOf(whole, floor))}.`,
      "The program is cached, except in the first run after an install. npm's own start is not included.",
    ],
    goals: [
      ...(isQuick ? [] : [goal("npm start, first after an install", 4, first)]),
      goal("npm start, second", 1.5, second),
      goal("import, replay, forget, crawl: up to their own work", 0.5, opening),
    ],
  };
}

if (require.main === module) void benchLocalRun({ isQuick: process.argv.includes("--quick") }).then(printTable);
