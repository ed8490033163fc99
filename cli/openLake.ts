// Opens the lake that a command line names: in a local state folder, or in a deployed stack.
import path from "node:path";
import { temporaryFolder } from "../emulator/files";
import type { Lake, LakeSql } from "../lake";
import type { LocalLake, LocalLakeOptions } from "../lake/local";
import { ownProgram, packageProject } from "../lake/local/ownProgram";
import { chooseSource, playlistIds, sourceForWork } from "../lake/local/source";
import { programFor } from "../lake/local/sourceProgram";
import { lastState, readOrigin, rememberLast, stateRoot } from "../lake/local/state";
import { type Call, readConfig, statePath, wrongUse } from "./command";
import { requirePackages } from "./packages";
import { askedState, imported, openStateOf, shownLake, stateToFill } from "./stateFolder";

/** A command's work with a lake. */
interface Work extends Call {
  /** Whether functions that read Spotify can run. @default false */
  readonly readsSpotify?: boolean;
  /** Whether to make a lake if there is none. @default false */
  readonly makesLake?: boolean;
}

/**
 * Opens the lake that the options name, and closes it after the work.
 * @throws one line: no such stack or lake, or another process uses it
 */
export async function withLake<T>(call: Work, work: (lake: Lake) => Promise<T>): Promise<T> {
  const { terminal, readsSpotify = false, makesLake = false } = call;
  if (call.text.stack !== undefined) return withStackLake(call, "pipeline", work);
  const { own, config } = programToRun(call);
  const stateDir = makesLake ? stateToFill(call) : askedState(call);
  const origin = readOrigin(stateDir) ?? (makesLake ? imported : undefined);
  if (origin === undefined) throw new Error(`${stateDir} holds no lake: nothing has run there yet`);
  const source = await sourceForWork(origin, readsSpotify, terminal.env);
  tellLine(call, `${makesLake ? "into" : "in"} ${shownLake(stateDir, origin, terminal)}`);
  const state = await openStateOf(origin, stateDir);
  return withLocalLake(call, { source, state, own, config }, async (lake) => {
    const result = await work(lake);
    if (makesLake) rememberLast(stateRoot(terminal.home), stateDir);
    return result;
  });
}

/**
 * Opens the lake that a run is for, and makes its state folder if there is none.
 * @param playlists the named playlists
 * @throws as `withLake`; wrong use if the options leave nothing to read
 */
export async function withLakeToRun<T>(
  call: Call & { readonly playlists: readonly string[] },
  work: (lake: Lake) => Promise<T>,
): Promise<T> {
  const { is, text, terminal, progress, playlists } = call;
  const { stack, from } = text;
  if (stack !== undefined) return withStackLake(call, "pipeline", work, ["sample", "from", "playlist"]);
  const { own, config } = programToRun(call);
  const empty = ["from", "state"].find((name) => text[name] === "");
  if (empty !== undefined) throw wrongUse(`run: --${empty} is empty`);
  const root = stateRoot(terminal.home);
  const given = statePath(call);
  const last = lastState(root);
  const source = await chooseSource({
    sample: is.sample === true,
    from: from === undefined ? undefined : path.resolve(terminal.directory, from),
    playlists,
    env: terminal.env,
    remembered: readOrigin(given ?? path.join(root, "spotify")),
    ...(last === undefined || given !== undefined ? {} : { last: readOrigin(last) }),
  });
  const stateDir = given ?? path.join(root, source.stateName);
  const origin = { source: source.origin, playlists: playlistIds(source.playlists) };
  const state = await openStateOf(origin, stateDir);
  tellLine(call, `into ${shownLake(stateDir, origin, terminal)}`);
  if (source.origin === "spotify" && !origin.playlists.includes("me")) {
    tellLine(call, `${terminal.start("--playlist me")} reads all of your playlists instead`);
  }
  for (const note of source.notes ?? []) progress.warn(note);
  return withLocalLake(call, { source, state, own, config }, work);
}

