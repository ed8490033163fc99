import { existsSync } from "node:fs";
import path from "node:path";
import { makeFolder, readJson, replaceFile } from "../../emulator/files";
import { FolderBusy, lockFolder } from "../../emulator/folderLock";

/** The simulated days that a run has planned. The next run completes those of a killed one. */
export interface Plan {
  /** The instants of the daily runs, ISO 8601. */
  readonly runs: readonly string[];
  readonly isComplete: boolean;
}

/** The origin of a state folder's history. */
export interface Origin {
  /** `sample`, `spotify`, `import`, or the absolute path that the stand-in serves. */
  readonly source: string;
  /** The playlists of the last run, by id. */
  readonly playlists: readonly string[];
}

function writeJson(directory: string, name: string, value: unknown): void {
  replaceFile(path.join(directory, name), JSON.stringify(value, null, 2));
}

/** The folder that holds everything of one local lake, locked by this process. */
export interface State {
  readonly directory: string;
  plan(): Plan | undefined;
  savePlan(plan: Plan): void;
  saveOrigin(origin: Origin): void;
  unlock(): void;
}

/**
 * Opens a state folder for a run, and makes it if there is none.
 * @throws one line if the folder cannot be used, or another process uses it
 */
export async function openState(directory: string): Promise<State> {
  try {
    makeFolder(directory);
    return {
      directory,
      plan: () => readJson<Plan>(path.join(directory, "plan.json")),
      savePlan: (plan) => writeJson(directory, "plan.json", plan),
      saveOrigin: (origin) => writeJson(directory, "origin.json", origin),
      unlock: await lockFolder(directory),
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof FolderBusy) throw new Error(`${message}; wait for it or give another --state`);
    if (code === "EROFS") {
      throw new Error(
        `the state folder ${directory} is on a read-only file system (EROFS); give another, or a copy of it, with --state`,
      );
    }
    if (code === undefined) throw new Error(`${message}; give another folder with --state`);
    throw new Error(`the state folder ${directory} cannot be used (${code}); give another with --state`);
  }
}

/** A state folder's origin; undefined if it has none yet. */
export function readOrigin(directory: string): Origin | undefined {
  return readJson<Origin>(path.join(directory, "origin.json"));
}

/** The parent of the state folders, unless `--state` names another. */
export function stateRoot(directory: string): string {
  return path.join(directory, ".playlake");
}

/** Records the last run's state, for the commands that query it: below the root by its name, so that the root can be moved. */
export function rememberLast(root: string, directory: string): void {
  const relative = path.relative(root, directory);
  writeJson(root, "last.json", { directory: relative.startsWith("..") ? directory : relative });
}

/** The state folder of the last run; undefined if there was none, or it is gone. */
export function lastState(root: string): string | undefined {
  const last = readJson<{ directory: string }>(path.join(root, "last.json"));
  const directory = last === undefined ? undefined : path.resolve(root, last.directory);
  return directory !== undefined && existsSync(directory) ? directory : undefined;
}
