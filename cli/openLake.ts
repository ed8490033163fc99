// Opens the lake that a command line names: in a state folder of this machine, or in a deployed stack.
import path from "node:path";
import type { Lake, LakeSql, Progress } from "../lake";
import type { LocalLake, LocalLakeOptions } from "../lake/local";
import { chooseSource, playlistIds, type Source, sourceForWork } from "../lake/local/source";
import { lastState, openState, readOrigin, type State, stateRoot } from "../lake/local/state";
import { type OptionValues, readConfig, statePath, type Terminal, text, texts, wrongUse } from "./command";

/** A command and what it was called with. */
export interface Call {
  /** The command's name. */
  readonly command: string;
  readonly values: OptionValues;
  readonly terminal: Terminal;
  /** Options that do not go with `--stack`, each with the reason or ""; `format parquet` stands for that value. @default config and state */
  readonly localOptions?: Readonly<Record<string, string>>;
}

/**
 * Opens the lake that the options name and lets go of it. No function runs that reads Spotify, unless `readsSpotify` is set.
 * @throws one line: no such stack or lake, another process works there
 */
export async function withLake<T>(
  call: Call & { readonly progress: Progress; readonly readsSpotify?: boolean },
  work: (lake: Lake) => Promise<T>,
): Promise<T> {
  const { values, terminal, progress, readsSpotify = false } = call;
  const stack = stackName(call);
  if (stack !== undefined) return withStackLake(stack, terminal, work);
  const config = readConfig(texts(values, "config"));
  const stateDir = askedState(values, terminal);
  const origin = readOrigin(stateDir);
  if (origin === undefined) throw new Error(`${stateDir} holds no lake: nothing has run there yet`);
  const source = await sourceForWork(origin, readsSpotify, terminal.env);
  return withLocalLake({ source, state: await openState(stateDir), config, host: terminal }, progress, work);
}

/**
 * Opens the lake that a run is for, and makes its state folder if there is none.
 * @param playlists that are named
 * @throws as `withLake`; wrong use if playlists are named that cannot be read
 */
export async function withLakeToRun<T>(
  call: Call & { readonly progress: Progress; readonly playlists: readonly string[] },
  work: (lake: Lake) => Promise<T>,
): Promise<T> {
  const { values, terminal, progress, playlists } = call;
  const say = (line: string) => values.quiet !== true && terminal.err(line);
  const stack = stackName(call);
  if (stack !== undefined) {
    say(`Playlake in the stack ${stack}.\n`);
    return withStackLake(stack, terminal, work);
  }
  const config = readConfig(texts(values, "config"));
  const from = text(values, "from");
  const empty = ["from", "state"].find((name) => text(values, name) === "");
  if (empty !== undefined) throw wrongUse(`run: --${empty} is empty`);
  const root = stateRoot(terminal.home);
  const given = statePath(values, terminal);
  const source = await chooseSource({
    from: from === undefined ? undefined : path.resolve(terminal.directory, from),
    playlists,
    env: terminal.env,
    remembered: readOrigin(given ?? path.join(root, "spotify")),
  });
  const state = await openStateOf(source, given ?? path.join(root, source.stateName));
  say(`Playlake on this machine, reading ${source.description}.\n`);
  for (const note of source.notes) progress.warn(note);
  return withLocalLake({ source, state, config, host: terminal }, progress, work);
}

/** Opens the lake that the options name for SQL alone: nothing has to run for it. */
export async function withSql<T>(call: Call, work: (lake: LakeSql) => Promise<T>): Promise<T> {
  const stack = stackName({ localOptions: { state: "" }, ...call });
  if (stack !== undefined) return withStackLake(stack, call.terminal, work);
  const stateDir = askedState(call.values, call.terminal);
  const { localSql } = require("../lake/local/sql") as typeof import("../lake/local/sql");
  const lake = localSql(stateDir);
  try {
    await lake.open();
    return await work(lake);
  } finally {
    lake.close();
  }
}

async function withStackLake<T>(name: string, terminal: Terminal, work: (lake: Lake) => Promise<T>): Promise<T> {
  const stack = require("../lake/stack") as typeof import("../lake/stack");
  return stack.withStackLake(name, terminal, work);
}

/** @param options with a state that this process has locked; it is unlocked at the end */
async function withLocalLake<T>(
  options: LocalLakeOptions,
  progress: Progress,
  work: (lake: LocalLake) => Promise<T>,
): Promise<T> {
  const { state, host } = options;
  const { onStop } = host as Terminal;
  const keepLock = onStop(() => state.unlock());
  try {
    // Pulumi and its provider take a second to load: not before the state is this process's.
    const { openLocalLake } = require("../lake/local") as typeof import("../lake/local");
    const lake = await progress.step(
      "program",
      () => openLocalLake(options),
      ({ description }) => description,
    );
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

async function openStateOf(source: Source, folder: string): Promise<State> {
  const state = await openState(folder);
  const origin = readOrigin(folder);
  if (origin !== undefined && origin.source !== source.origin) {
    state.unlock();
    throw new Error(`${folder} holds the history of ${origin.source}; keep this one elsewhere with --state DIR`);
  }
  state.saveOrigin({ source: source.origin, playlists: playlistIds(source.playlists) });
  return state;
}

/** The state folder that the command line names, or that of the last run. */
function askedState(values: OptionValues, terminal: Terminal): string {
  const last = statePath(values, terminal) ?? lastState(stateRoot(terminal.home));
  if (last === undefined) throw new Error("there is no lake yet; make one with: npm start");
  return last;
}

/**
 * The stack that `--stack` names; undefined if the command is for this machine.
 * @throws wrong use if an option is given too that only this machine knows
 */
export function stackName({ command, values, localOptions = { config: "", state: "" } }: Omit<Call, "terminal">) {
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
 * Keeps a command from finishing what a killed run left: the extractor would go on reading Spotify.
 * @throws one line if there is such a run
 */
export function refuseWaitingRun(lake: Lake): void {
  if (!lake.waitingEvents().some(({ isRun }) => isRun)) return;
  throw new Error(`${lake.title} holds a run that was killed: complete it first, with playlake run`);
}
