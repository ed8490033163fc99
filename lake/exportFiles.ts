import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { diskError, replaceFile, replaceFileBy } from "../emulator/files";

/** An unfinished file's name holds the machine and the process that writes it. */
const leftName = /^\.playlake-export-([0-9a-f]{8})-(\d+)-/;
const thisMachine = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
/** Another machine's or container's processes cannot be seen. Its files that nothing has written for so long are left over. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** The path at which this process writes a file of the user's until it is whole. */
function unfinishedOf(file: string): string {
  // The end of the name is enough, and the longest name has 255 bytes.
  const name = `.playlake-export-${thisMachine}-${process.pid}-${path.basename(file).slice(-60)}`;
  return path.join(path.dirname(file), name);
}

/** The path of a file's content: a symbolic link's target, so that the link stays. */
export function targetOf(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
}

/** Errors of a folder that cannot get a file, or of a path that is mounted alone: the file itself can be writable. */
const onlyInPlace = ["EACCES", "EPERM", "EROFS", "EBUSY"];

/**
 * Writes a file at the path that `--out` names. An existing file keeps its content until the new one is whole, except if
 * nothing can be renamed to it, such as to a pipe.
 * @throws one line that names the file
 */
export function writeOut(file: string, content: string | Uint8Array): void {
  try {
    const old = statSync(file, { throwIfNoEntry: false });
    const isInPlace = old === undefined ? isLink(file) : !old.isFile();
    if (isInPlace) return void writeFileSync(file, content);
    if (old !== undefined) accessSync(file, constants.W_OK);
    try {
      replaceFile(targetOf(file), content, old && old.mode & 0o777, unfinishedOf(targetOf(file)));
    } catch (error) {
      if (old === undefined || !onlyInPlace.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
      writeFileSync(file, content);
    }
  } catch (error) {
    const { code, message } = diskError((error as Error).cause ?? error, file) as NodeJS.ErrnoException;
    const reason = message.startsWith(`${file}: `) ? message : `${file} cannot be written (${code})`;
    throw Object.assign(new Error(`${reason}; choose another --out`), { code });
  }
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/**
 * Writes an exported file, which gets its name when it is whole.
 * @param write writes the whole content to the given path
 */
export async function writeExport(file: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  await replaceFileBy(file, write, unfinishedOf(file));
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
