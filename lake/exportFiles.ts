import { createHash } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { replaceFileBy } from "../emulator/files";

/** An unfinished file's name holds the machine and the process that writes it. */
const leftName = /^\.playlake-export-([0-9a-f]{8})-(\d+)-/;
const thisMachine = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
/** Another machine's or container's processes cannot be seen. Its files that nothing has written for so long are left over. */
const abandonedMs = 24 * 60 * 60 * 1000;

/**
 * Writes an exported file, which gets its name when it is whole.
 * @param write writes the whole content to the given path
 */
export async function writeExport(file: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  const name = `.playlake-export-${thisMachine}-${process.pid}-${path.basename(file)}`;
  await replaceFileBy(file, write, path.join(path.dirname(file), name));
}

/**
 * Removes the unfinished files of killed exports, whatever they exported.
 * @param isStopping whether this process's own are left, too. @default false
 */
export function removeLeftExports(folder: string, isStopping = false): void {
  for (const name of readdirSync(folder)) {
    const [, machine, pid] = leftName.exec(name) ?? [];
    if (pid === undefined) continue;
    const file = path.join(folder, name);
    const isOwn = machine === thisMachine && Number(pid) === process.pid;
    const isLeft = isOwn ? isStopping : machine === thisMachine ? !isAlive(Number(pid)) : isAbandoned(file);
    if (isLeft) rmSync(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process of another user is alive, too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function isAbandoned(file: string): boolean {
  const { mtimeMs = Date.now() } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return Date.now() - mtimeMs > abandonedMs;
}
