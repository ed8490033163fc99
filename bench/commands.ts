// Runs the command line as its users do, and measures it.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { withFolder } from "./folder";

export const project = path.join(__dirname, "..");
const peakTo = path.join(__dirname, "processes", "peakTo.js");

/** What one run of a command cost. */
export interface CommandCost {
  seconds: number;
  peakMiB: number;
  stderr: string;
}

/**
 * Runs `playlake` to its end.
 * @param checkout the folder whose program runs. @default this one
 * @throws with what it wrote, if it fails
 */
export function runCommand(words: readonly string[], checkout = project): Promise<CommandCost> {
  return runNode([path.join(checkout, "bin", "playlake.js"), ...words], checkout);
}

/** The same for any script or option of Node. */
export function runNode(args: readonly string[], cwd = project): Promise<CommandCost> {
  return withFolder(async (folder) => {
    const peakFile = path.join(folder, "peak");
    const begun = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ["--require", peakTo, ...args], {
      cwd,
      encoding: "utf8",
      env: { ...process.env, BENCH_PEAK: peakFile },
      // An answer can be longer than the buffer that spawnSync keeps.
      stdio: ["ignore", "ignore", "pipe"],
    });
    const seconds = (performance.now() - begun) / 1000;
    if (status !== 0) throw new Error(`${args.join(" ")}: ${stderr}`);
    return { seconds, peakMiB: Number(readFileSync(peakFile, "utf8")) / 1024, stderr };
  });
}
