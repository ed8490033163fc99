import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Every file below a folder, by its path, with the hash of its bytes. */
export function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  return Object.fromEntries(
    names.map((name) => [path.relative(folder, name), createHash("sha256").update(readFileSync(name)).digest("hex")]),
  );
}

/** The lake's files of a state folder. */
export function lakeFiles(stateDir: string): Record<string, string> {
  return filesOf(path.join(stateDir, "buckets", "playlake-lake"));
}

/** Whether a process has locked a state folder, or was killed while it had. */
export function isLocked(stateDir: string): boolean {
  return existsSync(stateDir) && readdirSync(stateDir).some((name) => name.startsWith("lock-"));
}
