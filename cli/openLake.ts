// Opens the lake that a command line names: in a local state folder, or in a deployed stack.
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Lake, LakeSql, Progress } from "../lake";
import type { LocalLake, LocalLakeOptions } from "../lake/local";
import { type OwnProgram, ownProgram, packageProject } from "../lake/local/ownProgram";
import { chooseSource, describeOrigin, playlistIds, sourceForWork } from "../lake/local/source";
import { programFor } from "../lake/local/sourceProgram";
import {
  lastState,
  type Origin,
  openState,
  readOrigin,
  rememberLast,
  type State,
  stateRoot,
} from "../lake/local/state";
import { type OptionValues, readConfig, statePath, type Terminal, text, texts, wrongUse } from "./command";
import { requirePackages } from "./packages";

/** A command and its options. */
export interface Call {
  /** The command's name. */
  readonly command: string;
  readonly values: OptionValues;
  readonly terminal: Terminal;
  /** Options that do not go with `--stack`, each with the reason or "". `format parquet` means that value only. @default config and state */
  readonly localOptions?: Readonly<Record<string, string>>;
}

/** Work with an existing lake. */
export interface Work extends Call {
  readonly progress: Progress;
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
  const { values, terminal, progress, readsSpotify = false, makesLake = false } = call;
  const stack = stackName(call);
  requirePackages(call.command, "pipeline", stack === undefined ? "local" : "stack");
  if (stack !== undefined) {
    tellLake(call, "in", `stack ${stack}`);
    return withStackLake(stack, terminal, work);
  }
  const { own, config } = programToRun(values, terminal);
  const stateDir = makesLake ? stateToFill(values, terminal) : askedState(values, terminal);
  const origin = readOrigin(stateDir) ?? (makesLake ? imported : undefined);
  if (origin === undefined) throw new Error(`${stateDir} holds no lake: nothing has run there yet`);
  const source = await sourceForWork(origin, readsSpotify, terminal.env);
  tellLake(call, makesLake ? "into" : "in", shownLake(stateDir, origin, terminal));
  const state = await openState(stateDir);
  if (makesLake && readOrigin(stateDir) === undefined) state.saveOrigin(imported);
  return withLocalLake({ source, state, own, config, host: terminal }, progress, async (lake) => {
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
  call: Call & { readonly progress: Progress; readonly playlists: readonly string[] },
  work: (lake: Lake) => Promise<T>,
): Promise<T> {
  const { values, terminal, progress, playlists } = call;
  const stack = stackName(call);
  requirePackages(call.command, "pipeline", stack === undefined ? "local" : "stack");
  if (stack !== undefined) {
    tellLake(call, "in", `stack ${stack}`);
    return withStackLake(stack, terminal, work);
  }
  const { own, config } = programToRun(values, terminal);
  const from = text(values, "from");
  const empty = ["from", "state"].find((name) => text(values, name) === "");
  if (empty !== undefined) throw wrongUse(`run: --${empty} is empty`);
  const root = stateRoot(terminal.home);
  const given = statePath(values, terminal);
  const last = lastState(root);
  const source = await chooseSource({
    sample: values.sample === true,
    from: from === undefined ? undefined : path.resolve(terminal.directory, from),
    playlists,
    env: terminal.env,
    remembered: readOrigin(given ?? path.join(root, "spotify")),
    ...(last === undefined || given !== undefined ? {} : { last: readOrigin(last) }),
  });
  const stateDir = given ?? path.join(root, source.stateName);
  const origin = { source: source.origin, playlists: playlistIds(source.playlists) };
  const state = await openStateOf(origin, stateDir);
  tellLake(call, "into", shownLake(stateDir, origin, terminal));
  if (source.origin === "spotify" && !origin.playlists.includes("me")) {
    tellLine(call, `${terminal.start("--playlist me")} reads all of your playlists instead`);
  }
  for (const note of source.notes) progress.warn(note);
  return withLocalLake({ source, state, own, config, host: terminal }, progress, work);
}

/** Opens the lake that the options name for SQL only. This does not run the program. */
export async function withSql<T>(call: Call, work: (lake: LakeSql) => Promise<T>): Promise<T> {
  const { values, terminal } = call;
  const stack = stackName({ localOptions: { state: "" }, ...call });
  requirePackages(call.command, "sql", stack === undefined ? "local" : "stack");
  if (stack !== undefined) {
    tellLake(call, "from", `stack ${stack}`);
    return withStackLake(stack, terminal, work);
  }
  const stateDir = askedState(values, terminal);
  const origin = readOrigin(stateDir);
  if (origin !== undefined) tellLake(call, "from", shownLake(stateDir, origin, terminal));
  const { localSql } = require("../lake/local/sql") as typeof import("../lake/local/sql");
  const lake = localSql(stateDir);
  try {
    await lake.open();
    return await work(lake);
  } finally {
    lake.close();
  }
}

/** Names the lake in the first line of a command that reads or writes it. */
function tellLake(call: Call, how: "in" | "into" | "from", lake: string): void {
  tellLine(call, `${how} ${lake}`);
}

function tellLine({ values, terminal }: Call, line: string): void {
  if (values.quiet !== true) terminal.err(`${line}\n`);
}

/** `.playlake/spotify (your playlists)` */
function shownLake(stateDir: string, origin: Origin, { home }: Terminal): string {
  const relative = path.relative(home, stateDir);
  return `${relative.startsWith("..") ? stateDir : relative || "."} (${describeOrigin(origin)})`;
}

/** The origin of a lake that an import makes. */
const imported: Origin = { source: "import", playlists: [] };

/**
 * The state folder for an import without `--state`: the last command's, else that of the user's own playlists, else one for
 * imports. Samples are never mixed with other data.
 */
function stateToFill(values: OptionValues, terminal: Terminal): string {
  const root = stateRoot(terminal.home);
  const given = statePath(values, terminal);
  const isOwn = (folder: string | undefined): folder is string => {
    const origin = folder === undefined ? undefined : readOrigin(folder);
    return origin !== undefined && origin.source !== "sample";
  };
  if (given === undefined) {
    return [lastState(root), path.join(root, "spotify")].find(isOwn) ?? path.join(root, "imported");
  }
  const origin = readOrigin(given);
  if (origin?.source === "sample") {
    throw new Error(`${given} holds the sample playlists, which nothing is mixed with; give another --state`);
  }
  const isForeign =
    origin === undefined && existsSync(given) && statSync(given).isDirectory() && readdirSync(given).length > 0;
  if (isForeign) throw new Error(`${given} is not empty and holds no lake; give another --state`);
  return given;
}

async function withStackLake<T>(name: string, terminal: Terminal, work: (lake: Lake) => Promise<T>): Promise<T> {
  const stack = require("../lake/stack") as typeof import("../lake/stack");
  return stack.withStackLake(name, terminal, work);
}

/** The program that a local lake is run with, and its config. */
function programToRun(
  values: OptionValues,
  terminal: Terminal,
): {
  own: OwnProgram | undefined;
  config: Record<string, string>;
} {
  const own = ownProgram(terminal.home);
  return { own, config: readConfig(texts(values, "config"), own?.project ?? packageProject) };
}

/** @param options with a state that this process has locked. It is unlocked at the end. */
async function withLocalLake<T>(
  options: LocalLakeOptions,
  progress: Progress,
  work: (lake: LocalLake) => Promise<T>,
): Promise<T> {
  const { state, host } = options;
  const { onStop } = host as Terminal;
  let keepLock = () => {};
  const open = () => {
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
      .step("program", open, ({ description }) => (options.own ? `${options.own.main}: ${description}` : description))
      .catch((error: Error) => {
        throw ofConfig(error, Object.keys(options.config ?? {}));
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

/** Turns an error about the command line's settings into wrong use. */
function ofConfig(error: Error, keys: readonly string[]): Error {
  return keys.some((key) => error.message.includes(`${key}:`)) ? wrongUse(error.message) : error;
}

/** @throws one line if the folder holds another history. Imports go with any history except the samples. */
async function openStateOf(origin: Origin, folder: string): Promise<State> {
  const before = readOrigin(folder);
  const isSame = before === undefined || before.source === origin.source;
  if (!isSame && (before.source !== "import" || origin.source === "sample")) {
    throw new Error(`${folder} holds ${describeOrigin(before)}; keep this one elsewhere with --state DIR`);
  }
  const state = await openState(folder);
  state.saveOrigin(origin);
  return state;
}

/** The state folder that the command line names, or that of the last run. */
function askedState(values: OptionValues, terminal: Terminal): string {
  const last = statePath(values, terminal) ?? lastState(stateRoot(terminal.home));
  if (last === undefined) throw new Error(`there is no lake yet; make one with: ${terminal.start()}`);
  return last;
}

/**
 * The stack that `--stack` names; undefined for a local lake.
 * @throws wrong use if a local-only option is also given
 */
function stackName({ command, values, localOptions = { config: "", state: "" } }: Omit<Call, "terminal">) {
  const name = text(values, "stack");
  if (name === undefined) return undefined;
  const [other, reason] =
    Object.entries(localOptions).find(([option]) => values[option.split(" ")[0] ?? ""] !== undefined) ?? [];
  if (other !== undefined) {
    throw wrongUse(`${command}: --${other} does not go with --stack${reason ? `: ${reason}` : ""}`);
  }
  if (!/^[\w.-]+(\/[\w.-]+){0,2}$/.test(name) || name.startsWith("-")) {
    throw wrongUse(`--stack: got "${name}", expected a stack's name such as dev`);
  }
  return name;
}

/**
 * Refuses a lake with a killed run: completing that run would read Spotify.
 * @throws one line if there is such a run
 */
export function refuseWaitingRun(lake: Lake): void {
  if (!lake.waitingEvents().some(({ isRun }) => isRun)) return;
  throw new Error(`${lake.title} holds a run that was killed: complete it first, with: npx playlake run`);
}
