import { execFile } from "node:child_process";
import type { Terminal } from "../../cli/command";

/** What the commands know of a deployed stack: the outputs of `index.ts`. */
export interface StackOutputs {
  readonly rawBucket: string;
  readonly lakeBucket: string;
  readonly resultsBucket: string;
  readonly extractFunction: string;
  readonly transformFunction: string;
  /** Names of schedules; `crawl` is absent where the catalog needs none, `compact` where there is no compact copy. */
  readonly schedules: {
    readonly run: string;
    readonly crawl?: string;
    readonly compact?: string;
    readonly timezone: string;
  };
  readonly tokenParameterArn: string;
  readonly appParameterArn: string;
  readonly database: string;
  readonly workgroup: string;
  /** Absent if there is no crawler. */
  readonly crawler?: string;
  /** Addresses of the queues; `crawlSchedule` is absent without a crawler, `compactSchedule` without a copy. */
  readonly failureQueues: {
    readonly extract: string;
    readonly runSchedule: string;
    readonly transform: string;
    readonly crawlSchedule?: string;
    readonly compactSchedule?: string;
  };
}

const needed = [
  ...["rawBucket", "lakeBucket", "resultsBucket", "extractFunction", "transformFunction", "schedules"],
  ...["appParameterArn", "tokenParameterArn", "database", "workgroup", "failureQueues"],
] as const;

/** Those that are objects; the others are texts. What is neither comes from another program's stack. */
const groups: readonly string[] = ["schedules", "failureQueues"];

/** How a child process ended. */
interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code, or why it could not be started. */
  readonly code: number | string;
}

function runProgram(program: string, words: readonly string[], terminal: Terminal): Promise<Ended> {
  const options = { cwd: terminal.directory, env: { ...terminal.env, PULUMI_SKIP_UPDATE_CHECK: "true" } };
  return new Promise((resolve) => {
    const child = execFile(program, words, options, (error, stdout, stderr) =>
      resolve({ stdout, stderr, code: error === null ? 0 : (error.code ?? "killed") }),
    );
    // Pulumi asks for a passphrase where it can; here it says what is missing instead.
    child.stdin?.end();
  });
}

/** Runs Pulumi's CLI in the current folder. */
export async function runPulumi(words: readonly string[], terminal: Terminal): Promise<Ended> {
  const ended = await runProgram("pulumi", words, terminal);
  if (ended.code !== "ENOENT") return ended;
  // The CLI as npm's package, where it was used before; nothing is downloaded unasked.
  const byNpx = await runProgram("npx", ["--no", "--", "pulumi", ...words], terminal);
  if (byNpx.code === "ENOENT" || /npx canceled|ENOTCACHED|could not determine executable/.test(byNpx.stderr)) {
    throw new Error("--stack needs Pulumi's CLI on the PATH: see https://www.pulumi.com/docs/install/");
  }
  return byNpx;
}

/** The line of Pulumi's that says what went wrong. */
function reasonOf({ stdout, stderr, code }: Ended): string {
  const lines = `${stderr}\n${stdout}`.split("\n").map((line) => line.trim());
  const line = lines.find((one) => one.startsWith("error: ")) ?? lines.find((one) => one !== "");
  return line?.replace(/^error: /, "") ?? `it ended with ${code}`;
}

/**
 * The outputs of a stack, asked from Pulumi in the current folder.
 * @throws one line: no CLI, no such stack, not deployed yet
 */
export async function readOutputs(name: string, terminal: Terminal): Promise<StackOutputs> {
  const words = ["stack", "output", "--json", "--non-interactive", "--stack", name];
  const ended = await runPulumi(words, terminal);
  if (ended.code !== 0) throw new Error(`stack ${name}: pulumi stack output: ${reasonOf(ended)}`);
  const outputs = parseOutputs(name, ended.stdout);
  const missing = needed.filter((key) => typeof outputs[key] !== (groups.includes(key) ? "object" : "string"));
  if (missing.length === needed.length) {
    throw new Error(`stack ${name} has no outputs: it is not deployed yet; run pulumi up --stack ${name}`);
  }
  if (missing.length > 0) {
    const what = missing.join(", ");
    throw new Error(`stack ${name} lacks the outputs ${what}: bring it up to date with pulumi up --stack ${name}`);
  }
  return outputs as unknown as StackOutputs;
}

function parseOutputs(name: string, stdout: string): Record<string, unknown> {
  try {
    const outputs: unknown = JSON.parse(stdout);
    if (typeof outputs === "object" && outputs !== null) return withoutNulls(outputs);
  } catch {
    // Told below, as for any other answer.
  }
  throw new Error(`stack ${name}: pulumi stack output --json printed no JSON object`);
}

function withoutNulls(outputs: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== null));
}
