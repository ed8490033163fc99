// Measures how long `npm test` takes, and checks that it passes.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { type BenchTable, printTable } from "./table";

const project = path.join(__dirname, "..");
const goalSeconds = 90;

/** The table of the tests' time. @throws if a test fails */
export async function benchTestRun(): Promise<BenchTable> {
  const startedMs = performance.now();
  const { status, stdout } = spawnSync("npm test", { cwd: project, encoding: "utf8", shell: true });
  if (status !== 0) throw new Error(`npm test failed: ${stdout.slice(-2000)}`);
  const measured = (performance.now() - startedMs) / 1000;
  const goals = [{ figure: "npm test", atMost: goalSeconds, measured, unit: "s" as const }];
  return {
    title: "npm test: types, lint and the fast tests",
    columns: ["command", "seconds"],
    rows: [["npm test", measured.toFixed(0)]],
    notes: ["One run."],
    goals,
  };
}

if (require.main === module) void benchTestRun().then(printTable);
