import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../../emulator/files";
import { isAlive } from "../../emulator/processes";

/** The simulated days that a run has taken on, from its start to its end: the next run completes those of a killed one. */
export interface Plan {
  /** The instants of the daily runs, ISO 8601. */
  readonly runs: readonly string[];
  readonly isComplete: boolean;
}

/** What a state folder is of. */
export interface Origin {
  /** `sample`, `spotify` or the absolute path that the stand-in serves. */
  readonly source: string;
  /** The playlists of the last run, by id. */
  readonly playlists: readonly string[];
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    if (error instanceof SyntaxError) throw new Error(`${file} is damaged (${error.message}); delete it and run again`);
    throw error;
  }
}

/** Written beside and renamed: a killed process leaves the old text or the new one, never a half. */
function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(value, null, 2));
  renameSync(`${file}.new`, file);
}

/** Takes the folder for this process; a lock that a killed process left is taken over. */
function lock(file: string): void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const pid = Number(readFileSync(file, "utf8"));
    if (pid > 0 && isAlive(pid)) {
      throw new Error(`process ${pid} is working in ${path.dirname(file)}; wait for it or give another --state`);
    }
    rmSync(file, { force: true });
  }
}

/** The folder that holds everything of one local lake. */
export interface State {
  readonly directory: string;
  plan(): Plan | undefined;
  savePlan(plan: Plan): void;
  saveOrigin(origin: Origin): void;
  unlock(): void;
}

/**
 * Opens a state folder for a run, and makes it where it is not there.
 * @throws where the folder can't be used, or another process works in it.
 */
export function openState(directory: string): State {
  const file = (name: string) => path.join(directory, name);
  try {
    makeFolder(directory);
    lock(file("lock"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Error(`the state folder ${directory} can't be used (${code}); give another with --state`);
  }
  return {
    directory,
    plan: () => readJson<Plan>(file("plan.json")),
    savePlan: (plan) => writeJson(file("plan.json"), plan),
    saveOrigin: (origin) => writeJson(file("origin.json"), origin),
    unlock: () => rmSync(file("lock"), { force: true }),
  };
}

/** What a state folder is of; undefined where there is none yet. */
export function readOrigin(directory: string): Origin | undefined {
  return readJson<Origin>(path.join(directory, "origin.json"));
}

/** The folder under which runs keep their states, unless `--state` says otherwise. */
export function stateRoot(directory: string): string {
  return path.join(directory, ".playlake");
}

/** Remembers which state the last run worked in, for the commands that ask it. */
export function rememberLast(root: string, directory: string): void {
  makeFolder(root);
  writeJson(path.join(root, "last.json"), { directory });
}

/** The state folder of the last run; undefined where there was none. */
export function lastState(root: string): string | undefined {
  return readJson<{ directory: string }>(path.join(root, "last.json"))?.directory;
}
