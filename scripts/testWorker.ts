// Runs test files one after another in this process, as its parent (test.ts) names them. Argument: the text that starts
// the line with a file's result.

/** The function that uvu queues for a suite's `run()`: it runs the tests and prints their outcome. */
type RunSuite = () => Promise<[errors: string | true, passed: number, skipped: number, total: number]>;

/** The result of a file. */
export interface FileResult {
  total: number;
  passed: number;
  skipped: number;
  /** Processor time of this process, without the processes that tests start. */
  cpuSeconds: number;
}

/** Test names are shorter, so that a line of output holds one. */
const nameLimit = 80;

const [, , resultMark = ""] = process.argv;
// Read by uvu when it is loaded: suites are queued for this program.
Object.assign(globalThis, { UVU_DEFER: 1, UVU_INDEX: 0, UVU_QUEUE: [] });
require("./failingHooks");
// As in the program's own process.
require("../lake/local/programChild").lightenPulumi();
const uvu = require("uvu") as typeof import("uvu");
const { suite } = uvu;
Object.assign(uvu, {
  suite(...options: Parameters<typeof suite>) {
    const test = suite(...options);
    const add: typeof test = Object.assign((...[name, run]: Parameters<typeof test>) => {
      if (name.length >= nameLimit) throw new Error(`a test's name has ${name.length} characters, at most 79: ${name}`);
      test(name, run);
    }, test);
    return add;
  },
});

async function runFile(file: string): Promise<FileResult> {
  const before = process.cpuUsage();
  const suites: RunSuite[] = [];
  // uvu keeps a reference to its list of files.
  (globalThis as unknown as { UVU_QUEUE: RunSuite[][] }).UVU_QUEUE.splice(0, 1, suites);
  const result = { total: 0, passed: 0, skipped: 0 };
  require(file);
  for (const runSuite of suites) {
    const [errors, passed, skipped, total] = await runSuite();
    if (errors !== true) process.stdout.write(`\n${errors}\n`);
    result.total += total;
    result.passed += passed;
    result.skipped += skipped;
  }
  const { user, system } = process.cpuUsage(before);
  return { ...result, cpuSeconds: (user + system) / 1e6 };
}

process.on("message", async (file: string) => {
  const result = await runFile(file);
  process.stdout.write(`${resultMark}${JSON.stringify(result)}\n`);
});
