// The state folder that a command line names, or a command chooses.
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { listLakes } from "../lake/local/lakes";
import { describeOrigin } from "../lake/local/source";
import { lastState, type Origin, openState, readOrigin, type State, stateRoot } from "../lake/local/state";
import { type Call, statePath, type Terminal } from "./command";

/**
 * The state folder that the command line names, or that of the last run.
 * @throws one line that names the lakes, if no run is known
 */
export function askedState(call: Call): string {
  const { home, start } = call.terminal;
  const root = stateRoot(home);
  const last = statePath(call) ?? lastState(root);
  if (last !== undefined) return last;
  const lakes = listLakes(root).map(({ directory }) => path.relative(home, directory));
  if (lakes.length === 0) throw new Error(`there is no lake yet; make one with: ${start()}`);
  throw new Error(`the lake of the last run is gone; name one with --state: ${lakes.join(", ")}`);
}

/**
 * The state folder for an import without `--state`: the last command's, else that of the user's own playlists, else one for
 * imports. Samples are never mixed with other data.
 */
export function stateToFill(call: Call): string {
  const root = stateRoot(call.terminal.home);
  const given = statePath(call);
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

/** The origin of a lake that an import makes. */
export const imported: Origin = { source: "import", playlists: [] };

/** @throws one line if the folder holds another history. Imports go with any history except the samples. */
export async function openStateOf(origin: Origin, folder: string): Promise<State> {
  const before = readOrigin(folder);
  const isSame = before === undefined || before.source === origin.source;
  if (!isSame && (before.source !== "import" || origin.source === "sample")) {
    throw new Error(`${folder} holds ${describeOrigin(before)}; keep this one elsewhere with --state DIR`);
  }
  const state = await openState(folder);
  state.saveOrigin(origin);
  return state;
}

/** `.playlake/spotify (your playlists)` */
export function shownLake(stateDir: string, origin: Origin, { home }: Terminal): string {
  const relative = path.relative(home, stateDir);
  return `${relative.startsWith("..") ? stateDir : relative || "."} (${describeOrigin(origin)})`;
}
