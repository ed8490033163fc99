// Runs the tests in processes side by side, and shows what each said when it has ended: `test.ts fast`, `test.ts full`.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

const project = path.join(__dirname, "..");
const testFolder = path.join(project, "test");

/** The rooms of one half of the fast tests; files in one process share what they load and the programs that they run. */
const firstHalf = "components|docs|pipeline|policy|queries|scripts|transforms";
/** The long ones that take longest; begun first, they don't keep one process busy when the others are done. */
const longest = ["examples/installed", "spotify/schedules", "queries/year"];

/** Patterns of files, one a process. */
function patterns(kind: string | undefined): string[] {
  if (kind === "fast") return [`^(${firstHalf})/.*\\.test\\.ts$`, `^(?!(${firstHalf})/).*\\.test\\.ts$`];
  if (kind !== "full") throw new Error(`got ${kind}, expected fast or full`);
  const names = readdirSync(testFolder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".full.ts"))
    .map((name) => name.slice(0, -".full.ts".length))
    .sort((a, b) => longest.indexOf(b) - longest.indexOf(a) || (a < b ? -1 : 1));
  return names.map((name) => `^${name}\\.full\\.ts$`);
}

const preloaded = ["register.js", "failingHooks.ts"].map((name) => path.join(__dirname, name));
const uvu = [path.join(project, "node_modules", "uvu", "bin.js"), ...preloaded.flatMap((name) => ["-r", name]), "test"];

/** Runs the files of a pattern; false where one of their tests failed or none was there. */
async function pass(pattern: string): Promise<boolean> {
  const start = Date.now();
  const child = spawn(process.execPath, [...uvu, pattern], { cwd: project });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => said.push(chunk));
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const text = Buffer.concat(said).toString();
  const plain = stripVTControlCharacters(text);
  const [total = 0, passed = 0, skipped = 0] = ["Total", "Passed", "Skipped"].map((name) =>
    Number(new RegExp(`^ *${name}: +(\\d+)$`, "m").exec(plain)?.[1] ?? 0),
  );
  // Where a suite's own preparation throws, uvu leaves its tests out and exits with 0.
  const isGood = exitCode === 0 && passed === total && total + skipped > 0;
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(`${text.trimEnd()}\n${isGood ? "passed" : "FAILED"} in ${seconds} s: ${pattern}\n`);
  return isGood;
}

async function main(): Promise<void> {
  const waiting = patterns(process.argv[2]);
  const work = async () => {
    for (let pattern = waiting.shift(); pattern !== undefined; pattern = waiting.shift()) {
      if (!(await pass(pattern))) process.exitCode = 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

void main();
