import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Whether the machine reports the working directories of processes. */
export const canSeeProcesses = existsSync("/proc/self/cwd");

/** The processes whose working directory is in a folder, removed ones included. */
export function processesIn(folder: string): number[] {
  if (!canSeeProcesses) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return `${readlinkSync(path.join("/proc", pid, "cwd"))}${path.sep}`.startsWith(folder + path.sep);
      } catch {
        // The process has ended or belongs to another user.
        return false;
      }
    })
    .map(Number);
}

/** Waits until no process is in a folder. @returns those that still are after the limit */
export async function processesLeft(folder: string, limitMs = 60_000): Promise<number[]> {
  const endMs = Date.now() + limitMs;
  let left = processesIn(folder);
  while (left.length > 0 && Date.now() < endMs) {
    await sleep(20);
    left = processesIn(folder);
  }
  return left;
}

/** Whether a process is running. A zombie is not. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}
