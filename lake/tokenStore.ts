import { makeParameterStore } from "../components/callbacks/parameterStore";
import { putParameter } from "../emulator/ssm";
import { myPlaylistsWord, parseWanted } from "../spotify/playlistId";
import type { AppCredentials, UserToken } from "../spotify/types";
import { likedId } from "../transforms/keys";
import type { Host } from "./index";
import { openState, readOrigin } from "./local/state";
import { configuredPlaylists } from "./stack/outputs";
import { openStack, type Stack } from "./stack/stack";

/** Where a login puts the user's token. */
export interface TokenStore {
  /** Its description for the user, in a few words. */
  readonly name: string;
  /** The next step, in one line. */
  readonly next: string;
  /** Whether runs are configured to read Liked Songs, which need their own consent. */
  readonly readsLiked: boolean;
  /** The app's credentials, if the store keeps them. */
  readApp(): Promise<AppCredentials | undefined>;
  /** @param withLiked whether the user consented to Liked Songs. If so, local runs read them from now on. */
  keep(token: Required<UserToken>, withLiked: boolean): Promise<void>;
  close(): void;
}

/** The program's parameter for the user's token. Running the program to learn its name would be slow. */
const tokenParameter = "playlake-token";

/**
 * The state folder of runs against Spotify itself, locked until the store is closed. A run without playlists then reads all
 * of the user's.
 * @throws one line if the folder cannot be used, or holds another history
 */
export async function localTokenStore(stateDir: string, shown: string, host: Host): Promise<TokenStore> {
  const origin = readOrigin(stateDir);
  if (origin !== undefined && origin.source !== "spotify") {
    throw new Error(`${stateDir} holds the history of ${origin.source}; log in elsewhere with --state DIR`);
  }
  const state = await openState(stateDir);
  const forget = host.onStop(() => state.unlock());
  const next = origin === undefined ? "reads all of your playlists" : "continues with what it read";
  return {
    name: `${shown}/parameters`,
    next: `${host.start()} ${next}`,
    readsLiked: origin?.playlists.includes(likedId) === true,
    readApp: async () => undefined,
    keep: async (token, withLiked) => {
      putParameter(stateDir, tokenParameter, JSON.stringify(token));
      const playlists = origin?.playlists ?? [myPlaylistsWord];
      const all = withLiked ? [...new Set([...playlists, likedId])] : playlists;
      if (all !== origin?.playlists) state.saveOrigin({ source: "spotify", playlists: all });
    },
    close: () => {
      state.unlock();
      forget();
    },
  };
}

/** A parameter's name from its ARN. A name with a path begins with the slash that the ARN puts before every name. */
export function parameterName(arn: string): string {
  const name = arn.slice(arn.indexOf(":parameter/") + ":parameter/".length);
  return name.includes("/") ? `/${name}` : name;
}

/** A stack's parameters: the app's credentials and the user's token. */
export function parametersOf({ clients, outputs }: Stack): ReturnType<typeof makeParameterStore> {
  const { sdk, client } = clients.ssm();
  const names = {
    app: parameterName(outputs.appParameterArn),
    token: parameterName(outputs.tokenParameterArn),
    tokenKey: outputs.tokenKeyId,
  };
  return makeParameterStore(sdk, client, names);
}

/**
 * The SSM parameter of a deployed stack's user token.
 * @throws one line if the stack cannot be read
 */
export async function stackTokenStore(stackName: string, host: Host): Promise<TokenStore> {
  const stack = await openStack(stackName, host, "login");
  const { readApp, token } = parametersOf(stack);
  return {
    name: `the SSM parameter ${parameterName(stack.outputs.tokenParameterArn)} of stack ${stackName}`,
    next: "the stack's next run reads with it",
    readsLiked:
      (await configuredPlaylists(stackName, host))?.some((one) => parseWanted(one)?.includes(likedId)) === true,
    readApp,
    keep: token.write,
    close: stack.clients.close,
  };
}
