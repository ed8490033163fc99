import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What a measured run cost its process. */
export interface Cost {
  ms: number;
  /** Processor time of all the process's threads. */
  cpuMs: number;
  /** The peak memory of the process. */
  peakMiB: number;
}

/** The median, the least and the greatest of some figures. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

const run = promisify(execFile);

/** The flags with which Lambda starts Node for a function with this much memory. */
export function lambdaFlags(memoryMiB: number): string[] {
  const noRequire = "--no-experimental-require-module";
  return [
    ...(process.allowedNodeEnvironmentFlags.has(noRequire) ? [noRequire] : []),
    `--max-old-space-size=${Math.floor(memoryMiB * 0.9)}`,
    `--max-semi-space-size=${Math.floor(memoryMiB * 0.05)}`,
  ];
}

/** Runs a program that prints its result as JSON in its last line. @throws with its output if it fails */
export async function runProcess<T>(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<T> {
  const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...environment };
  const { stdout } = await run(program, args, { env, maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as T;
}

/** Runs each measurement once per round, in turn, so that a temporary slowdown of the machine affects all of them. */
export async function inTurn<Name extends string, T>(
  rounds: number,
  measurements: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(measurements) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) results[name].push(await measurements[name]());
  }
  return results;
}

export function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return { median: at(0.5), least: at(0), most: at(1) };
}

/** Ratios of two figures, round by round, for the rounds that both have. */
export function ratiosOf(of: readonly number[], to: readonly number[]): Spread {
  return spreadOf(of.slice(0, to.length).map((figure, round) => figure / to[round]!));
}

/** Ratios of two measurements, round by round. */
export function ratios(of: readonly Cost[], to: readonly Cost[], figure: keyof Cost): Spread {
  const figuresOf = (costs: readonly Cost[]) => costs.map((cost) => cost[figure]);
  return ratiosOf(figuresOf(of), figuresOf(to));
}

/** `1.35 (1.30-1.42)` */
export function showRatio({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)}-${most.toFixed(2)})`;
}

/** The median of some figures, as a whole number. */
export function showMedian(costs: readonly Cost[], figure: keyof Cost): string {
  return spreadOf(costs.map((cost) => cost[figure])).median.toFixed(0);
}
