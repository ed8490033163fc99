import {
  accessSync,
  closeSync,
  constants,
  type Dirent,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { devNull, tmpdir } from "node:os";
import path from "node:path";

/**
 * Creates a folder and its parents. Node's recursive `mkdir` never returns if an existing folder answers ENOENT for a new
 * subfolder, as /proc does (seen with Node 20).
 * @param mode of the folder itself, if it is new. @default the process's
 * @throws the system's error for the folder that cannot be created
 */
export function makeFolder(folder: string, mode?: number): void {
  const isThere = () => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isThere()) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, mode);
  } catch (error) {
    // Another process can have created it meanwhile.
    if (!isThere()) throw error;
  }
}

/** A folder's entries, sorted by name; none if it does not exist. */
export function entriesOf(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

/** The path at which a file is written until it is whole: hidden from everything that lists the folder. */
function unfinishedOf(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.new`);
}

/**
 * Replaces a file in one step: a killed process leaves the old content or the new, never a part. Creates its folder.
 * @param mode of the file, such as 0o600 for secrets; a new folder can be entered by those who can read it. @default the process's
 * @param unfinished where it is written until it is whole, on the same file system. @default a hidden path beside it
 * @throws one line that names the file
 */
export function replaceFile(
  file: string,
  content: string | Uint8Array,
  mode?: number,
  unfinished = unfinishedOf(file),
): void {
  try {
    makeFolder(path.dirname(file), mode && mode | ((mode & 0o444) >> 2));
    if (mode !== undefined) rmSync(unfinished, { force: true });
    writeFileSync(unfinished, content, { mode });
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw diskError(error, file);
  }
}

/**
 * {@link replaceFile} for a file that something else writes.
 * @param write writes the whole content to the given path
 * @param unfinished that path, in the same folder. @default a hidden one
 */
export async function replaceFileBy(
  file: string,
  write: (unfinished: string) => Promise<void>,
  unfinished = unfinishedOf(file),
): Promise<void> {
  try {
    makeFolder(path.dirname(file));
    rmSync(unfinished, { force: true });
    await write(unfinished);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw diskError(error, file);
  }
}

/**
 * Reads a file of JSON; undefined if there is none.
 * @param repair what to do about a damaged file
 * @throws one line that names the file
 */
export function readJson<T>(file: string, repair = "delete it and run again"): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    if (error instanceof SyntaxError) throw new Error(`${file} is damaged (${error.message}); ${repair}`);
    throw diskError(error, file);
  }
}

/** {@link readJson}; undefined also for a file that is damaged. */
export function readJsonIfWhole<T>(file: string): T | undefined {
  try {
    return readJson<T>(file);
  } catch {
    return undefined;
  }
}

/**
 * The folder for temporary files.
 * @throws one line that names TMPDIR, if it cannot be written
 */
export function temporaryFolder(): string {
  try {
    accessSync(tmpdir(), constants.W_OK | constants.X_OK);
    return realpathSync(tmpdir());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `temporary files cannot be kept in ${tmpdir()} (${code}): set TMPDIR to a folder that you can write to`,
    );
  }
}

/** A run of two functions opens about 65 more files, pipes and connections than a command that has loaded. */
const runHandles = 100;

/**
 * Checks that a run can open its files. With too few, Node would wait for a free one before it takes a function's connection,
 * in a busy loop and without an error, while that function holds the others.
 * @throws one line that names the run's folder
 */
export function checkFileHandles(stateDir: string): void {
  const opened: number[] = [];
  try {
    while (opened.length < runHandles) opened.push(openSync(devNull, "r"));
  } catch (error) {
    throw diskError(error, stateDir);
  } finally {
    for (const handle of opened) closeSync(handle);
  }
}

const diskFaults: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EMFILE: "too many open files; raise the limit (ulimit -n)",
  ENFILE: "too many open files on this machine",
  EIO: "the disk reports an error",
};

/** The system's texts in errors without a code: DuckDB's. */
const uncoded: readonly (readonly [text: string, code: string])[] = [
  ["No space left on device", "ENOSPC"],
  ["Disk quota exceeded", "EDQUOT"],
];

/** An error of the disk as one line that names the file; anything else as it is. */
export function diskError(error: unknown, file: string): unknown {
  const { message, code = uncoded.find(([text]) => message.includes(text))?.[1] ?? "" } =
    error as NodeJS.ErrnoException;
  const fault = diskFaults[code];
  return fault === undefined
    ? error
    : Object.assign(new Error(`${file}: ${fault} (${code})`, { cause: error }), { code });
}

export function bucketsFolder(stateDir: string): string {
  return path.join(stateDir, "buckets");
}

/** The messages that this process has stored. */
let storedCount = 0;

/** Stores a message in a file of a folder, where it stays until it is removed. Files are ordered by the machine's time, as the run's clock can stand still. */
export function storeMessage(folder: string, message: { readonly messageId: string }): void {
  const order = `${String(Date.now()).padStart(15, "0")}-${String(storedCount++).padStart(9, "0")}`;
  replaceFile(path.join(folder, `${order}-${message.messageId}.json`), JSON.stringify(message, null, 2));
}

/** A folder's messages, oldest first; none if the folder does not exist. */
export function storedMessages<Message>(folder: string): Message[] {
  // A message can be removed while the others are read.
  return messagesIn(folder).flatMap((name) => readJson<Message>(path.join(folder, name)) ?? []);
}

export function removeMessage(folder: string, messageId: string): void {
  for (const name of messagesIn(folder)) {
    if (name.endsWith(`-${messageId}.json`)) rmSync(path.join(folder, name), { force: true });
  }
}

function messagesIn(folder: string): string[] {
  const names = entriesOf(folder).map(({ name }) => name);
  return names.filter((name) => name.endsWith(".json"));
}
