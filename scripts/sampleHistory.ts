// A lake with some days of the samples, for pages that show answers.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const command = path.join(__dirname, "..", "bin", "playlake.js");
/** The first run simulates three days, each further one another day. */
const runs = 4;

/** The stored days of the lake. */
export const sampleDays = runs + 2;

let folder: string | undefined;

function playlake(state: string, words: readonly string[]): string {
  return execFileSync(process.execPath, [command, ...words, "--state", state], {
    encoding: "utf8",
    cwd: state,
    env: { ...process.env, NO_COLOR: "1" },
    // What is beside the answers is not part of a page.
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** What a command prints about the samples. The first call makes the lake; it is removed when the process ends. */
export function aboutSamples(...words: string[]): string {
  if (folder === undefined) {
    const state = mkdtempSync(path.join(tmpdir(), "playlake-samples-"));
    process.on("exit", () => rmSync(state, { recursive: true, force: true }));
    for (let run = 0; run < runs; run += 1) playlake(state, ["run", "--quiet"]);
    folder = state;
  }
  return playlake(folder, words).trimEnd();
}
