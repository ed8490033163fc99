import type { Pipeline, PipelineOptions } from "../lake/local/pipeline";
import { chooseSource, type Source } from "../lake/local/source";
import { lastState, type Origin, openState, readOrigin, type State, stateRoot } from "../lake/local/state";
import { type OptionValues, statePath, type Terminal, texts } from "./command";
import { readConfig } from "./config";
import { describeProgram } from "./describe";
import type { Progress } from "./progress";

/** The state folder that the command line names, or that of the last run. */
export function askedState(values: OptionValues, terminal: Terminal): string {
  const last = statePath(values, terminal) ?? lastState(stateRoot(terminal.home));
  if (last === undefined) throw new Error("there is no lake yet; make one with: npm start");
  return last;
}

/** Opens a pipeline. Pulumi and its provider take a second to load: not before the state is the command's. */
export function openPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { openPipeline: open } = require("../lake/local/pipeline") as typeof import("../lake/local/pipeline");
  return open(options);
}

/** What a state's runs read from. */
async function sourceOf(origin: Origin, terminal: Terminal): Promise<Source> {
  const { source, playlists } = origin;
  const isFiles = source !== "sample" && source !== "spotify";
  const chosen = await chooseSource({
    from: isFiles ? source : undefined,
    playlists: isFiles ? playlists : [],
    env: source === "sample" ? {} : terminal.env,
    remembered: origin,
  });
  if (chosen.origin === source) return chosen;
  throw new Error("this history is Spotify's: set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET to go on with it");
}

/** A source of which nothing is asked. */
function silent(source: Source): Source {
  return { ...source, open: async () => ({ environment: {}, close: async () => undefined }) };
}

/** What a command does with the lake of a state that is there already. */
export interface LocalWork {
  values: OptionValues;
  progress: Progress;
  /** Whether functions may run that read Spotify. */
  readsSpotify: boolean;
}

/**
 * Opens the pipeline of a state that is there, and lets go of both.
 * @throws one line: no lake yet, another process works there
 */
export async function withLocalPipeline<T>(
  { values, progress, readsSpotify }: LocalWork,
  terminal: Terminal,
  work: (pipeline: Pipeline, state: State) => Promise<T>,
): Promise<T> {
  const config = readConfig(texts(values, "config"));
  const stateDir = askedState(values, terminal);
  const origin = readOrigin(stateDir);
  if (origin === undefined) throw new Error(`${stateDir} holds no lake: nothing has run there yet`);
  const source = readsSpotify ? await sourceOf(origin, terminal) : silent(await sourceForProgram(origin));
  const state = await openState(stateDir);
  const keepLock = terminal.onStop(() => state.unlock());
  try {
    const open = () => openPipeline({ source, stateDir, config });
    const pipeline = await progress.step("program", open, describeProgram);
    const keepPipeline = terminal.onStop(() => pipeline.close());
    try {
      return await work(pipeline, state);
    } finally {
      keepPipeline();
      await pipeline.close();
    }
  } finally {
    keepLock();
    state.unlock();
  }
}

/** The program wants playlists and credentials also where nothing is read of them. */
async function sourceForProgram({ playlists }: Origin): Promise<Source> {
  const sample = await chooseSource({ from: undefined, playlists: [], env: {}, remembered: undefined });
  return { ...sample, playlists: playlists.length > 0 ? playlists : sample.playlists, firstDay: undefined };
}
