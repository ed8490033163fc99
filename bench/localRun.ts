// The local run from nothing to the first SQL answers, by phase, as the command line prints it.
import { spawn } from "node:child_process";
import path from "node:path";
import { withFolder } from "./folder";
import { ratiosOf, runProcess, showRatio, spreadOf } from "./measure";
import { type BenchTable, printTable } from "./table";

const command = path.join(__dirname, "..", "bin", "playlake.js");
const packagesStart = path.join(__dirname, "processes", "packagesStart.js");
const goalSeconds = 8;

/** Seconds by phase. */
type Phases = Readonly<Record<string, number>>;

/** Runs the samples' first three days once. @throws with its output if it failed */
function timeRun(): Promise<Phases> {
  return withFolder(async (stateDir) => {
    const startedMs = performance.now();
    const output = await runPlaylake(["run", "--state", stateDir]);
    const wholeSeconds = (performance.now() - startedMs) / 1000;
    return phasesOf(output, wholeSeconds);
  });
}

function runPlaylake(words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...words], { stdio: ["ignore", "ignore", "pipe"] });
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(output))));
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
  const floorSeconds: number[] = [];
  for (let round = 0; round < (isQuick ? 1 : 5); round++) {
    runs.push(await timeRun());
    const { ms } = await runProcess<{ ms: number }>(process.execPath, [packagesStart]);
    floorSeconds.push(ms / 1000);
  }
  const rows = Object.keys(runs[0] ?? {}).map((phase) => {
    const { median, least, most } = spreadOf(runs.map((run) => run[phase] ?? 0));
    return [phase, median.toFixed(1), `${least.toFixed(1)}-${most.toFixed(1)}`];
  });
  const wholeSeconds = runs.map((run) => run.whole ?? 0);
  return {
    title: "npm start, from nothing to the SQL answers: three simulated days of the samples, seconds",
    columns: ["phase", "median", "range"],
    rows,
    notes: [
      `The whole run over its floor, a process that loads the same packages: ${showRatio(ratiosOf(wholeSeconds, floorSeconds))}.`,
      "npm's own start is not included. The disk cache is not cleared.",
    ],
    goals: [
      {
        figure: "npm start, to the SQL answers",
        atMost: goalSeconds,
        measured: spreadOf(wholeSeconds).median,
        unit: "s",
      },
    ],
  };
}

if (require.main === module) void benchLocalRun({ isQuick: process.argv.includes("--quick") }).then(printTable);
