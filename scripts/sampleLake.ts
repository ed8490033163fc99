// Lakes with some days of the samples, for what docs/ and the site show of them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { simulateAll } from "../bench/countedRun";
import { openTestPipeline, sampleSource } from "../test/support/pipeline/pipelines";
import { run } from "../test/support/terminal";

/** The stored days of the lake that commands are asked about. */
export const sampleDays = 6;

/** @param missed days that are not stored, counted from 0 */
async function simulate(stateDir: string, days: number, missed: readonly number[] = []): Promise<void> {
  const pipeline = await openTestPipeline({ source: await sampleSource(), stateDir });
  try {
    await simulateAll(
      pipeline,
      pipeline.runsAfter(undefined, days).filter((_, day) => !missed.includes(day)),
    );
  } finally {
    await pipeline.close();
  }
}

/** What a command prints about a lake. @throws what it prints to standard error if it fails */
async function ask(stateDir: string, words: readonly string[]): Promise<string> {
  const { exitCode, out, err } = await run([...words, "--state", stateDir], { home: stateDir });
  if (exitCode !== 0) throw new Error(err);
  return out;
}

let lake: Promise<string> | undefined;

async function makeLake(): Promise<string> {
  const stateDir = mkdtempSync(path.join(tmpdir(), "playlake-samples-"));
  process.on("exit", () => rmSync(stateDir, { recursive: true, force: true }));
  await simulate(stateDir, sampleDays);
  return stateDir;
}

/** What a command prints about the samples. The first call makes the lake; it is removed when the process ends. */
export async function aboutSamples(...words: string[]): Promise<string> {
  lake ??= makeLake();
  return (await ask(await lake, words)).trimEnd();
}

/**
 * Writes what `playlake report` makes of some days of the samples. One is missed, as in real histories.
 * @param file its absolute path
 * @param days @default a month
 */
export async function writeSampleReport(file: string, days = 28): Promise<void> {
  const stateDir = mkdtempSync(path.join(tmpdir(), "playlake-report-"));
  try {
    await simulate(stateDir, days, [Math.min(11, days - 2)]);
    await ask(stateDir, ["report", "--quiet", "--out", file]);
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}
