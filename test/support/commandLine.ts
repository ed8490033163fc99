import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The project's folder. */
export const projectFolder = path.join(__dirname, "..", "..");

/** The result of a run of the command. */
export interface CommandResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  /** The working directory. @default the project's folder */
  cwd?: string;
  /** Variables in addition to the process's own. */
  env?: Record<string, string>;
  input?: string;
  /** The command's file. @default this project's */
  program?: string;
}

/**
 * Starts `playlake` as a user would: in its own process, without a terminal and without a Spotify app in its
 * environment.
 */
export function startPlaylake(words: readonly string[], options: CommandOptions = {}) {
  const { SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET, SPOTIFY_REFRESH_TOKEN, ...env } = process.env;
  return spawn(process.execPath, [options.program ?? path.join(projectFolder, "bin", "playlake.js"), ...words], {
    cwd: options.cwd ?? projectFolder,
    env: { ...env, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Runs `playlake` to its end. */
export async function playlake(words: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const child = startPlaylake(words, options);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.end(options.input ?? "");
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { exitCode, stdout, stderr };
}

/** A temporary folder, and a function that removes it. */
export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), "playlake-test-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Keeps the program's results for tests, which would each run it again. */
export const programsFolder = path.join(projectFolder, ".cache", "testPrograms");

/** A temporary folder as a user's home, and a function that removes it. It is empty but for the program's kept results. */
export function homeFolder(): { folder: string; remove: () => void } {
  const home = temporaryFolder();
  const lakes = path.join(home.folder, ".playlake");
  for (const folder of [programsFolder, lakes]) mkdirSync(folder, { recursive: true });
  symlinkSync(programsFolder, path.join(lakes, "programs"), "dir");
  return home;
}
