import type { Place } from "../lake";
import { localPlace } from "../lake/local/place";
import type { State } from "../lake/local/state";
import { withStack } from "../lake/stack";
import { stackPlace } from "../lake/stack/place";
import { type OptionValues, stackName, type Terminal } from "./command";
import { withLocalPipeline } from "./openLocal";
import type { Progress } from "./progress";

/** What a command does with a lake, wherever that is. */
export interface PlaceWork {
  readonly command: string;
  readonly values: OptionValues;
  readonly progress: Progress;
}

/**
 * Opens the lake that the options name, and lets go of it. No function runs that reads Spotify.
 * @param work `state` is given where the lake is this machine's
 * @throws one line: no such stack or lake, another process works there
 */
export async function withPlace<T>(
  { command, values, progress }: PlaceWork,
  terminal: Terminal,
  work: (place: Place, state?: LocalState) => Promise<T>,
): Promise<T> {
  const stack = stackName(command, values, ["config", "state"]);
  if (stack !== undefined) return withStack(stack, terminal, (opened) => work(stackPlace(opened, terminal)));
  return withLocalPipeline({ values, progress, readsSpotify: false }, terminal, async (pipeline, state) => {
    const place = localPlace(pipeline, state.directory);
    try {
      return await work(place, { state, lambda: pipeline.cloud.lambda });
    } finally {
      place.close();
    }
  });
}

/** What this machine has beside what a stack has. */
export interface LocalState {
  readonly state: State;
  readonly lambda: import("../emulator/lambda").Lambda;
}

/**
 * Keeps a command from finishing what a killed run left: the extractor would go on reading Spotify.
 * @throws one line, where there is such a run
 */
export function refuseWaitingRun({ outputs, title }: Place, local: LocalState | undefined): void {
  const isRun = ({ functionArn }: { functionArn: string }) => functionArn.endsWith(`:${outputs.extractFunction}`);
  if (local?.lambda.waiting().some(isRun) !== true) return;
  throw new Error(`${title} holds a run that was killed: complete it first, with playlake run`);
}