/** Opens the lake that the options name for SQL only. This does not run the program. */
export async function withSql<T>(call: Call, work: (lake: LakeSql) => Promise<T>): Promise<T> {
  const { terminal } = call;
  if (call.text.stack !== undefined) return withStackLake(call, "sql", work);
  requirePackages(call.command, "sql", "local");
  const stateDir = askedState(call);
  const origin = readOrigin(stateDir);
  if (origin !== undefined) tellLine(call, `from ${shownLake(stateDir, origin, terminal)}`);
  const { localSql } = require("../lake/local/sql") as typeof import("../lake/local/sql");
  const lake = localSql(stateDir);
  try {
    await lake.open();
    return await work(lake);
  } finally {
    lake.close();
  }
}

/** Prints a line below the command, such as the lake that it works in. */
export function tellLine({ is, terminal }: Call, line: string): void {
  if (!is.quiet) terminal.err(`${line}\n`);
}

/**
 * Works with the lake of the stack that `--stack` names.
 * @param needs what the command needs of the optional packages
 * @param localOptions the command's options that do not go with `--stack`
 * @throws wrong use if a local-only option is given, too
 */
function withStackLake<T>(
  call: Call,
  needs: "pipeline" | "sql",
  work: (lake: Lake) => Promise<T>,
  localOptions: readonly string[] = [],
): Promise<T> {
  const { stack: name = "" } = call.text;
  const other = [...localOptions, "config", "state"].find((option) => option in call.text);
  if (other !== undefined) throw wrongUse(`${call.command}: --${other} does not go with --stack`);
  if (!/^[\w.-]+(\/[\w.-]+){0,2}$/.test(name) || name.startsWith("-")) {
    throw wrongUse(`--stack: got "${name}", expected a stack's name such as dev`);
  }
  requirePackages(call.command, needs, "stack");
  tellLine(call, `${needs === "sql" ? "from" : "in"} stack ${name}`);
  const stack = require("../lake/stack") as typeof import("../lake/stack");
  return stack.withStackLake(name, call.terminal, call.command, work);
}

/**
 * The program that a local lake is run with, and its config.
 * @throws one line if a package is not installed; all of them, if the project's are not
 */
function programToRun({ command, texts, terminal }: Call) {
  const own = ownProgram(terminal.home, terminal.env.PULUMI_STACK);
  requirePackages(command, "pipeline", "local");
  return { own, config: readConfig(texts.config ?? [], own?.project ?? packageProject) };
}

/** @param given with a state that this process has locked. It is unlocked at the end. */
async function withLocalLake<T>(
  { progress, terminal: host }: Call,
  given: Omit<LocalLakeOptions, "host">,
  work: (lake: LocalLake) => Promise<T>,
): Promise<T> {
  const options = { ...given, host };
  const { state } = options;
  const { onStop } = host;
  let keepLock = () => {};
  const open = () => {
    // Here, because Pulumi's packages read it as they load, and their error does not name TMPDIR.
    temporaryFolder();
    // The program's process starts before this one loads the emulator: after an install, both compile their modules.
    const program = programFor({ ...options, programsFolder: path.join(stateRoot(host.home), "programs") });
    // An error is thrown where the lake is opened.
    program.catch(() => undefined);
    const { openLocalLake } = require("../lake/local") as typeof import("../lake/local");
    // Not before, so that Ctrl-C works while modules are loaded. A process that has ended holds no lock.
    keepLock = onStop(() => state.unlock());
    return openLocalLake({ ...options, program });
  };
  try {
    const lake = await progress
      .step("program", open, ({ description }) => {
        const { main, stackFile } = options.own ?? {};
        return main === undefined ? description : `${[main, stackFile].filter(Boolean).join(", ")}: ${description}`;
      })
      .catch((error: Error) => {
        // An error about the command line's settings.
        const isWrongUse = Object.keys(options.config ?? {}).some((key) => error.message.includes(`${key}:`));
        throw isWrongUse ? wrongUse(error.message) : error;
      });
    const keepLake = onStop(() => lake.close());
    try {
      return await work(lake);
    } finally {
      keepLake();
      await lake.close();
    }
  } finally {
    keepLock();
    state.unlock();
  }
}

/**
 * Refuses a lake with a killed run: completing that run would read Spotify.
 * @throws one line if there is such a run
 */
export function refuseWaitingRun(lake: Lake): void {
  if (!lake.waitingEvents().some(({ isRun }) => isRun)) return;
  throw new Error(`${lake.title} holds a run that was killed: complete it first, with: npx playlake run`);
}
