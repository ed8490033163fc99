// The report of the sample playlists, for the pictures of docs/ and the site's live demo.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openPipeline } from "../lake/local/pipeline";
import { chooseSource } from "../lake/local/source";

const command = path.join(__dirname, "..", "bin", "playlake.js");
const days = 28;
/** Missing days, as in real histories; counted from 0. */
const missedDay = 11;

/** Simulates the sample's days into a state folder. */
async function simulate(stateDir: string): Promise<void> {
  const source = await chooseSource({ from: undefined, playlists: [], env: {}, remembered: undefined });
  const pipeline = await openPipeline({ source, stateDir });
  try {
    for (const [day, instant] of pipeline.runsAfter(undefined, days).entries()) {
      const { failures } = day === missedDay ? { failures: [] } : await pipeline.simulate(instant);
      if (failures.length > 0) throw new Error(failures[0]);
    }
  } finally {
    await pipeline.close();
  }
}

/** Writes what `playlake report` makes of a month of the samples. @param file its absolute path */
export async function writeSampleReport(file: string): Promise<void> {
  const state = mkdtempSync(path.join(tmpdir(), "playlake-report-"));
  try {
    await simulate(state);
    execFileSync(process.execPath, [command, "report", "--quiet", "--state", state, "--out", file], { stdio: "pipe" });
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}
